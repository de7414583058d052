"""The Nexus service `reel.batches`."""

from __future__ import annotations

from collections.abc import Sequence

from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.common import RawValue
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from activities.service.asking import Begins, Kind
from activities.service.steered import Steered
from workflows.batch import BATCH, MEANT, BatchProgress, BatchResult
from workflows.service import BATCHES, Decided, ReelBatches

_STEP = {"step": BATCH.example_step}


def _has(states: Sequence[str]) -> Begins:
    """Whether any item is in one of these states."""
    return lambda progress: any(getattr(progress.counts, state) for state in states)


@service_handler(name=BATCHES)
class BatchService(Steered):
    """What `ReelBatches` tells its callers."""

    kind = Kind(
        BATCH,
        ReelBatches,
        "batch-mugs-3f9a2c",
        values={
            "set_budget": {"usd": "7.50"},
            "accept_risk": _STEP,
            "give_up": _STEP,
            "approve": {"items": ["3", "5-9"]},
            "retry": {"state": "failed"},
        },
        begins={
            **{name: _has(states) for name, (states, _) in MEANT.items()},
            "set_budget": _has(("over_budget",)),
        },
    )

    @workflow_run_operation
    async def run(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[BatchResult]:
        return await self.kind.begun(context, sent)

    @sync_operation
    async def progress(self, context: StartOperationContext, sent: RawValue) -> BatchProgress:
        told: BatchProgress = await self.kind.progress(sent)
        return told

    @sync_operation
    async def retry(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "retry", sent)
