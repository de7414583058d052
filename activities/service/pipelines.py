"""The Nexus service `reel.pipelines`."""

from __future__ import annotations

import json

from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from activities.service.asking import Kind
from activities.service.steered import Steered
from activities.starting import Update
from workflows.pipeline import DECIDE, PIPELINE, Direction, PipelineRequest, PipelineResult
from workflows.service import PIPELINES, Decided, ReelPipelines

_STEP = {"step": PIPELINE.example_step}


def check_step(request: PipelineRequest, update: Update) -> None:
    """Raises `ApplicationError` for a step that there is not, or that comes out the same each time. What else
    may be wrong depends on what was decided before, which the run itself reads."""
    decide = DECIDE[update.name](RawValue(Payload(data=json.dumps(update.value).encode())))
    try:
        decide(Direction(request))
    except ApplicationError as error:
        if error.type == "NoSuchShot":
            raise


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
        check_step(request, update)

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
