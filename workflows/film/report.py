"""How a film ended: what `VideoWorkflow` answers with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.film.contract import Plan
from workflows.studio import ClipCounts, ColourOffset, Facts, KeptEnds, Outcome


class BeatResult(Facts):
    id: str
    frames: int
    storyboard: str | None = Field(default=None, description="Object key of its storyboard image.")
    chunks: tuple[str, ...] = Field(default=(), description="Object keys of its chunks.")
    placeholder: bool = Field(default=False, description="Whether it shows less than was asked for.")
    shows: str = Field(default="", description="The version that the cut shows, such as `draft-1`.")
    wanted: str = Field(default="", description="The version that was asked for last.")
    why: str = Field(default="", description="Why it shows less than was asked for.")
    fill: str = Field(default="", description="The command that would fill the placeholder.")
    seams: tuple[float, ...] = Field(default=(), description="The score of every join inside it, in order.")
    colours: tuple[ColourOffset, ...] = Field(
        default=(), description="How far each of its chunks is from the colours that it began with."
    )
    ends: tuple[KeptEnds, ...] = Field(
        default=(), description="How like the ends of each chunk are to the images that it was made between."
    )
    clips: tuple[ClipCounts, ...] = Field(
        default=(), description="How each of its chunks came about; none of what is drawn here."
    )


class VideoResult(Outcome):
    """How the film ended. The file is private: presign `video` to hand it out."""

    video: str | None = Field(default=None, description="Object key of the finished film.")
    manifest: str | None = Field(default=None, description="Object key of the readable manifest.")
    captions: str | None = Field(
        default=None, description="Object key of a WebVTT file of the words on screen, beside the film."
    )
    report: str | None = Field(
        default=None, description="Object key of the page that tells of the cut, beside the film."
    )
    cut: int | None = Field(
        default=None, description="Its number among what was delivered under this id; never given again."
    )
    whole: bool = Field(
        default=True, description="Whether every shot shows what was asked for, with its music."
    )
    plan: Plan | None = None
    frames: int = 0
    fps: int = 0
    width: int = 0
    height: int = 0
    duration_s: float = 0.0
    music: Literal["included", "left_out", "failed"] = "left_out"
    beats: tuple[BeatResult, ...] = ()
