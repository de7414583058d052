"""All productions of one Temporal namespace, of every kind that stands in the table: started and found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from starter.errors import NoSuchFilm
from starter.refused import refused
from starter.run import Run
from workflows.productions import PRODUCTIONS
from workflows.studio import STUDIO_QUEUE, AnyOutcome, AnyRequest, InvalidRequest, Production

# Some servers refuse a summary over 200 bytes.
_SUMMARY_BYTES = 200


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
        `Unreachable`, which is `Away` for what passes by itself.
        """
        name = id or production.id_of(request)
        try:
            handle: WorkflowHandle[Any, AnyOutcome] = await self._client.start_workflow(
                production.workflow,
                # Only what was asked: easier to read, and an older worker meets no field it does not know.
                request.model_dump(mode="json", exclude_defaults=True),
                id=name,
                task_queue=STUDIO_QUEUE,
                result_type=production.result,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=production.summary(request).encode()[:_SUMMARY_BYTES].decode(errors="ignore"),
                static_details=production.details(request),
            )
        except WorkflowAlreadyStartedError:
            return self.run(production, name)
        except RPCError as error:
            raise refused(error, name, production.noun) from error
        return Run(name, True, handle, production)

    def run(self, production: Production[Any, AnyOutcome], id: str) -> Run[AnyOutcome]:
        """The latest run of this id; asks nothing of the server yet."""
        handle: WorkflowHandle[Any, AnyOutcome] = self._client.get_workflow_handle(
            id, result_type=production.result
        )
        return Run(id, False, handle, production)

    async def find(self, id: str) -> Run[Any]:
        """The latest run of this id, whichever kind it is. Raises `NoSuchFilm`, `Unreachable`."""
        nouns = " or ".join(one.noun for one in self._table.values())
        try:
            description = await self._client.get_workflow_handle(id).describe()
        except RPCError as error:
            raise refused(error, id, nouns) from error
        production = self._table.get(description.workflow_type)
        if production is None:
            raise NoSuchFilm(f"{id} is no {nouns} but a {description.workflow_type}.")
        return self.run(production, id)


async def request_of(run: Run[Any]) -> Any:
    """What a run was asked for; None where it was started with something else."""
    async for event in run.handle.fetch_history_events(page_size=1):
        payloads = event.workflow_execution_started_event_attributes.input.payloads
        try:
            return run.production.parse(payloads[0].data if payloads else None)
        except InvalidRequest:
            return None
    return None
