"""A provider whose every frame says which frame of the film it must become, and whose sound clicks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.models.local import Advance, ChunkJob, ScoreJob
from tests.support.media_clips import clip, picture
from tests.support.plain import Plain
from workflows.film.contract import Shot

SECOND = 48_000


class Numbered(Plain):
    """A beat's handle carries on counting, so that a cross-fade shows one and the same number twice."""

    engine = score_engine = "numbered 1"

    def draw_image(self, shot: Shot, photos: Sequence[Path], out: Path, lettered: bool = True) -> None:
        frame = shot.format
        image = picture(_first(shot), frame.width, frame.height)
        assert cv2.imwrite(str(out), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))

    def render_chunk(self, job: ChunkJob, out: Path, advance: Advance) -> None:
        frame, first = job.shot.format, _first(job.shot) + job.first_frame
        size = (frame.width, frame.height)
        clip(out, range(first, first + job.frames), Fraction(frame.fps), size)
        advance(job.frames)

    def compose_score(self, job: ScoreJob, advance: Advance) -> NDArray[np.float32]:
        """A low hum, and one loud sample at every full second."""
        sound = 0.05 * np.sin(2 * np.pi * 110 * np.arange(job.samples) / SECOND)
        sound[clicks(job.samples)] = 0.9
        return np.column_stack([sound, sound]).astype(np.float32)


def clicks(samples: int) -> list[int]:
    """Where a sound of so many samples clicks."""
    return list(range(SECOND, samples, SECOND))


def _first(shot: Shot) -> int:
    return shot.beat.start_s * shot.format.fps
