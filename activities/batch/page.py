"""Knows how many items are looked up at once: what nothing is known of is asked for once for all of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from typing import Any

from activities.storage import Database

#: Where anything is written of a production, by the column that has its id.
TABLES = {
    "film": "id", "film_edit": "film", "film_choice": "film", "film_profile": "film", "film_plan": "film",
    "film_wording": "film", "film_cut": "film", "film_model": "film", "film_version": "film",
    "made_for": "film", "place": "film", "need": "film", "deletion": "film", "left_object": "film",
    "attempt": "payer",
}  # fmt: skip

_HAS = " OR ".join(f"EXISTS (SELECT FROM {table} t WHERE t.{id} = asked.id)" for table, id in TABLES.items())

KNOWN = f"SELECT id FROM unnest($1::text[]) AS asked(id) WHERE {_HAS}"

ENTERED = "SELECT key FROM render WHERE key = ANY($1::text[])"

_KEY = re.compile(r"[0-9a-f]{64}\Z")


class Page(Database):
    """The database as a page of items is looked up in it. Of an item of which no table knows anything, and of
    a recipe that was never entered, every statement answers as of any other such: it is sent for the first.

    To be read through, by statements whose first value is the item or the recipe's key; it is true of the
    moment at which it was made.
    """

    def __init__(self, database: Database, unknown: Collection[str]) -> None:
        self._database, self._unknown = database, unknown
        self._entered: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._asking: asyncio.Task[None] | None = None
        self._answers: dict[tuple[object, ...], asyncio.Task[list[Any]]] = {}

    @classmethod
    async def of(cls, database: Database, items: Collection[str]) -> Page:
        """For items of these ids."""
        known = {row["id"] for row in await database.rows(KNOWN, list(items))}
        return cls(database, set(items) - known)

    async def rows(self, statement: str, *values: object) -> list[Any]:
        subject = values[0] if values else None
        if not isinstance(subject, str) or await self._is_known(subject):
            return await self._database.rows(statement, *values)
        alike = (statement, *map(repr, values[1:]))
        if alike not in self._answers:
            self._answers[alike] = asyncio.create_task(self._database.rows(statement, *values))
        return await asyncio.shield(self._answers[alike])

    async def _is_known(self, subject: str) -> bool:
        if not _KEY.match(subject):
            return subject not in self._unknown
        while subject not in self._entered:
            self._asked.add(subject)
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask())
            await asyncio.shield(self._asking)
        return self._entered[subject]

    async def _ask(self) -> None:
        """For all that ask by now; those who come meanwhile are the next."""
        await asyncio.sleep(0)
        asked, self._asked = self._asked, set()
        try:
            there = {row["key"] for row in await self._database.rows(ENTERED, list(asked))}
            self._entered |= {key: key in there for key in asked}
        finally:
            self._asking = None
