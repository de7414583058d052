"""The Nexus service `reel.films`, as the worker of the studio's own queue hosts it.

Inputs are taken as they came, and read here: what the SDK cannot decode it refuses without a word about which
field is wrong. An operation may be sent again by the caller's server, always with the same request id, by
which a start and an update are counted once.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

import nexusrpc
from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation
from temporalio.service import RPCError, RPCStatusCode

from activities.starting import TOO_LATE, Update, asked_json, begin_with, name_of, request_of, told
from workflows.film import FILM, VideoResult
from workflows.service import (
    ENDPOINT,
    SERVICE,
    ApprovalOf,
    BudgetOf,
    Decided,
    OfFilm,
    RetakeOf,
    StepOf,
    UpgradeOf,
    UseOf,
)
from workflows.studio import STUDIO_QUEUE, InvalidRequest, Progress, answer_of

Asking = TypeVar("Asking", bound=OfFilm)
#: A value that would do, for the words in which another is refused.
_EXAMPLE: dict[str, Any] = {"film": "film-ceramic-coffee-mug-3f9a2c"}
_SHOT = {**_EXAMPLE, "shot": "hero_shot"}
_SHOTS = {**_EXAMPLE, "shots": ["hero_shot"]}
_STEP = {**_EXAMPLE, "step": FILM.example_step}
#: What answers a wait of a run, and begins no other.
_ONLY_RUNNING = ("accept_risk", "give_up")


@service_handler(name=SERVICE)
class FilmService:
    """What `ReelFilms` tells its callers; a test holds the two together."""

    @workflow_run_operation
    async def make(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[VideoResult]:
        try:
            request = FILM.parse(sent.payload.data)
        except InvalidRequest as error:
            problems = [problem.model_dump() for problem in error.fields]
            _fail(InvalidRequest.__name__, str(error), *problems)
        return await context.start_workflow(
            FILM.workflow,
            asked_json(request),
            id=await name_of(nexus.client(), FILM, request),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **told(FILM, request),
        )

    @sync_operation
    async def progress(self, context: StartOperationContext, sent: RawValue) -> Progress:
        return await _progress(await _film(_read(OfFilm, sent, _EXAMPLE).film))

    @sync_operation
    async def pause(self, context: StartOperationContext, sent: RawValue) -> None:
        await _signal("pause", sent)

    @sync_operation
    async def resume(self, context: StartOperationContext, sent: RawValue) -> None:
        await _signal("resume", sent)

    @sync_operation
    async def stop(self, context: StartOperationContext, sent: RawValue) -> None:
        await _signal("stop", sent)

    @sync_operation
    async def set_budget(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "set_budget", _read(BudgetOf, sent, {**_EXAMPLE, "usd": "7.50"}))

    @sync_operation
    async def accept_risk(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "accept_risk", _read(StepOf, sent, _STEP))

    @sync_operation
    async def give_up(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "give_up", _read(StepOf, sent, _STEP))

    @sync_operation
    async def retake(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "retake", _read(RetakeOf, sent, _SHOT))

    @sync_operation
    async def use(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "use", _read(UseOf, sent, {**_SHOT, "version": "draft-1"}))

    @sync_operation
    async def upgrade(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "upgrade", _read(UpgradeOf, sent, {**_SHOTS, "profile": "final"}))

    @sync_operation
    async def approve(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await _decided(context, "approve", _read(ApprovalOf, sent, _SHOTS))


def _read(kind: type[Asking], sent: RawValue, example: dict[str, Any]) -> Asking:
    try:
        return answer_of(kind, sent, **example)
    except ApplicationError as error:
        _fail(error.type, error.message)


async def _film(id: str) -> WorkflowHandle[Any, Any]:
    """The latest run of a film, of which there is one."""
    handle = nexus.client().get_workflow_handle(id, result_type=FILM.result)
    try:
        kind = (await handle.describe()).workflow_type
    except RPCError as error:
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        _fail("NoSuchFilm", f"There is no film {id} here, or its history has expired.")
    if kind != FILM.workflow:
        _fail("NoSuchFilm", f"{id} is no film but a {kind}.")
    return handle


async def _progress(film: WorkflowHandle[Any, Any]) -> Progress:
    told: Progress = await film.query("progress", result_type=Progress)
    return told


async def _signal(name: str, sent: RawValue) -> None:
    film = await _film(_read(OfFilm, sent, _EXAMPLE).film)
    try:
        await film.signal(name)
    except RPCError as error:
        _fail_of_ended(film, error)


async def _decided(context: StartOperationContext, name: str, asked: OfFilm) -> Decided:
    film = await _film(asked.film)
    value = asked.model_dump(mode="json", exclude={"film"}, exclude_unset=True)
    update = Update(name, value, context.request_id)
    try:
        return Decided(words=await film.execute_update(name, value, id=update.id, result_type=str))
    except WorkflowUpdateFailedError as error:
        if not _too_late(error) or update.adds:
            _fail_of(error, film.id)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        # Nobody asked for another run: what was stopped stays so.
        if name in _ONLY_RUNNING or (name == "set_budget" and not (await _progress(film)).lacks_money):
            _fail_of_ended(film, error)
    return await _begun(film, update)


async def _begun(film: WorkflowHandle[Any, Any], update: Update) -> Decided:
    """Another run of a film that has ended."""
    request = await request_of(film, FILM)
    if request is None:
        _fail("NoSuchFilm", f"What {film.id} was asked for cannot be read any more.")
    try:
        sent, _ = await begin_with(nexus.client(), FILM, request, film.id, update)
        return Decided(words=await sent.result(), begun=True)
    except WorkflowUpdateFailedError as error:
        _fail_of(error, film.id)


def _too_late(error: WorkflowUpdateFailedError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == TOO_LATE


def _fail_of(error: WorkflowUpdateFailedError, film: str) -> NoReturn:
    if _too_late(error):
        _fail("InDoubt", f"{film} has ended, and nobody can say whether that came in time.")
    cause = error.cause
    if isinstance(cause, ApplicationError):
        _fail(cause.type, cause.message, *cause.details)
    _fail("NotDone", f"It could not be carried out: {cause}")


def _fail_of_ended(film: WorkflowHandle[Any, Any], error: RPCError) -> NoReturn:
    """Of a film that there is, the server says so of a run that has ended; all else passes by itself."""
    if error.status != RPCStatusCode.NOT_FOUND:
        raise error
    _fail("FilmEnded", f"The film {film.id} has ended.")


def _fail(type: str | None, message: str, *details: Any) -> NoReturn:
    """With what every client sees, as the cause of what Nexus needs."""
    cause = ApplicationError(message, *details, type=type, non_retryable=True)
    raise nexusrpc.OperationError(message, state=nexusrpc.OperationErrorState.FAILED) from cause


async def ensure_endpoint(client: Client) -> None:
    """The endpoint by which other namespaces of this server reach the service, unless there is one of that
    name. Raises `RPCError` where it may not be created."""
    target = EndpointTarget.Worker(namespace=client.namespace, task_queue=STUDIO_QUEUE)
    spec = EndpointSpec(name=ENDPOINT, target=EndpointTarget(worker=target))
    try:
        await client.operator_service.create_nexus_endpoint(CreateNexusEndpointRequest(spec=spec))
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise
