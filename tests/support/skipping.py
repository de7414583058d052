"""Films on a server whose workflows have clocks of their own: days in which nobody answers, in an instant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest_asyncio
from temporalio.client import WithStartWorkflowOperation, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from infra.embedded.servers import program
from infra.temporal import plugin
from starter.films import Film
from tests.support.books import Books
from tests.support.market import Market
from tests.support.on_market import open_market
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.report import Progress

ENOUGH = Decimal(100)
# A look takes some milliseconds, on a busy machine some tenths of a second.
_LOOKS = 400
DAY, WEEKEND = timedelta(days=1), timedelta(hours=72)


@pytest_asyncio.fixture(scope="module")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server whose workflows have clocks of their own."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=program("temporal"),
        dev_server_extra_args=["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"],
        plugins=[plugin()],
    ) as environment:
        yield environment


class Showing:
    """One film on a market of its own, and the hours that pass for it."""

    def __init__(
        self, skipping: WorkflowEnvironment, film: Film, books: Books, request: VideoRequest
    ) -> None:
        self._skipping, self.film, self.books, self.request = skipping, film, books, request

    async def passes(self, span: timedelta) -> None:
        await self._skipping.fast_forward(self.film.handle, span)

    async def when(self, is_so: Callable[[Progress], bool]) -> Progress:
        """The progress, once it is so; the film must not have ended by then."""
        for _ in range(_LOOKS):
            if is_so(progress := await self.film.progress()):
                return progress
            assert progress.status in ("planning", "rendering", "stopping"), progress
            await asyncio.sleep(0.05)
        raise AssertionError(f"it never came to that: {progress}")

    async def waits(self, *steps: str) -> Progress:
        """The progress, once exactly these wait."""
        return await self.when(lambda progress: {wait.step for wait in progress.waits} == set(steps))

    async def decide(self, update: str, **said: Any) -> str:
        answer: str = await self.film.handle.execute_update(update, said, result_type=str)
        return answer

    async def decide_anew(self, update: str, **said: Any) -> str:
        """The same along with the request: where it has ended, this begins the next run."""
        with self._skipping.with_time_skipping_disabled():
            start: WithStartWorkflowOperation[Any, VideoResult] = WithStartWorkflowOperation(
                "VideoWorkflow",
                self.request.model_dump(mode="json"),
                id=self.film.id,
                task_queue=STUDIO_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
            answer: str = await self._skipping.client.execute_update_with_start_workflow(
                update, said, start_workflow_operation=start, result_type=str
            )
        return answer

    async def shown(self, whole: bool | None, status: str = "completed") -> tuple[str, ...]:
        """What its last cut shows once it has ended so, and has left nothing running."""
        async with asyncio.timeout(60):
            result = await self.film.result()
        told = await self.film.describe()
        assert told.status == WorkflowExecutionStatus.COMPLETED
        assert result.status == status and whole in (None, result.whole), result
        assert result.video and result.cut, "there is a film"
        assert not (await self.film.progress()).waits and not self.books.wrong
        return tuple(beat.shows for beat in result.beats)


@asynccontextmanager
async def showing(
    skipping: WorkflowEnvironment, market: Market, request: VideoRequest, limit: Decimal = ENOUGH
) -> AsyncIterator[Showing]:
    """The film, begun; hours pass for it only when they are told to."""
    request = request.model_copy(update={"budget_usd": limit})
    books = market.film(film_id(request), limit)
    async with open_market(skipping.client, market) as films:
        with skipping.with_time_skipping_disabled():
            film = await films.start(request)
        # Its handle looks for the newest run.
        film = films.film(film.id)
        try:
            yield Showing(skipping, film, books, request)
        finally:
            # What a test has left running would be asked of the next one's market.
            with suppress(RPCError):
                await film.handle.terminate()
            market.close()


async def idle(film: Film) -> bool:
    """Whether no activity of it is under way or waits to be tried again: it costs nothing."""
    return not (await film.describe()).raw_description.pending_activities


def bought(books: Books, *kinds: str) -> set[str]:
    """The steps of these kinds that were asked of somebody who is paid."""
    return {step for step in books.asked if step.startswith(kinds)}
