"""`VideoWorkflow`: one request in, one finished film out, steered by signals and read by a query."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows import steps
from workflows.contract import PlannedFilm, Progress, VideoRequest, VideoResult
from workflows.control import Control
from workflows.failures import film_failed
from workflows.film import Film
from workflows.progress import Board, markdown
from workflows.requests import InvalidRequest, parse_request
from workflows.runner import Runner


@workflow.defn(name="VideoWorkflow")
class VideoWorkflow:
    """Makes a film from a `VideoRequest`, and answers with a `VideoResult`.

    A request that does not validate fails the run in its first workflow task with the error type
    `InvalidRequest`, every wrong field named; nothing has been started then. After `stop` the run
    *completes* with the status `stopped` and what exists. A failed step fails the run with that step's
    error type, once its siblings have finished; starting the same film again resumes it.
    """

    def __init__(self) -> None:
        self._board = Board()
        self._control = Control()
        self._planned: PlannedFilm | None = None
        self._film: Film | None = None

    # The argument arrives undecoded: a value that does not decode would fail the workflow task, for ever.
    @workflow.run
    async def run(self, request: RawValue = None) -> VideoResult:  # type: ignore[assignment]
        asked = self._accept(request)
        making = asyncio.create_task(self._make(asked))
        watching = asyncio.create_task(self._control.watch())
        try:
            await workflow.wait([making, watching], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._end(making, watching)
            self._board.interrupt()
            self._show("canceled")
            raise
        await self._end(making, watching)
        if making.cancelled():
            return self._result("stopped", asked, None)
        error = making.exception()
        if error is None:
            return self._result("completed", asked, making.result())
        if self._control.stopping:
            return self._result("stopped", asked, None)
        self._show("failed")
        raise film_failed(error)

    @workflow.signal(description="Let running steps finish and start none, until resume. No input.")
    def pause(self, *_: Any) -> None:
        self._control.pause()
        self._show()

    @workflow.signal(description="Go on after a pause. No input.")
    def resume(self, *_: Any) -> None:
        self._control.resume()
        self._show()

    @workflow.signal(
        description="Cancel what runs and complete with what exists. Starting the film again resumes it."
    )
    def stop(self, *_: Any) -> None:
        self._control.stop()

    @workflow.query(description="Beats, steps and their states, as JSON.")
    def progress(self, *_: Any) -> Progress:
        return self._snapshot()

    def _accept(self, request: RawValue | None) -> VideoRequest:
        try:
            return parse_request(request.payload.data if request is not None else None)
        except InvalidRequest as error:
            self._show("failed")
            problems = [problem.model_dump() for problem in error.fields]
            raise ApplicationError(
                str(error), *problems, type=InvalidRequest.__name__, non_retryable=True
            ) from None

    async def _make(self, asked: VideoRequest) -> steps.DeliveredFilm:
        runner = Runner(self._control, self._board, self._show)
        self._planned = await self._plan(runner, asked)
        self._board.plan = self._planned.plan
        self._film = Film(workflow.info().workflow_id, self._planned, asked.music, runner, self._board)
        self._show("rendering")
        return await self._film.make()

    async def _plan(self, runner: Runner, asked: VideoRequest) -> PlannedFilm:
        # Without weight: a bar that is full after the plan and then falls back would say nothing.
        self._board.expect("plan", "Plan of the film", 0)
        step = steps.ComposePlan(request=asked)
        planned = await runner.guard("plan", lambda label: steps.compose_plan(step, label))
        self._board.finish("plan", planned.artifact)
        return planned

    async def _end(self, making: asyncio.Task[Any], watching: asyncio.Task[None]) -> None:
        """Returns when nothing of this run is under way any more, however it ends."""
        watching.cancel()
        if not making.done():
            self._show("stopping")
            self._control.close()
            making.cancel()
        await workflow.wait([making, watching])

    def _result(self, status: Any, asked: VideoRequest, delivered: steps.DeliveredFilm | None) -> VideoResult:
        self._board.interrupt()
        self._show(status)
        plan = self._planned.plan if self._planned else None
        frame = self._planned.format if self._planned else None
        result = VideoResult(
            status=status,
            video=delivered.video if delivered else None,
            manifest=delivered.manifest if delivered else None,
            plan=plan,
            frames=plan.seconds * asked.fps if plan and delivered else 0,
            fps=asked.fps,
            width=frame.width if frame else 0,
            height=frame.height if frame else 0,
            duration_s=float(plan.seconds) if plan and delivered else 0.0,
            music=self._film.music if self._film else "left_out",
            beats=self._film.results() if self._film else (),
            made=self._board.made,
            reused=self._board.reused,
            cost_usd=self._board.cost,
            warnings=tuple(self._board.warnings),
        )
        # The memo is what the Web UI shows when no worker runs any more.
        workflow.upsert_memo({"status": status, "video": result.video, "cost_usd": str(result.cost_usd)})
        return result

    def _snapshot(self) -> Progress:
        self._board.paused = self._control.paused and self._board.status in ("planning", "rendering")
        self._board.waiting_for = "the signal resume" if self._board.paused else None
        return self._board.snapshot(workflow.info().start_time, workflow.now())

    def _show(self, status: Any = None) -> None:
        if status is not None:
            self._board.status = status
        workflow.set_current_details(markdown(self._snapshot()))
