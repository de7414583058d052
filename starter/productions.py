"""All productions of one Temporal namespace, of every kind that stands in the table: started and found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities import starting
from activities.starting import Update, asked_json, told
from starter.errors import FilmEnded, InDoubt, NoSuchFilm
from starter.finding import MOST_LISTED, Found, Wanted, found
from starter.refused import not_deleted, refused, update_cut_off, update_failed
from starter.run import Run
from workflows.productions import PRODUCTIONS
from workflows.studio import STUDIO_QUEUE, AnyOutcome, AnyRequest, Production
from workflows.upkeep import DELETE, DELETING, Deleted, DeleteProduction


class Productions:
    """Knows those of `table`, by the registered names of their workflows."""

    def __init__(self, client: Client, table: Mapping[str, Production[Any, Any]] = PRODUCTIONS) -> None:
        self._client = client
        self._table = table

    async def start(
        self, production: Production[AnyRequest, AnyOutcome], request: AnyRequest, id: str | None = None
    ) -> Run[AnyOutcome]:
        """Starts one, or attaches to it where it runs; its id follows from the request.

        Starting one that has ended begins a new run, which pays for nothing that is finished. Raises
        `NoSuchFilm` where something else runs under its id, `Unreachable`, which is `Away` for what passes by
        itself.
        """
        name = await self.name_of(production, request, id)
        run = await self._started(production, request, name)
        if run.started or (again := await self.name_of(production, request, id)) == name:
            return run
        # Another one, whose id it would be too, was begun in the very moment.
        return await self._started(production, request, again)

    async def name_of(
        self, production: Production[AnyRequest, Any], request: AnyRequest, id: str | None = None
    ) -> str:
        """The `id` that somebody chose, else the one that follows from the request: no other production's of
        this kind, though ids have but a few digits of what tells them apart. Raises `Unreachable`."""
        if id is not None and id != production.id_of(request):
            return id
        try:
            return await starting.name_of(self._client, production, request)
        except RPCError as error:
            raise refused(error, production.id_of(request), production.noun) from error

    async def _started(
        self, production: Production[AnyRequest, AnyOutcome], request: AnyRequest, name: str
    ) -> Run[AnyOutcome]:
        try:
            handle: WorkflowHandle[Any, AnyOutcome] = await self._client.start_workflow(
                production.workflow,
                asked_json(request),
                id=name,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                **told(production, request),
            )
        except WorkflowAlreadyStartedError:
            running = self.run(production, name)
            # Under an id that somebody chose anything may run.
            await running.describe()
            return running
        except RPCError as error:
            raise refused(error, name, production.noun) from error
        return Run(name, True, handle, production)

    async def ask(
        self,
        run: Run[AnyOutcome],
        name: str,
        value: Mapping[str, object],
        begun: Callable[[Run[AnyOutcome]], None] = lambda _: None,
    ) -> tuple[str, Run[AnyOutcome]]:
        """Sends an update to a production that may have ended: then along with its original request, which
        begins another run. Returns the answer, and the run that gave it.

        `begun` is told of a run that began, also where that then refuses the update. Raises what `Run.update`
        raises, but `FilmEnded` only where nobody can say whether the update came in time (`InDoubt`), and
        `NoSuchFilm` where nobody knows the request any more. A budget begins another run only of what ended
        for want of money; whether it did a worker says, so that it raises `NoAnswer` as well.
        """
        update = Update(name, value, str(uuid4()))
        try:
            return await run.update(name, value, update.id), replace(run, started=False)
        except InDoubt:
            if update.adds:
                raise
        except FilmEnded:
            # It had ended before, or in the very moment. Nobody asked for another run by a budget alone: what
            # was stopped stays so.
            if name == "set_budget" and not (await run.progress()).lacks_money:
                raise
        ended = await run.describe()
        request = await request_of(run)
        if request is None:
            raise NoSuchFilm(f"{run.id} cannot begin again: what it was asked for cannot be read any more.")
        try:
            sent, handle = await starting.begin_with(self._client, run.production, request, run.id, update)
            is_new = handle.first_execution_run_id != ended.run_id
            answering = Run(run.id, is_new, handle, run.production)
            begun(answering)
            return await sent.result(), answering
        except WorkflowUpdateFailedError as error:
            raise update_failed(error, name, run.id) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise update_cut_off(error, name, run.id) from error
        except RPCError as error:
            raise refused(error, run.id, run.production.noun) from error

    async def delete(
        self, id: str, *, keep_cuts: bool = False, dry_run: bool = False, after_restore: bool = False
    ) -> Deleted:
        """Deletes what nothing else needs of a production that has ended, of any kind; `keep_cuts` leaves
        what it has delivered, and `dry_run` deletes nothing. A worker does it: no key of the bucket's is
        needed here. `after_restore` says that what was begun since the ledger was restored has begun again.
        Raises `NoSuchFilm`, `StillRuns`, `LedgerRestored`, `NotDone`, `Unreachable`."""
        asked = DeleteProduction(
            production=id, keep_cuts=keep_cuts, dry_run=dry_run, after_restore=after_restore
        )
        # One at a time, and a look at it beside the deed.
        name = f"{DELETING}{'look-' if dry_run else ''}{id}"
        try:
            deleted: Deleted = await self._client.execute_workflow(
                DELETE,
                # Workers of a release before know no more than what is said.
                asked.model_dump(mode="json", exclude_defaults=True),
                id=name,
                task_queue=STUDIO_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                result_type=Deleted,
                static_summary=f"{'See what would go of' if dry_run else 'Delete'} {id}"[:200],
            )
            return deleted
        except WorkflowFailureError as error:
            raise not_deleted(error, id) from error
        except RPCError as error:
            raise refused(error, id, "production") from error

    def run(self, production: Production[Any, AnyOutcome], id: str) -> Run[AnyOutcome]:
        """The latest run of this id; asks nothing of the server yet."""
        handle: WorkflowHandle[Any, AnyOutcome] = self._client.get_workflow_handle(
            id, result_type=production.result
        )
        return Run(id, False, handle, production)

    def of_workflow(self, name: str) -> Production[Any, Any] | None:
        """The kind that is registered under that name."""
        return self._table.get(name)

    async def listed(self, wanted: Wanted, limit: int = MOST_LISTED) -> list[Found]:
        """The newest `limit` that are `wanted`, newest first. Raises `NotRegistered` where the namespace
        lacks a search attribute that they are wanted by, and `Unreachable`."""
        return await found(self._client, self._table, wanted, limit)

    async def find(self, id: str) -> Run[Any]:
        """The latest run of this id, whichever kind it is. Raises `NoSuchFilm`, `Unreachable`."""
        *others, last = (one.noun for one in self._table.values())
        nouns = f"{', '.join(others)} or {last}"
        try:
            description = await self._client.get_workflow_handle(id).describe()
        except RPCError as error:
            raise refused(error, id, nouns) from error
        production = self._table.get(description.workflow_type)
        if production is None:
            raise NoSuchFilm(f"{id} is no {nouns} but a {description.workflow_type}.")
        return self.run(production, id)


async def request_of(run: Run[Any]) -> Any:
    """What a run was asked for; None where it was started with something else. Raises `NoSuchFilm` where its
    history has expired, `Unreachable`."""
    try:
        return await starting.request_of(run.handle, run.production)
    except RPCError as error:
        raise refused(error, run.id, run.production.noun) from error
