"""The wing of pipelines: their steps and files, planned, done, priced and delivered."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.pipeline import stages as stages
    from activities.pipeline.estimate import estimated_pipeline as estimated_pipeline
    from activities.pipeline.planning import planned_steps as planned_steps
else:
    __all__, __getattr__ = lazily(
        __name__,
        {"": "stages", "estimate": "estimated_pipeline", "planning": "planned_steps"},
    )
