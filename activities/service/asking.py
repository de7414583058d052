"""Knows how any kind of production is asked for by Nexus: begun, looked at, steered and decided about.

Inputs are taken as they came, and read here: what the SDK cannot decode it refuses without a word about which
field is wrong. An operation may be sent again by the caller's server, always with the same request id, by
which a start and an update are counted once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn

import nexusrpc
from nexusrpc.handler import StartOperationContext
from temporalio import nexus
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.nexus import WorkflowRunOperationContext
from temporalio.service import RPCError, RPCStatusCode

from activities.faults import Permanent
from activities.starting import TOO_LATE, Update, asked_json, begin_with, name_of, request_of, told
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE
from workflows.service import BATCHES, PIPELINES, SERVICE, Decided, Found
from workflows.studio import AnyOutcome, AnyRequest, Asked, InvalidRequest, Production, Progress, answer_of

#: Whether what stands so begins another run for a decision.
Begins = Callable[[Any], bool]
#: Raises `ApplicationError` for a decision that another run of what was asked for so, under that id, would
#: refuse.
Check = Callable[[Any, str, Update], Awaitable[None]]
#: Whom to ask instead, by the registered name of the workflow.
_ASKED_BY = {FILM.workflow: SERVICE, PIPELINE.workflow: PIPELINES, BATCH.workflow: BATCHES}


@dataclass(frozen=True)
class Kind(Generic[AnyRequest, AnyOutcome]):
    """One kind, by the `contract` that its callers are told. `example` is an id of one, `values` what else
    would do, by the operation, for the words in which other input is refused. `begins` are the decisions that
    begin another run of one that has ended: always, or where it stands so."""

    production: Production[AnyRequest, AnyOutcome]
    contract: type
    example: str
    values: Mapping[str, Mapping[str, Any]]
    begins: Mapping[str, Begins | None] = field(default_factory=dict)

    async def begun(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[AnyOutcome]:
        """What was asked for, started, or attached to where it runs."""
        production, request = self.production, self._asked(sent)
        return await context.start_workflow(
            production.workflow,
            asked_json(request),
            id=await name_of(nexus.client(), production, request),
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **told(production, request),
        )

    async def find(self, sent: RawValue) -> Found:
        """Which one a request is for, and how it differs from what that runs with."""
        production, request, client = self.production, self._asked(sent), nexus.client()
        id = await name_of(client, production, request)
        run = client.get_workflow_handle(id)
        try:
            standing = await run.describe()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return Found(id=id)
        is_running = standing.status == WorkflowExecutionStatus.RUNNING
        if not is_running or standing.workflow_type != production.workflow:
            return Found(id=id)
        running = await request_of(run, production)
        return Found(id=id, runs=True, differs=production.differs(request, running) if running else ())

    def _asked(self, sent: RawValue) -> AnyRequest:
        with refusals():
            return self.production.parse(sent.payload.data)

    async def progress(self, sent: RawValue) -> Any:
        """As its kind tells it."""
        return await self._progress(await self._found(self._read("progress", sent)))

    async def signal(self, name: str, sent: RawValue) -> None:
        run = await self._found(self._read(name, sent))
        try:
            await run.signal(name)
        except RPCError as error:
            self._fail_of_ended(run, error)

    async def decide(
        self, context: StartOperationContext, name: str, sent: RawValue, check: Check
    ) -> Decided:
        """Sends an update of that name; what has ended may begin again for it, where the `check` lets it."""
        asked = self._read(name, sent)
        run = await self._found(asked)
        value = asked.model_dump(mode="json", exclude={self.production.noun}, exclude_unset=True)
        update = Update(name, value, context.request_id)
        try:
            return Decided(words=await run.execute_update(name, value, id=update.id, result_type=str))
        except WorkflowUpdateFailedError as error:
            if not _too_late(error) or update.adds or name not in self.begins:
                _fail_of(error, run.id)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            # Nobody asked for another run: what was stopped stays so.
            if not await self._begins(name, run):
                self._fail_of_ended(run, error)
        return await self._begun_again(run, update, check)

    def _read(self, name: str, sent: RawValue) -> Asked:
        definition = nexusrpc.get_service_definition(self.contract)
        assert definition is not None, "a contract is one"
        kind = definition.operation_definitions[name].input_type
        try:
            read: Asked = answer_of(
                kind, sent, **{self.production.noun: self.example, **self.values.get(name, {})}
            )
            return read
        except ApplicationError as error:
            _fail(error.type, error.message)

    async def _found(self, asked: Asked) -> WorkflowHandle[Any, Any]:
        """The latest run of it, of which there is one."""
        id, noun = getattr(asked, self.production.noun), self.production.noun
        handle = nexus.client().get_workflow_handle(id, result_type=self.production.result)
        try:
            kind = (await handle.describe()).workflow_type
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise
            _fail("NoSuchFilm", f"There is no {noun} {id} here, or its history has expired.")
        if kind != self.production.workflow:
            instead = f": ask {_ASKED_BY[kind]}" if kind in _ASKED_BY else ""
            _fail("NoSuchFilm", f"{id} is no {noun} but a {kind}{instead}.")
        return handle

    async def _progress(self, run: WorkflowHandle[Any, Any]) -> Any:
        return await run.query("progress", result_type=self.production.queries.get("progress", Progress))

    async def _begins(self, name: str, run: WorkflowHandle[Any, Any]) -> bool:
        if name not in self.begins:
            return False
        begins = self.begins[name]
        return begins is None or begins(await self._progress(run))

    async def _begun_again(self, run: WorkflowHandle[Any, Any], update: Update, check: Check) -> Decided:
        """Another run of what has ended."""
        request = await request_of(run, self.production)
        if request is None:
            _fail("NoSuchFilm", f"What {run.id} was asked for cannot be read any more.")
        with refusals():
            # The run would go on without it, and buy whatever is not there yet.
            await check(request, run.id, update)
            try:
                sent, _ = await begin_with(nexus.client(), self.production, request, run.id, update)
                return Decided(words=await sent.result(), begun=True)
            except WorkflowUpdateFailedError as error:
                _fail_of(error, run.id)

    def _fail_of_ended(self, run: WorkflowHandle[Any, Any], error: RPCError) -> NoReturn:
        """Of what there is, the server says so of a run that has ended; all else passes by itself."""
        if error.status != RPCStatusCode.NOT_FOUND:
            raise error
        _fail("FilmEnded", f"The {self.production.noun} {run.id} has ended.")


@contextmanager
def refusals() -> Iterator[None]:
    """What stays as it is, however often it is asked again, in words for the caller: of all else Nexus tries
    once more, for as long as its caller waits."""
    try:
        yield
    except ApplicationError as error:
        _fail(error.type, error.message)
    except InvalidRequest as error:
        _fail(InvalidRequest.__name__, str(error), *(problem.model_dump() for problem in error.fields))
    except Permanent as error:
        _fail(type(error).__name__, str(error))


def _too_late(error: WorkflowUpdateFailedError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == TOO_LATE


def _fail_of(error: WorkflowUpdateFailedError, id: str) -> NoReturn:
    if _too_late(error):
        _fail("InDoubt", f"{id} has ended, and nobody can say whether that came in time.")
    cause = error.cause
    if isinstance(cause, ApplicationError):
        _fail(cause.type, cause.message, *cause.details)
    _fail("NotDone", f"It could not be carried out: {cause}")


def _fail(type: str | None, message: str, *details: Any) -> NoReturn:
    """With what every client sees, as the cause of what Nexus needs."""
    cause = ApplicationError(message, *details, type=type, non_retryable=True)
    raise nexusrpc.OperationError(message, state=nexusrpc.OperationErrorState.FAILED) from cause
