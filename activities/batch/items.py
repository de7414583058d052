"""The rows of a batch: taken, recorded, looked after, chosen by a person, and told as results."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from typing import Any

from activities.batch import statements as sql
from activities.storage import Database
from workflows.batch import (
    MAX_SHOWN,
    MEANT,
    Begun,
    Counts,
    EndedItem,
    Item,
    ItemResult,
    ItemState,
    Notable,
    Selection,
    Standing,
    StartedItem,
    TakenItem,
    TakenItems,
)
from workflows.studio import Facts

# What is taken at a time is one payload, of which servers refuse 2 MB; one request alone may be nearly that.
_TAKEN_BYTES = 1_000_000
# A page of results is read in some milliseconds, and held in memory as some hundred kilobytes.
_PAGE = 1_000
_RANGE = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


#: How many are pending again, and what is named and is none of those.
Picked = tuple[int, tuple[str, ...]]


class BatchItems:
    """The rows of all batches. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, batch: str) -> Standing:
        """How all of them stand, in one look."""
        return _standing(await self._database.rows(sql.STANDING, batch))

    async def standings(self, batches: Sequence[str]) -> dict[str, Standing]:
        """The same of each of these batches, also in one look."""
        rows: dict[str, list[Any]] = {batch: [] for batch in batches}
        for row in await self._database.rows(sql.STANDINGS, list(batches)):
            rows[row["batch"]].append(row)
        return {batch: _standing(each) for batch, each in rows.items()}

    async def begin(self, batch: str, reopen: bool) -> Begun:
        """How they stand, what is under way, and what ended in another way than whole."""
        if reopen:
            await self._database.rows(sql.REOPEN, batch)
        running = await self._database.rows(sql.UNDER_WAY, batch)
        notable = await self._database.rows(sql.NOTABLE, batch, MAX_SHOWN)
        return Begun(
            standing=await self.standing(batch),
            running=tuple(Item(**dict(row)) for row in running),
            notable=tuple(Notable(**dict(row)) for row in notable),
        )

    async def take(self, batch: str, ticket: str, most: int, may_spend: Decimal | None) -> TakenItems:
        """The next pending ones, which are running from then on; asked again with the ticket, the same."""
        await self._database.rows(sql.TAKE, batch, ticket, most, may_spend, _TAKEN_BYTES)
        rows = await self._database.rows(sql.TAKEN, batch, ticket)
        taken = tuple(TakenItem(**{**row, "request": json.loads(row["request"])}) for row in rows)
        if taken or may_spend is None:
            return TakenItems(items=taken)
        left = await self._database.rows(sql.NEXT, batch)
        return TakenItems(short_usd=left[0]["usd"] - may_spend if left else None)

    async def record(
        self, batch: str, started: Sequence[StartedItem], ended: Sequence[EndedItem]
    ) -> Standing:
        """Writes down what began and what ended, each once, with what the ledger says that it cost."""
        if started:
            await self._database.rows(sql.STARTED, batch, _json(started))
        if ended:
            await self._database.rows(sql.ENDED, batch, _json(ended))
        return await self.standing(batch)

    async def balance(self, batch: str, chain: str) -> Standing:
        """What it came to: what the ledger has learnt since of what this `chain` of runs made is counted."""
        await self._database.rows(sql.BALANCE, batch, chain)
        return await self.standing(batch)

    async def put_back(self, batch: str, known: Sequence[int]) -> None:
        """What was taken and never begun is pending again; `known` is under way."""
        await self._database.rows(sql.PUT_BACK, batch, list(known))

    async def retry(self, batch: str, mark: str, chosen: Selection, chain: str) -> Picked:
        """What failed, or came to its limit, is pending again. What the ledger has learnt since of what this
        `chain` of runs made of it is counted first."""
        return await self._chosen(sql.RETRY, batch, mark, MEANT["retry"].states, chosen, chain)

    async def approve(self, batch: str, mark: str, chosen: Selection, chain: str) -> Picked:
        """The same of what waits for approval, with the edit that approves it under the name `mark`."""
        return await self._chosen(sql.APPROVE, batch, mark, MEANT["approve"].states, chosen, chain)

    async def _chosen(
        self, statement: str, batch: str, mark: str, states: Sequence[str], chosen: Selection, chain: str
    ) -> Picked:
        ranges = [(int(a), int(b)) for a, b in (m.groups() for m in map(_RANGE.fullmatch, chosen.items) if m)]
        numbers = [int(one) for one in chosen.items if _NUMBER.fullmatch(one)]
        lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
        names = list(chosen.items)
        values = (list(states), chosen.state or "", chosen.words, names, numbers, lows, highs, chain)
        await self._database.rows(statement, batch, mark, *values)
        rows = await self._database.rows(sql.SELECTED, batch, mark)
        return len(rows), tuple(_unknown(names, ((row["number"], row["item"]) for row in rows)))

    async def results(self, batch: str) -> AsyncIterator[ItemResult]:
        """Every row, in order; read page by page."""
        last = 0
        while page := await self.page(batch, last, _PAGE):
            for one in page:
                yield one
            last = page[-1].number

    async def page(
        self, batch: str, after: int, most: int, states: Sequence[ItemState] = ()
    ) -> list[ItemResult]:
        """At most so many rows beyond a number, in order; of these states, by default all."""
        rows = await self._database.rows(sql.RESULTS, batch, after, most, list(states))
        return [ItemResult(**dict(row)) for row in rows]

    async def requests(self, batch: str, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What these items are asked for, and what each may still come to (`left_usd`)."""
        rows = await self._database.rows(sql.REQUESTS, batch, list(numbers))
        return {row["number"]: {**row, "request": json.loads(row["request"])} for row in rows}

    async def worked(self, items: Sequence[str]) -> dict[str, float]:
        """How long the models of these items worked for them, seconds; of what was found, nothing."""
        rows = await self._database.rows(sql.WORKED, list(items))
        return {row["payer"]: float(row["seconds"]) for row in rows}


def _standing(rows: Iterable[Any]) -> Standing:
    """From a row for each state."""
    by_state = {row["state"]: row for row in rows}
    promised = (by_state[state]["left_usd"] for state in ("pending", "awaiting_review") if state in by_state)
    return Standing(
        counts=Counts(**{state: row["items"] for state, row in by_state.items()}),
        spent_usd=sum((row["spent"] for row in by_state.values()), Decimal(0)),
        reserved_usd=sum((row["reserved"] for row in by_state.values()), Decimal(0)),
        promised_usd=sum(promised, Decimal(0)),
    )


def _json(facts: Iterable[Facts]) -> str:
    return json.dumps([one.model_dump(mode="json") for one in facts])


def _unknown(names: Iterable[str], chosen: Iterable[tuple[int, str]]) -> list[str]:
    """The names that none of these has."""
    numbers, items = set[int](), set[str]()
    for number, item in chosen:
        numbers.add(number)
        items.add(item)
    return [name for name in names if not (name in items or _is_among(name, numbers))]


def _is_among(name: str, numbers: set[int]) -> bool:
    if found := _RANGE.fullmatch(name):
        low, high = map(int, found.groups())
        return any(low <= number <= high for number in numbers)
    return bool(_NUMBER.fullmatch(name)) and int(name) in numbers


def line_of(result: ItemResult) -> str:
    """As one line of JSON."""
    said: dict[str, Any] = result.model_dump(mode="json")
    return json.dumps(said, ensure_ascii=False)
