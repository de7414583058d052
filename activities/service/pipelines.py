"""The Nexus service `reel.pipelines`."""

from __future__ import annotations

from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.common import RawValue
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from activities.pipeline import refuse_pipeline_edit
from activities.service.asking import Kind
from activities.service.steered import Steered
from activities.starting import Update
from workflows.pipeline import PIPELINE, PipelineRequest, PipelineResult
from workflows.service import PIPELINES, Decided, ReelPipelines

_STEP = {"step": PIPELINE.example_step}


@service_handler(name=PIPELINES)
class PipelineService(Steered):
    """What `ReelPipelines` tells its callers. What ended before it was approved waits for that again, once it
    is run again."""

    kind = Kind(
        PIPELINE,
        ReelPipelines,
        "pipeline-mug-3f9a2c",
        values={
            "set_budget": {"usd": "7.50"},
            "accept_risk": _STEP,
            "give_up": _STEP,
            "approve": {"steps": [PIPELINE.example_step]},
            "retake": _STEP,
            "use": {**_STEP, "version": "take-1"},
        },
        begins=dict.fromkeys(("retake", "use")),
    )

    async def check(self, request: PipelineRequest, id: str, update: Update) -> None:
        await refuse_pipeline_edit(self.studio, request, id, update.name, update.value)

    @workflow_run_operation
    async def run(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[PipelineResult]:
        return await self.kind.begun(context, sent)

    @sync_operation
    async def retake(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "retake", sent)

    @sync_operation
    async def use(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "use", sent)
