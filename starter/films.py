"""The typed client: how a Python service starts a film, follows it and steers it.

    films = Films(await connect())
    film = await films.start(VideoRequest(prompt="A 15 second film about a ceramic coffee mug"))
    print(await film.result())

It needs no worker's dependencies. Every other language does the same with its own Temporal client: start
`VideoWorkflow` on the task queue `reel` with one JSON object.
"""

from __future__ import annotations

import asyncio
import logging
import re
import textwrap
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import (
    ApplicationError,
    CancelledError,
    TerminatedError,
    WorkflowAlreadyStartedError,
)
from temporalio.service import RPCError, RPCStatusCode

from infra.errors import Unreachable
from infra.refusals import no_namespace, passes, unreachable
from starter.errors import FilmEnded, FilmFailed, NoAnswer, NoSuchFilm, NotWaiting
from starter.standings import with_standings
from workflows.film.contract import VideoRequest
from workflows.film.duration import resolved_duration
from workflows.film.naming import film_id, product_noun
from workflows.film.report import VideoResult
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.failures import NO_REPLAY, other_release
from workflows.studio.money import Decision, SetBudget
from workflows.studio.report import Failure, Progress

log = logging.getLogger(__name__)

__all__ = ["Film", "FilmEnded", "FilmFailed", "Films", "NoAnswer", "NoSuchFilm", "Unreachable", "differences"]

#: The registered name, as every client of any language starts it.
WORKFLOW = "VideoWorkflow"
# Some servers refuse a summary over 200 bytes.
_SUMMARY_BYTES = 200
# Columns of the panel that shows the details, in a monospaced fence.
_LINE = 56
# A query costs a workflow task; twice a second looks alive and costs next to nothing.
WATCH_EVERY_S = 0.5
# A worker answers within milliseconds; one that is busy or just starting within a second or two.
_QUERY_LIMIT = timedelta(seconds=5)
# How a query that no worker takes is turned down.
_NO_WORKER = (RPCStatusCode.FAILED_PRECONDITION,)
# A server that restarts is back within a second or two.
_AWAY_S = 0.5


@dataclass(frozen=True)
class Film:
    """One run of `VideoWorkflow`. `started` is False where it was running already."""

    id: str
    started: bool
    handle: WorkflowHandle[Any, VideoResult]

    async def describe(self) -> WorkflowExecutionDescription:
        """What the server knows, with or without a worker. Raises `NoSuchFilm`, `Unreachable`."""
        try:
            description = await self.handle.describe()
        except RPCError as error:
            self._refused(error)
        if description.workflow_type != WORKFLOW:
            raise NoSuchFilm(f"{self.id} is no film but a {description.workflow_type}.")
        return description

    async def progress(self) -> Progress:
        """What is known now; answers after the end too, while a worker runs. Raises `NoSuchFilm`,
        `NoAnswer`, `Unreachable`."""
        try:
            answer: Progress = await self.handle.query(
                "progress", result_type=Progress, rpc_timeout=_QUERY_LIMIT
            )
        except WorkflowQueryFailedError as error:
            return await self._as_it_ended(error)
        except RPCError as error:
            if not passes(error) and error.status not in _NO_WORKER:
                self._refused(error)
            raise NoAnswer(f"No worker answers for the film {self.id}.") from error
        if answer.budget_usd is None or answer.status != "rendering":
            return answer
        try:
            # Only what waits for a provider has a standing there.
            return with_standings(answer, await self.handle.describe())
        except RPCError:
            # The film has answered; what its providers say is told the next time.
            return answer

    async def _as_it_ended(self, error: WorkflowQueryFailedError) -> Progress:
        """A film that does not replay in this release cannot tell its progress; how it failed is known."""
        if (await self.describe()).status == WorkflowExecutionStatus.FAILED:
            try:
                await self.result()
            except FilmFailed as failed:
                return Progress(status="failed", error=Failure(type=failed.type, problem=str(failed)))
        raise NoAnswer(f"{self.id} does not tell its progress.") from error

    async def watch(self, every_s: float = WATCH_EVERY_S) -> AsyncIterator[Progress]:
        """Progress whenever there is any, until the film has ended; looks every `every_s` seconds.

        Skips the moments when the server or the worker is away. Raises `NoSuchFilm`, `Unreachable`.
        """
        ended = asyncio.ensure_future(self.result())
        before: Progress | None = None
        try:
            while True:
                over = ended.done()
                # A query answers only while a worker runs; a film outlives its workers.
                with suppress(NoAnswer):
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
                await asyncio.wait({ended}, timeout=every_s)
        finally:
            ended.cancel()
            await asyncio.wait({ended})
            if not ended.cancelled():
                ended.exception()

    async def result(self) -> VideoResult:
        """Waits for the end, also through a restart of the server, which is told to the log. Raises
        `FilmFailed`, `NoSuchFilm`, `Unreachable`."""
        while True:
            try:
                return await self.handle.result()
            except WorkflowFailureError as error:
                raise _failed(error) from error
            except RPCError as error:
                if not passes(error):
                    self._refused(error)
                log.warning("Temporal does not answer for %s (%s): asking again", self.id, error.status.name)
                await asyncio.sleep(_AWAY_S)

    async def pause(self) -> None:
        """Lets running steps finish and starts none."""
        await self._signal("pause")

    async def resume(self) -> None:
        await self._signal("resume")

    async def stop(self) -> None:
        """Cancels what runs; the film completes with the status `stopped` and what exists.

        All three raise `NoSuchFilm`, `FilmEnded`."""
        await self._signal("stop")

    async def set_budget(self, usd: Decimal) -> str:
        """Changes what the film may cost in all; what waits for money goes on. Returns how it stands."""
        return await self._update("set_budget", SetBudget(usd=usd))

    async def accept_risk(self, step: str) -> str:
        """Goes on with a held step, at the risk of paying for it twice."""
        return await self._update("accept_risk", Decision(step=step))

    async def give_up(self, step: str) -> str:
        """Gives a waiting step up; the film goes on without it where it can.

        All three raise `NotWaiting`, `NoSuchFilm`, `FilmEnded`."""
        return await self._update("give_up", Decision(step=step))

    async def _update(self, name: str, value: SetBudget | Decision) -> str:
        try:
            answer: str = await self.handle.execute_update(name, value, result_type=str)
        except WorkflowUpdateFailedError as error:
            raise NotWaiting(getattr(error.cause, "message", str(error))) from error
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                self._refused(error)
            await self.describe()
            raise FilmEnded(f"{self.id} has ended.") from error
        return answer

    async def _signal(self, name: str) -> None:
        try:
            await self.handle.signal(name)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                self._refused(error)
            status = (await self.describe()).status or WorkflowExecutionStatus.COMPLETED
            raise FilmEnded(f"The film {self.id} has ended ({status.name.lower()}).") from error

    def _refused(self, error: RPCError) -> NoReturn:
        """Raises what a refusal means; what passes is raised as it stands."""
        if passes(error):
            raise error
        if error.status != RPCStatusCode.NOT_FOUND or no_namespace(error):
            raise unreachable(error) from error
        raise NoSuchFilm(f"There is no film {self.id} here, or its history has expired.") from error


