"""Knows whether the ledger was put back to an earlier moment: no row says who began to need what since.

A mark counts up with every sweep, first in the ledger and then in the bucket. Where the bucket's is the
higher one, the ledger was restored from a backup.
"""

from __future__ import annotations

import logging

from activities.storage import Database, ObjectStore

log = logging.getLogger(__name__)

FIND = "SELECT id::text AS id, moved FROM ledger_mark"

# Whoever moves it at the same time has moved it.
MOVE = "UPDATE ledger_mark SET moved = $2 WHERE moved = $1 RETURNING moved"


class Marks:
    """That of one ledger. Raises what bucket and database raise."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database, self._store = database, store

    async def restored(self) -> bool:
        """Whether the bucket has seen a later moment of this ledger."""
        _, moved, there = await self._look()
        return max(there, default=0) > moved

    async def move(self) -> None:
        """To be called again and again; a ledger that was restored keeps its mark until that is settled."""
        folder, moved, there = await self._look()
        if max(there, default=0) > moved:
            log.warning("the ledger was restored from a backup: deletions wait for a person")
        else:
            await self._move(folder, moved, moved + 1, there)

    async def settle(self) -> None:
        """From now on it counts as whole again."""
        folder, moved, there = await self._look()
        await self._move(folder, moved, max(moved, *there, 0) + 1, there)

    async def _move(self, folder: str, old: int, new: int, there: list[int]) -> None:
        if await self._database.rows(MOVE, old, new):
            await self._store.put_text("", "text/plain", f"{folder}{new}")
            for each in there:
                await self._store.discard(f"{folder}{each}")

    async def _look(self) -> tuple[str, int, list[int]]:
        """The ledger's folder in the bucket, its mark, and those in the bucket."""
        (row,) = await self._database.rows(FIND)
        folder = f"ledger/{row['id']}/"
        there = [name.removeprefix(folder) for name in await self._store.list(folder)]
        return folder, row["moved"], [int(name) for name in there if name.isdecimal()]
