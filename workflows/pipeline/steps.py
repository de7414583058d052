"""Every step of a pipeline: its activity's name and types, its queue, its timeouts."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.pipeline.step_facts import DeliveredPipeline as DeliveredPipeline
from workflows.pipeline.step_facts import DeliverPipeline as DeliverPipeline
from workflows.pipeline.step_facts import Given as Given
from workflows.pipeline.step_facts import PlannedPipeline as PlannedPipeline
from workflows.pipeline.step_facts import PlannedStep as PlannedStep
from workflows.pipeline.step_facts import PlanPipeline as PlanPipeline
from workflows.pipeline.step_facts import RunStep as RunStep
from workflows.studio import GENERATION_QUEUE, LIGHT, STUDIO_QUEUE, Artifact, Stage, run, run_model

_PLAN: workflow.ActivityConfig = {
    **LIGHT,
    # Files of 20 MB each are fetched from somewhere, one after the other.
    "start_to_close_timeout": timedelta(minutes=30),
    # Somebody else's outage may last longer than one of ours.
    "schedule_to_close_timeout": timedelta(days=1),
}


async def plan_pipeline(step: PlanPipeline, label: str) -> PlannedPipeline:
    """Every step with the facts of its models, and the caller's files; or all that is wrong."""
    return await run("plan_pipeline", step, PlannedPipeline, GENERATION_QUEUE, _PLAN, label, Stage.EARLY)


async def run_step(step: RunStep, label: str) -> Artifact:
    """What the step makes, made or found; of a paid model bought at most once."""
    stage = Stage.MIDDLE if step.step.gives == "video" else Stage.EARLY
    return await run_model("run_step", step, step.model, label, stage)


async def deliver_pipeline(step: DeliverPipeline, label: str) -> DeliveredPipeline:
    """What every step has made under a readable name, and a manifest of it."""
    return await run("deliver_pipeline", step, DeliveredPipeline, STUDIO_QUEUE, LIGHT, label, Stage.LATE)
