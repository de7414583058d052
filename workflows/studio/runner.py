"""How the steps of a workflow run side by side: behind the gate, on the board, ended together.

Never `asyncio.TaskGroup` and no bare `gather` over paid work: the one ends in an exception group that
wedges the workflow task, the other leaves siblings running that nobody waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from workflows.studio.board import Board
from workflows.studio.control import Control
from workflows.studio.facts import Artifact
from workflows.studio.failures import step_failed

Result = TypeVar("Result")


class Runner:
    """The running tasks of one workflow. `changed` is called whenever the board has changed."""

    def __init__(self, control: Control, board: Board, changed: Callable[[], None]) -> None:
        self._control = control
        self._board = board
        self._changed = changed
        self._tasks: list[asyncio.Task[Any]] = []

    def spawn(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Starts a task. Spawn causes before what waits for them: the first failure then is the cause."""
        task = asyncio.create_task(work)
        self._tasks.append(task)
        # Its siblings may run for hours yet: what has failed is told at once.
        task.add_done_callback(lambda _: self._changed() if self.failed else None)
        return task

    @property
    def failed(self) -> BaseException | None:
        """The first failure so far, in spawning order; an activity that was cancelled has not failed."""
        ended = [task.exception() for task in self._tasks if task.done() and not task.cancelled()]
        return next((error for error in ended if error and not is_cancelled_exception(error)), None)

    async def join(self) -> None:
        """Waits for every task, also when one fails; then raises the first failure in spawning order."""
        await workflow.wait(self._tasks)
        if self.failed is not None:
            raise self.failed

    async def settled(self, task: asyncio.Task[Any]) -> None:
        """Returns once the task has ended, however it did."""
        await workflow.wait([task])

    async def joined(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        """Waits for these, also when one fails; then raises the first failure in their order."""
        if tasks:
            await workflow.wait(tasks)
        # Whoever waited for them says what becomes of it.
        self._tasks = [task for task in self._tasks if task not in tasks]
        for task in tasks:
            task.result()

    def forget(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        """Something else is made instead of these, which have ended: what they came to counts no more."""
        self._tasks = [task for task in self._tasks if task not in tasks]
        for task in tasks:
            # Asked for, so that no task is reported as failed without anybody having looked.
            if not task.cancelled():
                task.exception()

    async def end(self) -> None:
        """After a stop: cancels what still runs and returns when it has ended, also when it is cancelled
        itself meanwhile: nothing of it may be left to go on."""
        running = [task for task in self._tasks if not task.done()]
        for task in running:
            task.cancel()
        interrupted: asyncio.CancelledError | None = None
        while any(not task.done() for task in running):
            try:
                await workflow.wait(running)
            except asyncio.CancelledError as error:
                interrupted = error
        for task in self._tasks:
            # Asked for, so that no task is reported as failed without anybody having looked.
            if not task.cancelled():
                task.exception()
        if interrupted:
            raise interrupted

    async def step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        """Waits while paused, then runs the announced step with its label and keeps the board."""
        artifact = await self.guard(name, run)
        self._board.finish(name, artifact)
        self._changed()
        return artifact

    async def guard(self, name: str, run: Callable[[str], Awaitable[Result]]) -> Result:
        """`step` for what answers with something else: the caller says on the board what it made.

        Raises `ApplicationError` with the type of the activity's own failure, its message led by the step.
        """
        await self._control.ready()
        self._board.start(name, workflow.now())
        self._changed()
        label = self._board.label(name)
        try:
            return await run(label)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            if (task := asyncio.current_task()) and task.cancelling():
                # It failed while it was being cancelled: a worker that dies then is not replaced.
                raise asyncio.CancelledError from error
            self._fail(name)
            raise step_failed(name, label, self._board.model(name), error) from error
        except ApplicationError:
            self._fail(name)
            raise

    def _fail(self, name: str) -> None:
        self._board.fail(name)
        self._changed()
