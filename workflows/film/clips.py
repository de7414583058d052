"""Knows the arithmetic of a scene's clip, which is shown whole: from its first keyframe to its last one.

The frame that two clips share belongs to the earlier one: every clip but the first is skipped by one frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from workflows.film.planned import PlannedFilm
from workflows.film.timeline import MAX_STRETCH, CannotCover, Conform, minimum_handle, transition_frames
from workflows.studio import ChunkLength, ModelFacts


def skipped(number: int) -> int:
    """Frames of the clip of the scene of that number, from 0, that the scene before has shown."""
    return 1 if number else 0


def fade_of(planned: PlannedFilm) -> int:
    """Frames of the cross-fade that is asked for; what is shorter than the least handle is a cut."""
    return _fade(planned.crossfade, planned.format.fps)


def opening_of(crossfade: float, fps: int) -> int:
    """Frames of the piece that opens every scene but the first: a scene is longer than that."""
    return max(_fade(crossfade, fps), transition_frames(fps))


def _fade(crossfade: float, fps: int) -> int:
    wanted = math.floor(Fraction(crossfade) * fps + Fraction(1, 2))
    return wanted if wanted >= minimum_handle(fps) else 0


def handle_of(number: int, planned: PlannedFilm) -> int:
    """Frames that the clip of that scene should have beyond it, to fade into the next one."""
    return fade_of(planned) if number + 1 < len(planned.plan.beats) else 0


def length_of_clip(number: int, planned: PlannedFilm, video: ModelFacts) -> ChunkLength:
    """What to ask of a model for the clip of that scene and its handle.

    What is drawn here is exactly as long. What is bought is the cheapest that need not be slowed by more than
    4 %, and the shortest of those: the longer, the more it is hurried. Where none is long enough for a
    handle, there is none. Raises `CannotCover` for a model whose clips are all too short.
    """
    fps, beat = planned.format.fps, planned.plan.beats[number]
    frames, handle = beat.frames(fps), handle_of(number, planned)
    if video.work == "computes":
        exact = frames + handle + skipped(number)
        return ChunkLength(asked_s=Decimal(exact) / fps, frames=exact)
    if video.fps is None:
        raise CannotCover(f"model {video.id} states no frame rate")
    for wanted in dict.fromkeys((frames + handle, frames)):
        least = math.ceil(wanted * video.fps / (MAX_STRETCH * fps)) + skipped(number)
        if fitting := [length for length in video.lengths if length.frames >= least]:
            return min(fitting, key=lambda length: (length.price_usd, length.frames))
    longest = max((length.asked_s for length in video.lengths), default=Decimal(0))
    raise CannotCover(
        f"model {video.id} makes clips of {longest} s at most, and {beat.id} lasts {beat.lasts_s:g} s"
    )


def handle_within(
    number: int, counts: Sequence[int], native: Fraction, fps: int, frames: int, most: int
) -> int:
    """Frames of handle that a clip has beyond the scene's `frames` without being more than 4 % slower, at
    most so many; 0 where that is too few to fade."""
    left = _longest(sum(counts) - skipped(number), native, fps) - frames
    return min(left, most) if left >= minimum_handle(fps) else 0


def conform(
    number: int, counts: Sequence[int], native: Fraction, fps: int, frames: int, handle: int
) -> Conform:
    """All of a clip over the scene's `frames` and up to `handle` more, hurried or slowed evenly, so that its
    last frame is the last that shows. Where that were more than 4 % slower, there is no handle. Raises
    `CannotCover` where even the scene alone would be."""
    skip = skipped(number)
    available = sum(counts) - skip
    longest = _longest(available, native, fps)
    if available < 1 or frames > longest:
        raise CannotCover(f"{list(counts)} frames at {native} fps do not cover {frames} at {fps} fps")
    return Conform(
        counts=tuple(counts),
        native=native,
        fps=fps,
        beat_frames=frames,
        handle=handle if frames + handle <= longest else 0,
        retime=True,
        skip=skip,
    )


def _longest(available: int, native: Fraction, fps: int) -> int:
    return math.floor(MAX_STRETCH * available * fps / native)
