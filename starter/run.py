"""The typed client of every kind of production: how a Python service starts one, follows it and steers it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from shlex import quote
from typing import Any, Generic

from temporalio.client import (
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from infra.refusals import passes
from starter.errors import Away, FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, TellsNothing
from starter.refused import failed, is_gone, refused, update_cut_off, update_failed
from starter.standings import with_standings
from workflows.productions import PRODUCTIONS
from workflows.studio import AnyOutcome, Failure, Production, Progress

log = logging.getLogger(__name__)

# A query costs a workflow task; twice a second looks alive and costs next to nothing.
WATCH_EVERY_S = 0.5
# A worker answers within milliseconds; one that is busy or just starting within a second or two.
_QUERY_LIMIT = timedelta(seconds=5)
# How a query that no worker takes is turned down.
_NO_WORKER = (RPCStatusCode.FAILED_PRECONDITION,)
# A server that restarts is back within a second or two.
_AWAY_S = 0.5


@dataclass(frozen=True)
class Run(Generic[AnyOutcome]):
    """One run of a production. `started` is False where it was running already.

    Where a method raises `Unreachable`, it raises `Away`, which is one, for what passes by itself.
    """

    id: str
    started: bool
    handle: WorkflowHandle[Any, AnyOutcome]
    production: Production[Any, AnyOutcome]

    async def describe(self) -> WorkflowExecutionDescription:
        """What the server knows, with or without a worker. Raises `NoSuchFilm`, `Unreachable`."""
        try:
            description = await self.handle.describe()
        except RPCError as error:
            raise self._refused(error) from error
        if description.workflow_type != self.production.workflow:
            other = PRODUCTIONS.get(description.workflow_type)
            kind = other.noun if other else description.workflow_type
            instead = f": `reel status {quote(self.id)}` tells how it stands" if other else ""
            raise NoSuchFilm(f"{self.id} is no {self.production.noun} but a {kind}{instead}.")
        return description

    # ---- following -------------------------------------------------------------------------------

    async def progress(self) -> Progress:
        """What is known now, as its kind tells it; answers after the end too, while a worker runs. Raises
        `NoSuchFilm`, `NoAnswer`, `Unreachable`."""
        told = self.production.queries.get("progress", Progress)
        try:
            answer: Progress = await self.handle.query("progress", result_type=told, rpc_timeout=_QUERY_LIMIT)
        except WorkflowQueryFailedError as error:
            return await self._as_it_ended(error)
        except RPCError as error:
            if not passes(error) and error.status not in _NO_WORKER:
                raise self._refused(error) from error
            raise NoAnswer(f"No worker answers for the {self.production.noun} {self.id}.") from error
        if answer.budget_usd is None or answer.status != "rendering":
            return answer
        try:
            # Only what waits for a provider has a standing there.
            return with_standings(answer, await self.handle.describe())
        except RPCError:
            # It has answered; what its providers say is told the next time.
            return answer

    async def progress_soon(self, patience_s: float, every_s: float = WATCH_EVERY_S) -> Progress:
        """The same where a worker has just begun, or is about to: asks for so many seconds,
        and once at least."""
        limit = time.monotonic() + patience_s
        while True:
            try:
                return await self.progress()
            except TellsNothing:
                raise
            except NoAnswer:
                if time.monotonic() >= limit:
                    raise
            await asyncio.sleep(every_s)

    async def _as_it_ended(self, error: WorkflowQueryFailedError) -> Progress:
        """A run that does not replay in this release cannot tell its progress; how it failed is known."""
        if (await self.describe()).status == WorkflowExecutionStatus.FAILED:
            try:
                await self.result()
            except FilmFailed as failure:
                return Progress(status="failed", error=Failure(type=failure.type, problem=str(failure)))
        raise TellsNothing(f"{self.id} does not tell its progress.") from error

    async def watch(self, every_s: float | Callable[[], float] = WATCH_EVERY_S) -> AsyncIterator[Progress]:
        """Progress whenever there is any, until the end; looks every `every_s` seconds, or as many as that
        says each time.

        Skips the moments when the server or the worker is away. Raises `NoSuchFilm`, `Unreachable`.
        """
        ended = asyncio.ensure_future(self.result())
        before: Progress | None = None
        try:
            while True:
                over = ended.done()
                # A query answers only while a worker runs; a production outlives its workers.
                with suppress(NoAnswer, Away):
                    progress = await self.progress()
                    news = progress.model_copy(update={"elapsed_s": 0.0, "expected_s": None})
                    if news != before or over:
                        before = news
                        yield progress
                if over:
                    error = ended.exception()
                    if error is None or isinstance(error, FilmFailed):
                        return
                    raise error
                await asyncio.wait({ended}, timeout=every_s() if callable(every_s) else every_s)
        finally:
            ended.cancel()
            await asyncio.wait({ended})
            if not ended.cancelled():
                ended.exception()

    async def result(self) -> AnyOutcome:
        """Waits for the end, also through a restart of the server, which is told to the log. Raises
        `FilmFailed`, `NoSuchFilm`, `Unreachable`."""
        while True:
            try:
                return await self.handle.result()
            except WorkflowFailureError as error:
                raise failed(error, self.production.noun) from error
            except RPCError as error:
                if not passes(error):
                    raise self._refused(error) from error
                log.warning("Temporal does not answer for %s (%s): asking again", self.id, error.status.name)
                await asyncio.sleep(_AWAY_S)

    # ---- steering --------------------------------------------------------------------------------

    async def pause(self) -> None:
        """Lets running steps finish and starts none."""
        await self._signal("pause")

    async def resume(self) -> None:
        """Goes on after a pause."""
        await self._signal("resume")

    async def stop(self) -> None:
        """Cancels what runs; it completes with the status `stopped` and what exists.

        All three raise `NoSuchFilm`, `FilmEnded`, `Unreachable`."""
        await self._signal("stop")

    async def set_budget(self, usd: Decimal) -> str:
        """Changes what it may cost in all; what waits for money goes on. Returns how it stands."""
        return await self.update("set_budget", {"usd": str(usd)})

    async def accept_risk(self, step: str) -> str:
        """Goes on with a held step, at the risk of paying for it twice."""
        return await self.update("accept_risk", {"step": step})

    async def give_up(self, step: str) -> str:
        """Gives a waiting step up; it goes on without where it can.

        All three raise `NotWaiting`, `InvalidAnswer`, `NotDone`, `NoSuchFilm`, `FilmEnded`, `Unreachable`."""
        return await self.update("give_up", {"step": step})

    async def update(self, name: str, value: Mapping[str, object], id: str | None = None) -> str:
        """Sends any update, whose `id` it is counted once by; raises what the three above do."""
        try:
            answer: str = await self.handle.execute_update(name, value, id=id, result_type=str)
        except WorkflowUpdateFailedError as error:
            raise update_failed(error, name, self.id) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise update_cut_off(error, name, self.id) from error
        except RPCError as error:
            raise await self._steered_too_late(error) from error
        return answer

    async def _signal(self, name: str) -> None:
        try:
            await self.handle.signal(name)
        except RPCError as error:
            raise await self._steered_too_late(error) from error

    async def _steered_too_late(self, error: RPCError) -> Exception:
        """Of one that ran there is a description; of one that never did there is none."""
        if not is_gone(error):
            return self._refused(error)
        status = (await self.describe()).status or WorkflowExecutionStatus.COMPLETED
        return FilmEnded(f"The {self.production.noun} {self.id} has ended ({status.name.lower()}).")

    def _refused(self, error: RPCError) -> Exception:
        return refused(error, self.id, self.production.noun)
