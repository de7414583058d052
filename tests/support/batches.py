"""Batches of posters on the stand-ins: every item costs one picture, three tenths of a cent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.batch import stages
from activities.batch.account import BatchSteps
from activities.batch.admission import Admission
from activities.batch.report import Reports
from activities.models.available import open_providers
from activities.models.breaker import Rests
from activities.studio.account import STAGES, AccountSteps
from activities.studio.estimate import Estimate, Estimator
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from infra.temporal import connect
from starter.productions import Productions
from starter.run import Run
from tests.support.batch_rows import BatchRows
from tests.support.paid import FACTOR, TIMES
from tests.support.poster import FLUX, POSTER, PosterRequest, PosterWorkflow
from tests.support.posters import TABLE, Posters, _planned_here
from tests.support.standing import Standins
from worker import hosting
from workflows.batch.contract import BatchProgress, BatchRequest, BatchResult
from workflows.batch.production import BATCH
from workflows.batch.workflow import BatchWorkflow
from workflows.productions import PRODUCTIONS
from workflows.studio.calls import STUDIO_QUEUE, generation_queue

PRICE = FLUX.price_usd


def priced(most: Decimal) -> Estimator:
    """A poster at the price of its picture; `most` is what is held back for one."""

    async def estimated(studio: Studio, request: PosterRequest, id: str, former: object = None) -> Estimate:
        payments = (await studio.accounts.account(id)).payments
        spent = sum((payment.usd for payment in payments), Decimal(0))
        limit, least = request.budget_usd or Decimal(1), min(PRICE, most)
        return Estimate(
            seconds=0, paid=True, budget_usd=limit, spent_usd=spent, price_usd=least, steps=(),
            least_usd=least, most_usd=most,
        )  # fmt: skip

    return estimated


class Batches(BatchRows):
    """A client of batches of posters."""

    def __init__(self, productions: Productions, client: Client, database_url: str, drawing: Posters) -> None:
        super().__init__(database_url)
        self.productions, self.client = productions, client
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

    async def begun(self, run: Run[BatchResult], number: int) -> list[dict[str, Any]]:
        """The rows, once so many items have a run: what is taken is begun a moment later."""
        async with asyncio.timeout(60):
            while len([row for row in await self.rows(run.id) if row["run"]]) < number:
                await asyncio.sleep(0.1)
        return await self.rows(run.id)


BatchRig = Callable[..., AbstractAsyncContextManager[Batches]]


@pytest.fixture
def batch_rig(
    stack: Stack,
    settings: Settings,
    standins: Standins,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> BatchRig:
    """A studio on the stand-ins that makes batches of posters; `most` is held back for each. Where it does
    not draw, nobody does until somebody else hosts that."""
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 60_000})
    table = {**TABLE, BATCH.workflow: BATCH}
    # What a batch may be of is read in the table itself.
    monkeypatch.setitem(PRODUCTIONS, POSTER.workflow, POSTER)

    @asynccontextmanager
    async def opened(most: Decimal = PRICE, draws: bool = True) -> AsyncIterator[Batches]:
        client = await connect(stack, role="test")
        parts = Parts(
            providers=open_providers(quick, standins.root), times=TIMES, rests=Rests().divided(FACTOR)
        )
        async with open_studio(replace(stack, standins=standins.root), quick, parts) as studio:
            drawing = Posters(studio)
            account = AccountSteps(studio.accounts, studio.memory, studio.buyer, _planned_here, True)
            admission = Admission(studio, {POSTER.workflow: priced(most)})
            owners = [account, BatchSteps.of(studio, table), admission, Reports(studio)]
            light = [*(stage.of(owners) for stage in (*STAGES, *stages.STAGES)), drawing.print_poster]
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
