"""How a film ended: what `VideoWorkflow` answers with."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from workflows.film.contract import Plan
from workflows.studio.facts import Facts


class BeatResult(Facts):
    id: str
    frames: int
    storyboard: str | None = Field(default=None, description="Object key of its storyboard image.")
    chunks: tuple[str, ...] = Field(default=(), description="Object keys of its chunks.")
    placeholder: bool = Field(
        default=False,
        description="Whether it shows the animatic, because what was to be bought was given up.",
    )


class VideoResult(Facts):
    """How the film ended. The file is private: presign `video` to hand it out."""

    status: Literal["completed", "stopped"]
    video: str | None = Field(default=None, description="Object key of the finished film.")
    manifest: str | None = Field(default=None, description="Object key of the readable manifest.")
    cut: int | None = Field(
        default=None, description="Its number among what was delivered under this id; never given again."
    )
    plan: Plan | None = None
    frames: int = 0
    fps: int = 0
    width: int = 0
    height: int = 0
    duration_s: float = 0.0
    music: Literal["included", "left_out", "failed"] = "left_out"
    beats: tuple[BeatResult, ...] = ()
    made: int = 0
    reused: int = 0
    cost_usd: Decimal = Field(default=Decimal(0), description="What this run has paid.")
    spent_usd: Decimal = Field(default=Decimal(0), description="What the film has cost in all its runs.")
    corrected_usd: Decimal = Field(
        default=Decimal(0),
        description="By how much earlier runs turned out dearer than they counted; below 0: cheaper.",
    )
    warnings: tuple[str, ...] = ()
