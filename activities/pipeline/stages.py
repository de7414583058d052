"""The stages of a pipeline: which there are, and where each is hosted."""

from __future__ import annotations

from activities.pipeline.delivery import Delivery
from activities.pipeline.planning import Planning
from activities.pipeline.steps import Steps
from activities.studio import MODELS, Stage, Studio
from workflows.studio import GENERATION_QUEUE, STUDIO_QUEUE

STAGES = (
    Stage(Planning.plan_pipeline, (GENERATION_QUEUE,)),
    Stage(Steps.run_step, MODELS),
    Stage(Delivery.deliver_pipeline, (STUDIO_QUEUE,)),
)


def made(studio: Studio) -> tuple[object, ...]:
    """Whatever has these stages, in this studio."""
    return tuple(kind(studio) for kind in (Planning, Steps, Delivery))
