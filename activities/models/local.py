"""The seam between the studio and models that compute here: what they are given, and what they make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workflows.film import Shot

#: Told the number of frames done so far; raises when the work is no longer wanted. Called from threads.
Advance = Callable[[int], None]


@dataclass(frozen=True)
class ChunkJob:
    """One chunk to make. `start` is the image it begins from (the storyboard image, or the exact last
    frame of the chunk before it), None where it starts from text. `first_frame` is the place of that
    image in the beat, in frames of the model's rate. `frames` is how many frames to return, the first
    of which repeats `start`, and the last `end`, where one is given."""

    shot: Shot
    photos: Sequence[Path]
    start: Path | None
    first_frame: int
    frames: int
    end: Path | None = None


@dataclass(frozen=True)
class AnchorJob:
    """What a beat shows at its frame of that number, where it begins as the picture `image` does."""

    shot: Shot
    photos: Sequence[Path]
    image: Path
    frame: int
    lettered: bool = True


@dataclass(frozen=True)
class ScoreJob:
    """A film's music: exactly `samples` at 48 kHz; `cues` are each beat's (seconds, energy 0 to 1)."""

    samples: int
    cues: Sequence[tuple[float, float]]
    style: Sequence[str]
    seed: int


class LocalModel(Protocol):
    """A provider whose models run here, in a thread of ours, and cost nothing.

    Each call is deterministic: the same arguments give the same pixels and samples, in any process. It
    calls `advance` with the frames done at least every few seconds, lets what that raises pass, and
    leaves nothing running behind. Raises `InvalidInput` for what it can never make, `JobFailed` where a
    further try may help.
    """

    name: str
    #: Names the version of what it draws. It goes into every recipe: a release that draws
    #: differently must not continue a chunk of the release before it.
    engine: str
    #: The same of what it plays.
    score_engine: str

    def draw_image(self, shot: Shot, photos: Sequence[Path], out: Path, lettered: bool = True) -> None:
        """Writes the beat's storyboard image, a PNG of the shot's exact format; without any lettering, its
        mark as well, where it is not to be `lettered`."""

    def draw_anchor(self, job: AnchorJob, out: Path) -> None:
        """Writes that frame, a PNG of the shot's exact format."""

    def render_chunk(self, job: ChunkJob, out: Path, advance: Advance) -> None:
        """Writes a near-lossless mp4 of exactly `job.frames` frames in the shot's format."""

    def compose_score(self, job: ScoreJob, advance: Advance) -> NDArray[np.float32]:
        """Returns stereo samples, shape (samples, 2), not yet mastered."""
