"""The Nexus service `reel.pipelines`."""

from __future__ import annotations

from nexusrpc.handler import service_handler
from temporalio import nexus
from temporalio.common import RawValue
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from activities.service.asking import Kind
from activities.service.steered import Steered
from workflows.pipeline import PIPELINE, PipelineResult
from workflows.service import PIPELINES, ReelPipelines

_STEP = {"step": PIPELINE.example_step}


@service_handler(name=PIPELINES)
class PipelineService(Steered):
    """What `ReelPipelines` tells its callers. Nothing begins another run of a pipeline but `run`: a changed
    request is another one."""

    kind = Kind(
        PIPELINE,
        ReelPipelines,
        "pipeline-mug-3f9a2c",
        values={
            "set_budget": {"usd": "7.50"},
            "accept_risk": _STEP,
            "give_up": _STEP,
            "approve": {"steps": [PIPELINE.example_step]},
        },
    )

    @workflow_run_operation
    async def run(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[PipelineResult]:
        return await self.kind.begun(context, sent)
