"""Knows where a chunk stops showing its scene: models fade out, cut to black, or freeze before they end."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from workflows.studio import Facts

Blank = Literal["black", "white", "one colour"]

# Rows and columns that are looked at: enough for light and contrast, and 0.1 ms a frame.
_LINES = 64
# A frame shows nothing only beside others that do: with less than a quarter of their contrast, and of their
# light where it is black. A film that is meant dark is as dark throughout.
_SHARE = 0.25
# Levels of 255, of which video has 16 for black and 235 for white: with all but a hundredth darker or lighter
# than this it is black or white anyhow.
_BLACK, _DARK, _LIGHT, _WHITE = 16.0, 40.0, 210.0, 235.0
# What varies by less is one colour, whichever: grain alone varies by one or two levels, and a tenth of what
# the scene has is its last trace.
_PLAIN, _TRACE = 2.0, 0.1
# Even a fade of five seconds takes a tenth of the contrast in half a second; where it is within 5 % of what
# it was then, no fade has begun. At low rates, four frames say as much.
_WITHIN, _BEFORE_S, _BEFORE = 0.95, Fraction(1, 2), 4
# A picture that is repeated still changes by what its encoder mends, up to a tenth of what motion did. Only
# beside motion (levels from frame to frame): a static shot is quiet throughout. Half a second of it is seen.
_STILL, _MOVING, _FROZEN_S = 0.1, 0.5, Fraction(1, 2)


class Glance(NamedTuple):
    """One frame in levels of 255: what nearly all of it is above and below, how much it varies, and by how
    much it differs from the frame before."""

    low: float
    high: float
    contrast: float
    change: float


class Ends(Facts):
    """What the ends of a chunk show. `shown` counts its frames up to the last one that shows the scene, `end`
    is what follows them, if anything; `opening` counts the frames before the scene appears, `still` those at
    the end that do not move where it moved before; `blank` is what all of it is."""

    shown: int
    end: Blank | None = None
    opening: int = 0
    still: int = 0
    blank: Blank | None = None


class Watcher:
    """Looks at frames as they are decoded, in order of showing."""

    def __init__(self) -> None:
        self.glances: list[Glance] = []
        self._last: NDArray[np.float32] | None = None

    def look(self, frame: VideoFrame) -> None:
        seen = _luma(frame)
        low, high = np.percentile(seen, (1, 99))
        change = 255.0 if self._last is None else float(abs(seen - self._last).mean())
        self.glances.append(Glance(float(low), float(high), float(seen.std()), change))
        self._last = seen


def _luma(frame: VideoFrame) -> NDArray[np.float32]:
    """Some of the picture's luma (green, for RGB), in levels of 8 bits."""
    plane, part = frame.planes[0], frame.format.components[0]
    levels = np.frombuffer(memoryview(plane), np.dtype(np.uint16 if part.bits > 8 else np.uint8))
    step = max(1, min(plane.width, plane.height) // _LINES)
    some = levels.reshape(plane.height, -1)[::step, : plane.width : step]
    return some.astype(np.float32) / np.float32(1 << max(0, part.bits - 8))


def ends_of(glances: Sequence[Glance], rate: Fraction) -> Ends:
    """What the ends of a chunk of that many frames a second show."""
    frames = len(glances)
    usual = float(np.percentile([glance.contrast for glance in glances], 90))
    light = float(np.percentile([glance.high for glance in glances], 90))
    blanks = [_blank(glance, usual, light) for glance in glances]
    if usual < _PLAIN:
        return Ends(shown=frames, blank=_colour(glances[-1]))
    opening = next((n for n, blank in enumerate(blanks) if blank is None), 0)
    lit = next((n for n in range(frames, 0, -1) if blanks[n - 1] is None), frames)
    shown = _before_the_fade(glances, lit, blanks[-1], rate) if lit < frames else frames
    # Half of a chunk at least: a beat may need twice the chunks that were planned, and no more.
    kept = shown if 2 * shown >= frames else frames
    return Ends(shown=kept, end=blanks[-1], opening=opening, still=_still(glances, rate))


def _blank(glance: Glance, usual: float, light: float) -> Blank | None:
    """What the frame shows beside a scene of the `usual` contrast and `light`, if nothing."""
    if glance.contrast >= _SHARE * usual:
        return None
    if glance.high - _BLACK < _SHARE * (light - _BLACK):
        return "black"
    colour = _colour(glance)
    return colour if colour != "one colour" or glance.contrast < max(_PLAIN, _TRACE * usual) else None


def _colour(glance: Glance) -> Blank:
    if glance.high <= _DARK:
        return "black"
    return "white" if glance.low >= _LIGHT else "one colour"


def _before_the_fade(glances: Sequence[Glance], lit: int, colour: Blank | None, rate: Fraction) -> int:
    """How many of the first `lit` frames are not in the fade yet: contrast and light fall together in a fade,
    and one of them alone in any scene."""
    back = max(_BEFORE, round(rate * _BEFORE_S))
    strengths = [_strengths(glance, colour) for glance in glances[:lit]]
    for shown in range(lit, 1, -1):
        before = [max(values) for values in zip(*strengths[max(0, shown - 1 - back) : shown], strict=True)]
        if any(now >= _WITHIN * was for now, was in zip(strengths[shown - 1], before, strict=True)):
            return shown
    return 1


def _strengths(glance: Glance, colour: Blank | None) -> tuple[float, ...]:
    """What becomes nothing in a fade to `colour`."""
    match colour:
        case "black":
            return glance.contrast, glance.high - _BLACK
        case "white":
            return glance.contrast, _WHITE - glance.low
    return (glance.contrast,)


def _still(glances: Sequence[Glance], rate: Fraction) -> int:
    """Frames at the end that do not move; 0 where it is not seen, or nothing else moves either."""
    usual = float(np.percentile([glance.change for glance in glances[1:]] or [0.0], 75))
    still = next((n for n, glance in enumerate(reversed(glances)) if glance.change >= _STILL * usual), 0)
    return still if usual >= _MOVING and still >= rate * _FROZEN_S else 0
