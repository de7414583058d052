"""How a production is begun by a client of Temporal's, and begun again by a decision about it: the same for
the typed client, which needs no worker, and for a worker that does it for another namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from workflows.studio import (
    STUDIO_QUEUE,
    AnyOutcome,
    AnyRequest,
    InvalidRequest,
    Production,
    Request,
    at_its_time,
)

# Some servers refuse a summary over 200 bytes.
_SUMMARY_BYTES = 200
#: How the server says that a run has ended before it had answered.
TOO_LATE = "AcceptedUpdateCompletedWorkflow"


class Update(NamedTuple):
    """What is sent; it is counted once by its `id`."""

    name: str
    value: Mapping[str, object]
    id: str

    @property
    def adds(self) -> bool:
        return adds(self.name, self.value)


def adds(name: str, value: Mapping[str, object]) -> bool:
    """Whether an update adds to what was decided: sent twice, it is two decisions. All others say how it is
    to be."""
    return name == "retake" or (name == "upgrade" and value.get("spend_usd") is not None)


def asked_json(request: Request) -> dict[str, Any]:
    """Only what was asked: easier to read, and an older worker meets no field it does not know."""
    asked: dict[str, Any] = request.model_dump(mode="json", exclude_defaults=True)
    return asked


def told(production: Production[AnyRequest, AnyOutcome], request: AnyRequest) -> dict[str, Any]:
    """What every start of it says."""
    return {
        "task_queue": STUDIO_QUEUE,
        "result_type": production.result,
        "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        "static_summary": production.summary(request).encode()[:_SUMMARY_BYTES].decode(errors="ignore"),
        "static_details": production.details(request),
    }


async def request_of(handle: WorkflowHandle[Any, Any], production: Production[AnyRequest, Any]) -> Any:
    """What a run was asked for; None where it was started with something else. Raises `RPCError`."""
    try:
        async for event in handle.fetch_history_events(page_size=1):
            payloads = event.workflow_execution_started_event_attributes.input.payloads
            return production.parse(at_its_time(payloads[0].data if payloads else None, handle.id))
    except InvalidRequest:
        return None
    return None


async def name_of(client: Client, production: Production[AnyRequest, Any], request: AnyRequest) -> str:
    """The id under which a request is made: the one that follows from it, or a longer one where that is
    another's, of which the id has the same few digits. Raises `RPCError`."""
    name = production.id_of(request)
    try:
        held = await request_of(client.get_workflow_handle(name), production)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return name
    is_its = held is None or production.digest_of(held) == production.digest_of(request)
    return name if is_its else production.longer_id_of(request)


async def begin_with(
    client: Client,
    production: Production[AnyRequest, AnyOutcome],
    request: AnyRequest,
    id: str,
    update: Update,
) -> tuple[WorkflowUpdateHandle[str], WorkflowHandle[Any, AnyOutcome]]:
    """Sends the update together with a start. Returns both, once it is accepted; raises what the client
    raises."""
    operation: WithStartWorkflowOperation[Any, AnyOutcome] = WithStartWorkflowOperation(
        production.workflow,
        asked_json(request),
        id=id,
        # Somebody may have begun it meanwhile.
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        **told(production, request),
    )
    sent = await client.start_update_with_start_workflow(
        update.name,
        update.value,
        start_workflow_operation=operation,
        wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        id=update.id,
        result_type=str,
    )
    return sent, await operation.workflow_handle()
