"""Knows about how much picture a step will give, before anything is made: what is sold by it is priced so.

What it really gives is measured before it is bought, and that price is held to the budget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

from activities.media import measured, what_is_shown
from activities.models import Extent
from activities.pipeline.casting import factor_of
from workflows.pipeline import Medium, Value
from workflows.studio import RATIO, SHORT_SIDE, Aspect, Size

# Of a file that nobody has looked at yet, and of a video that no length is said of.
_SIZE: Size = "720p"
_FPS, _SECONDS = Fraction(24), 5
# A clock that counts milliseconds is off by less.
_SAME_RATE = Fraction(51, 50)


def of_what_is_there(path: Path) -> Extent:
    """Of a file that is here, by what it shows and not by what it says of itself. Blocks for as long as it
    takes to read. Raises `Unreadable`."""
    media = measured(path)
    if not media.frames:
        return Extent(media.width or 1, media.height or 1)
    width, height, lasts = what_is_shown(path)
    fps = media.fps or _FPS
    if lasts and (shown := (media.frames - 1) / lasts) > fps * _SAME_RATE:
        fps = shown
    return Extent(width, height, media.frames, fps, lasts)


def of_file(medium: Medium) -> Extent:
    """Of a file of the caller's."""
    return replace(_shaped(_SIZE, 16, 9), frames=int(_SECONDS * _FPS) if medium == "video" else 1)


def of_step(
    kind: str,
    medium: Medium,
    params: Mapping[str, Value],
    sources: Sequence[Extent],
    seconds: Fraction | None,
) -> Extent:
    """Of what a step of that kind makes of its sources, in their order; `seconds` is its model's length."""
    first = sources[0] if sources else of_file(medium)
    match kind:
        case "upscale_image" | "upscale_video":
            return first.times(factor_of(params))
        case "frame":
            return replace(first, frames=1)
        case "join":
            lasts = sum((one.seconds for one in sources), Fraction(0))
            return replace(first, frames=round(lasts * first.fps))
        case "edges" | "soundtrack" | "remove_background":
            return first
    size, aspect = params.get("size"), params.get("aspect")
    wide, high = RATIO[cast(Aspect, aspect)] if aspect in RATIO else (first.width, first.height)
    if kind == "resize":
        short = SHORT_SIDE[cast(Size, size)] if size in SHORT_SIDE else min(first.width, first.height)
        return replace(_sides(short, wide, high), frames=first.frames, fps=first.fps)
    shaped = _shaped(cast(Size, size) if size in SHORT_SIDE else _SIZE, wide, high)
    return replace(shaped, frames=round((seconds or _SECONDS) * _FPS) if medium == "video" else 1)


def _shaped(size: Size, wide: int, high: int) -> Extent:
    return _sides(SHORT_SIDE[size], wide, high)


def _sides(short: int, wide: int, high: int) -> Extent:
    scale = Fraction(short, min(wide, high))
    return Extent(round(wide * scale), round(high * scale), fps=_FPS)
