"""How a batch is admitted: its lines read and checked whole, its items priced whole, then a row for each; or
none, with everything that is wrong. Whoever dies in its midst is followed where it stopped."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from temporalio import activity

from activities.batch.lines import Line, Lines
from activities.batch.pricing import Estimators, Priced, Pricing, Problems, total
from activities.running import ActivityAttempt, translated
from activities.storage import Database, ObjectMissing
from activities.studio import Estimate, Stage, Studio
from workflows.batch import AdmitBatch, Admitted, BatchRequest
from workflows.studio import STUDIO_QUEUE, FieldProblem, InvalidRequest

# Of a hundred thousand requests with plans of their own, as long as people write them; more is no list.
MAX_BYTES = 256_000_000

ADMITTED = """
SELECT count(*) AS items, coalesce(sum(cardinality(lines)), 0) AS lines, coalesce(sum(price_usd), 0) AS price,
       coalesce(sum(most_usd), 0) AS most, coalesce(bool_or(paid), false) AS paid
  FROM batch_item WHERE batch = $1 AND state <> 'admitting'"""

ENTERED = "SELECT coalesce(max(number), 0) AS number FROM batch_item WHERE batch = $1"

# Written again, for its answer was lost, a page is as it was first written.
ENTER = """
INSERT INTO batch_item (batch, number, lines, item, production, request, price_usd, most_usd, paid, state)
SELECT $1, number, lines, item, $2, request, price_usd, most_usd, paid, 'admitting'
  FROM jsonb_to_recordset($3::text::jsonb)
    AS page(number int, lines int[], item text, request jsonb, price_usd numeric, most_usd numeric,
            paid boolean)
ON CONFLICT DO NOTHING"""

ADMIT = "UPDATE batch_item SET state = 'pending' WHERE batch = $1 AND state = 'admitting'"

DROP = "DELETE FROM batch_item WHERE batch = $1 AND state = 'admitting'"


class Admission:
    """Of batches whose items are priced by the table `estimates`."""

    def __init__(self, studio: Studio, estimates: Estimators) -> None:
        self._studio, self._pricing = studio, Pricing(studio, estimates)
        self._rows = Rows(studio.storage.database)

    @activity.defn(name="admit_batch")
    @translated
    async def admit_batch(self, step: AdmitBatch) -> Admitted:
        """All of it or none. Asked again for a batch that has its rows, it says the same without reading."""
        admitted = await self._rows.admitted(step.batch)
        if admitted.items:
            return admitted
        try:
            async with self._source(step.request) as path:
                problems = await self._admit(step.batch, Lines(step.request, path))
        except InvalidRequest as error:
            return Admitted(problems=error.fields)
        if problems:
            await self._rows.drop(step.batch)
            return Admitted(problems=tuple(problems))
        await self._rows.admit(step.batch)
        return await self._rows.admitted(step.batch)

    async def estimated(self, request: BatchRequest, budget_usd: Decimal) -> Estimate:
        """What all of it would cost, item by item; nothing is written. Raises `InvalidRequest`."""
        async with self._source(request) as path:
            priced = await self._pricing.whole(Lines(request, path))
        price = total(one.price_usd for one in priced)
        return Estimate(
            seconds=sum(one.seconds for one in priced),
            paid=any(one.paid for one in priced),
            budget_usd=budget_usd,
            spent_usd=total(one.spent_usd for one in priced),
            price_usd=price,
            steps=(),
            least_usd=price,
            most_usd=total(one.most_usd for one in priced),
        )

    async def _admit(self, batch: str, lines: Lines) -> Problems:
        """A row for each item, once every line is known to be right; else what is wrong with them."""
        attempt = ActivityAttempt()
        attempt.report("reading lines", 0, 0)
        # In a thread: a hundred thousand lines take twenty seconds, in which others go on.
        count, problems = await asyncio.to_thread(checked, lines)
        if problems:
            return problems
        further, done = lines.further, await self._rows.entered(batch)
        async for page in self._pricing.pages(Lines(lines.batch, lines.path), done):
            attempt.report("pricing items", done, count)
            for wrong in (one for one in page if isinstance(one, Line)):
                problems.add(wrong)
            priced = [one for one in page if isinstance(one, Priced)]
            if not problems:
                await self._rows.enter(batch, lines.production.workflow, _rows(priced, further))
            done += len(page)
        return problems

    @asynccontextmanager
    async def _source(self, request: BatchRequest) -> AsyncIterator[Path | None]:
        """The source as a file here; None where the requests came with the batch. Raises `InvalidRequest`."""
        if request.source is None:
            yield None
            return
        size = await self._studio.store.size(request.source)
        if size is None:
            raise _wrong(f"there is no {request.source}", "upload it first, as `reel batch run FILE` does")
        if size > MAX_BYTES:
            raise _wrong(f"has {size:,} bytes", f"cut it in parts of at most {MAX_BYTES:,}")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(request.source).name
            try:
                await self._studio.store.get_file(request.source, path)
            except ObjectMissing:
                raise _wrong(f"there is no {request.source}", "upload it again") from None
            yield path


class Rows:
    """The rows of batches that are being admitted. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def admitted(self, batch: str) -> Admitted:
        """What was admitted; no items where nothing was yet."""
        (row,) = await self._database.rows(ADMITTED, batch)
        return Admitted(
            items=row["items"],
            lines=row["lines"],
            price_usd=row["price"],
            most_usd=row["most"],
            paid=row["paid"],
        )

    async def entered(self, batch: str) -> int:
        """The number of the last item that has a row, 0 where none has."""
        number: int = (await self._database.rows(ENTERED, batch))[0]["number"]
        return number

    async def enter(self, batch: str, workflow: str, rows: Sequence[dict[str, object]]) -> None:
        """Rows that do not count yet."""
        await self._database.rows(ENTER, batch, workflow, json.dumps(rows))

    async def admit(self, batch: str) -> None:
        """From now on they count, all of them at once."""
        await self._database.rows(ADMIT, batch)

    async def drop(self, batch: str) -> None:
        """Forgets those that never counted."""
        await self._database.rows(DROP, batch)


def checked(lines: Lines) -> tuple[int, Problems]:
    """How many items there are, and what is wrong with lines. Raises `InvalidRequest` for a file that is
    none."""
    count, problems = 0, Problems()
    for one in lines.items():
        if isinstance(one, Line):
            problems.add(one)
        else:
            count = one.number
    if not count and not problems:
        raise _wrong("has no lines", "write one line below the header for each item")
    return count, problems


def _rows(page: Sequence[Priced], further: dict[int, list[int]]) -> list[dict[str, object]]:
    return [
        {
            "number": one.asked.number,
            "lines": [one.asked.line, *further.get(one.asked.number, ())],
            "item": one.asked.item,
            "request": one.asked.request.model_dump(mode="json", exclude_defaults=True),
            "price_usd": str(one.price_usd),
            "most_usd": str(one.most_usd),
            "paid": one.paid,
        }
        for one in page
    ]


def _wrong(problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest([FieldProblem(field="source", problem=problem, suggestion=suggestion)])


STAGES = (Stage(Admission.admit_batch, (STUDIO_QUEUE,)),)
