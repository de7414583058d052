"""What a service imports to speak to the studio: the request it sends, and what comes back.

Nothing heavier than Pydantic and the Temporal SDK comes along. Everything is plain JSON; `reel schema` prints
the JSON Schema.
"""

from __future__ import annotations

from workflows.batch import BatchRequest, BatchResult
from workflows.film import BeatDraft, BeatResult, BeatTemplate, Models, PlanDraft, VideoRequest, VideoResult
from workflows.pipeline import PipelineRequest, PipelineResult, PipelineStep
from workflows.studio import Failure, Progress, Reference, RowProgress, StepProgress, Wait

#: A row of a film's board.
BeatProgress = RowProgress

__all__ = [
    "BatchRequest",
    "BatchResult",
    "BeatDraft",
    "BeatProgress",
    "BeatResult",
    "BeatTemplate",
    "Failure",
    "Models",
    "PipelineRequest",
    "PipelineResult",
    "PipelineStep",
    "PlanDraft",
    "Progress",
    "Reference",
    "RowProgress",
    "StepProgress",
    "VideoRequest",
    "VideoResult",
    "Wait",
]
