"""Batches of posters on the stand-ins: every item costs one picture, three tenths of a cent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.batch.account import STAGES as BATCH_STAGES
from activities.batch.account import BatchSteps
from activities.batch.items import BatchItems
from activities.batch.looking import Looking
from activities.models.available import open_providers
from activities.models.breaker import Rests
from activities.storage.database import Database
from activities.studio.account import STAGES, AccountSteps
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.productions import Productions
from starter.run import Run
from tests.support.paid import FACTOR, TIMES
from tests.support.poster import FLUX, POSTER, PosterRequest, PosterWorkflow
from tests.support.posters import TABLE, Posters, _planned_here
from tests.support.standing import Standins
from worker import hosting
from workflows.batch import steps
from workflows.batch.contract import BatchProgress, BatchRequest, BatchResult
from workflows.batch.production import BATCH
from workflows.batch.workflow import BatchWorkflow
from workflows.studio.calls import STUDIO_QUEUE, generation_queue

PRICE = FLUX.price_usd
INSERT = """
INSERT INTO batch_item (batch, number, lines, item, production, request, price_usd, most_usd)
VALUES ($1, $2, $3::int[], $4, $5, $6::text::jsonb, $7, $7) ON CONFLICT DO NOTHING"""


class PosterAdmission:
    """Admits posters, each at the price of its picture; `most` says what is held back for one instead."""

    def __init__(self, database: Database, most: Decimal) -> None:
        self._database, self._most = database, most

    @activity.defn(name="admit_batch")
    async def admit_batch(self, step: steps.AdmitBatch) -> steps.Admitted:
        lines: dict[str, list[int]] = {}
        requests: dict[str, PosterRequest] = {}
        for line, raw in enumerate(step.request.items or (), 1):
            request = POSTER.parse(json.dumps(raw).encode())
            requests[POSTER.id_of(request)] = request
            lines.setdefault(POSTER.id_of(request), []).append(line)
        for number, (item, request) in enumerate(requests.items(), 1):
            asked = request.model_dump_json(exclude_defaults=True)
            row = (step.batch, number, lines[item], item, POSTER.workflow, asked, self._most)
            await self._database.rows(INSERT, *row)
        most = self._most * len(requests)
        return steps.Admitted(items=len(requests), lines=len(lines), price_usd=most, most_usd=most, paid=True)

    @activity.defn(name="write_report")
    async def write_report(self, step: steps.WriteReport) -> steps.WrittenReport:
        return steps.WrittenReport(report=f"batches/{step.batch}/report.html", table="")


class Batches:
    """A client of batches of posters."""

    def __init__(self, productions: Productions, client: Client, database_url: str, drawing: Posters) -> None:
        self.productions, self.client, self._url = productions, client, database_url
        self._drawing = drawing

    def drawing(self) -> AbstractAsyncContextManager[None]:
        """Hosts what a picture is bought by: until then nothing goes on."""
        queue, draw = generation_queue(FLUX.provider), self._drawing.draw_picture
        return hosting([Worker(self.client, task_queue=queue, activities=[draw])])

    async def start(self, request: BatchRequest) -> Run[BatchResult]:
        return await self.productions.start(BATCH, request)

    async def progress(self, run: Run[BatchResult]) -> BatchProgress:
        told: BatchProgress = await self.client.get_workflow_handle(run.id).query(
            "progress", result_type=BatchProgress
        )
        return told

    async def when(self, run: Run[BatchResult], is_so: Callable[[BatchProgress], bool]) -> BatchProgress:
        async with asyncio.timeout(60):
            while not is_so(told := await self.progress(run)):
                await asyncio.sleep(0.1)
        return told

    async def rows(self, batch: str) -> list[dict[str, Any]]:
        return await self._asked("SELECT * FROM batch_item WHERE batch = $1 ORDER BY number", batch)

    async def paid(self, items: Iterable[str]) -> Decimal:
        """What the ledger says that these have cost."""
        sum_of = "SELECT coalesce(sum(coalesce(cost, estimate)), 0) AS usd FROM attempt WHERE payer = ANY($1)"
        usd: Decimal = (await self._asked(sum_of, list(items)))[0]["usd"]
        return usd

    async def states(self, batch: str) -> dict[int, str]:
        return {row["number"]: row["state"] for row in await self.rows(batch)}

    async def _asked(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        connection = await asyncpg.connect(self._url)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()


BatchRig = Callable[..., AbstractAsyncContextManager[Batches]]


@pytest.fixture
def batch_rig(
    stack: Stack, settings: Settings, client: Client, standins: Standins, database_url: str
) -> BatchRig:
    """A studio on the stand-ins that makes batches of posters; `most` is held back for each. Where it does
    not draw, nobody does until somebody else hosts that."""
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 60_000})
    table = {**TABLE, BATCH.workflow: BATCH}

    @asynccontextmanager
    async def opened(most: Decimal = PRICE, draws: bool = True) -> AsyncIterator[Batches]:
        parts = Parts(
            providers=open_providers(quick, standins.root), times=TIMES, rests=Rests().divided(FACTOR)
        )
        async with open_studio(replace(stack, standins=standins.root), quick, parts) as studio:
            drawing = Posters(studio)
            account = AccountSteps(studio.accounts, studio.memory, studio.buyer, _planned_here, True)
            database = studio.storage.database
            batch = BatchSteps(BatchItems(database), Looking(table), studio.store)
            admission = PosterAdmission(database, most)
            light: list[Callable[..., Any]] = [
                *(stage.of([account]) for stage in STAGES),
                *(stage.of([batch]) for stage in BATCH_STAGES),
                *(admission.admit_batch, admission.write_report, drawing.print_poster),
            ]
            one = Worker(
                client, task_queue=STUDIO_QUEUE, workflows=[PosterWorkflow, BatchWorkflow], activities=light
            )
            batches = Batches(Productions(client, table), client, database_url, drawing)
            async with hosting([one]), batches.drawing() if draws else nullcontext():
                yield batches

    return opened


def posters(words: Iterable[str], **asked: Any) -> BatchRequest:
    """A batch of one poster for each of these."""
    items = tuple({"words": one} for one in words)
    said = {"name": "Posters", "production": "poster", "budget_usd": Decimal(1), "items": items, **asked}
    return BatchRequest.model_validate(said)
