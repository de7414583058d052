"""How what came of a batch is told: its results, written anew as they come, and a report at its end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from workflows.batch import steps
from workflows.batch.contract import BatchRequest
from workflows.batch.window import Window
from workflows.studio import Context, cause_of

# Who follows the results has the newest within half a minute; a hundred thousand lines are 50 MB each time.
_WRITE_EVERY, _LINES_A_SECOND = timedelta(seconds=30), 200


class Telling:
    """Of one run of a batch."""

    def __init__(self, asked: BatchRequest, context: Context) -> None:
        self._asked, self._context = asked, context
        self._is_over = False
        #: The object's key, once anything is written.
        self.results: str | None = None
        self.report: steps.WrittenReport | None = None

    def begin(self, window: Window) -> asyncio.Task[None]:
        """Writes the results now and then from now on, until it is told to `end`."""
        self._is_over = False
        return asyncio.create_task(self._as_they_come(window))

    async def end(self, writing: asyncio.Task[None]) -> None:
        """Returns once nothing of it is under way."""
        self._is_over = True
        writing.cancel()
        await workflow.wait([writing])

    async def tell(self) -> None:
        """The last results, and the report. What is made does not fail because it cannot be told."""
        try:
            await self._write("Results")
            told = steps.WriteReport(batch=self._context.id, request=self._asked)
            self.report = await steps.write_report(told, "Report")
        except ActivityError as error:
            self._warn(error, "What came of it could not all be written")

    async def _as_they_come(self, window: Window) -> None:
        written = 0

        def is_more() -> bool:
            return window.ended_here > written

        pause = max(_WRITE_EVERY, timedelta(seconds=window.rows.standing.counts.total / _LINES_A_SECOND))
        # An activity that completes while its cancellation is under way swallows it.
        while not self._is_over:
            await self._context.watch.until(is_more)
            written = window.ended_here
            try:
                await self._write("Results so far")
            except ActivityError as error:
                self._warn(error, "The results so far could not be written")
            if not self._is_over:
                await workflow.sleep(pause, summary="Until the results are written again")

    async def _write(self, label: str) -> None:
        self.results = (await steps.write_results(steps.WriteResults(batch=self._context.id), label)).results

    def _warn(self, error: ActivityError, what: str) -> None:
        if is_cancelled_exception(error):
            raise error
        self._context.board.warn(f"{what}: {cause_of(error).message}")
