"""What a service imports to speak to the studio: the request it sends, and what comes back.

Nothing heavier than Pydantic and the Temporal SDK comes along. Everything is plain JSON; `reel schema` prints
the JSON Schema.
"""

from __future__ import annotations

from workflows.film.contract import BeatDraft, BeatTemplate, Models, PlanDraft, VideoRequest
from workflows.film.report import BeatResult, VideoResult
from workflows.studio.facts import Reference
from workflows.studio.report import Failure, Progress, RowProgress, StepProgress, Wait

#: A row of a film's board.
BeatProgress = RowProgress

__all__ = [
    "BeatDraft",
    "BeatProgress",
    "BeatResult",
    "BeatTemplate",
    "Failure",
    "Models",
    "PlanDraft",
    "Progress",
    "Reference",
    "RowProgress",
    "StepProgress",
    "VideoRequest",
    "VideoResult",
    "Wait",
]