class Films:
    """All films of one Temporal namespace."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, request: VideoRequest, id: str | None = None) -> Film:
        """Starts the film, or attaches to it where it runs; its id follows from the request.

        Starting one that has ended begins a new run, which pays for nothing that is finished. Raises
        `Unreachable`.
        """
        name = id or film_id(request)
        try:
            handle = await self._client.start_workflow(
                WORKFLOW,
                # Only what was asked: easier to read, and an older worker meets no field it does not know.
                request.model_dump(mode="json", exclude_defaults=True),
                id=name,
                task_queue=STUDIO_QUEUE,
                result_type=VideoResult,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=_summary(request),
                static_details=_details(request),
            )
        except WorkflowAlreadyStartedError:
            return self.film(name)
        except RPCError as error:
            if passes(error):
                raise
            raise unreachable(error) from error
        return Film(name, True, handle)

    def film(self, id: str) -> Film:
        """The latest run of this id; asks nothing of the server yet."""
        return Film(id, False, self._client.get_workflow_handle(id, result_type=VideoResult))

    async def request_of(self, film: Film) -> VideoRequest | None:
        """What a running film was asked for; None where it was started with something else."""
        async for event in film.handle.fetch_history_events(page_size=1):
            payloads = event.workflow_execution_started_event_attributes.input.payloads
            try:
                return VideoRequest.model_validate_json(payloads[0].data)
            except (IndexError, ValueError):
                return None
        return None


def differences(asked: VideoRequest, running: VideoRequest) -> tuple[str, ...]:
    """The fields in which a request differs from the film it was attached to. One that names no budget does
    not ask for another."""
    named = [
        name for name in VideoRequest.model_fields if name != "budget_usd" or asked.budget_usd is not None
    ]
    return tuple(name for name in named if getattr(asked, name) != getattr(running, name))


def _failed(error: WorkflowFailureError) -> FilmFailed:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.message.startswith(NO_REPLAY):
        other = other_release("film")
        return FilmFailed(other.words, other.type)
    if isinstance(cause, ApplicationError):
        return FilmFailed(cause.message, cause.type or "ApplicationError", tuple(cause.details))
    if isinstance(cause, CancelledError):
        return FilmFailed("The film was cancelled.", "Cancelled")
    if isinstance(cause, TerminatedError):
        return FilmFailed("The film was terminated.", "Terminated")
    return FilmFailed(str(cause), type(cause).__name__)


def _summary(request: VideoRequest) -> str:
    product = (request.plan.product if request.plan else None) or product_noun(request.prompt)
    seconds = resolved_duration(request)
    words = [f"{seconds} s"] if seconds else []
    words += [product, f"{request.aspect} {request.size}"]
    return " · ".join(words).encode()[:_SUMMARY_BYTES].decode(errors="ignore")


def _details(request: VideoRequest) -> str:
    """Markdown. The prompt is somebody's words: fenced by more backticks than it has, and told apart from the
    templates, such as `{runId}`, that the Web UI fills in. Inside a fence nothing wraps by itself."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", request.prompt)), default=0))
    prompt = "\n".join(textwrap.fill(line, _LINE) for line in _tame(request.prompt).splitlines())
    rows = request.model_dump(mode="json", exclude={"prompt", "plan", "library"}, exclude_defaults=True)
    # An image's address may be signed.
    rows |= {name: str(rows[name]).split("?")[0] for name in ("product",) if name in rows}
    rows |= {"references": f"{len(request.references)} images"} if request.references else {}
    facts = "".join(
        f"\n- {name}: `{_tame(str(value)).replace('`', chr(39))}`" for name, value in rows.items()
    )
    return f"**Asked for**\n\n{fence}\n{prompt}\n{fence}\n{facts}"


def _tame(text: str) -> str:
    return text.replace("{", "{\u200b")
