"""Knows the words that a paid model gets for a shot, as given and in the softer ones of the ladder."""

from __future__ import annotations

from activities.planning import softening
from workflows.contract import RATIO, SHORT_SIDE, Aspect, Camera, FrameFormat, Shot, Size

_MOVES: dict[Camera, str] = {
    "dolly_in": "the camera moves slowly in",
    "dolly_out": "the camera moves slowly out",
    "pan": "the camera pans slowly sideways",
    "tilt": "the camera tilts slowly",
    "orbit": "the camera orbits slowly around the subject",
    "static": "the camera stands still",
    "handheld": "a steady handheld camera",
}
# Above this energy (0 to 1) movement is what the beat is about.
_LIVELY = 0.6


def image_prompt(shot: Shot, rung: int, limit: int) -> str:
    """What a storyboard image shows: one still, without lettering, which image models cannot spell."""
    beat = shot.beat
    said = beat.prompt.rstrip(". ")
    words = f"{beat.shot} of {shot.product}: {said}. Photographic still, no text, no letters."
    return softening.softened(words, rung)[:limit]


def motion_prompt(shot: Shot, rung: int, limit: int) -> str:
    """What happens in a chunk, beginning with its first image."""
    beat = shot.beat
    pace = "lively" if beat.energy > _LIVELY else "calm"
    action, said = beat.action.rstrip(". "), beat.prompt.rstrip(". ")
    words = f"{action}. {_MOVES[beat.camera].capitalize()}, {pace} motion. {said}."
    return softening.softened(words, rung)[:limit]


def negative_prompt(rung: int) -> str:
    return softening.negative(rung)


def aspect_of(format: FrameFormat) -> Aspect:
    """The aspect that a format was made from."""
    exact = format.width / format.height
    return min(RATIO, key=lambda aspect: abs(RATIO[aspect][0] / RATIO[aspect][1] - exact))


def size_of(format: FrameFormat) -> Size:
    """The size that a format was made from."""
    short = min(format.width, format.height)
    return min(SHORT_SIDE, key=lambda size: abs(SHORT_SIDE[size] - short))
