"""Several things as one object: side by side on one ground, none larger to the eye than another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from activities.animatic.layer import HeightMap, Image
from activities.animatic.palette import Palette
from activities.animatic.relief import Lighting, Mask

#: More stand too small in a narrow frame to be told apart.
MOST = 3
# Air between two of them, of the mean of their heights.
_GAP = 0.09
# A wide thing beside a slim one of the same area looks like a toy: none is taller than another by more.
_TALLER = 1.5
_PROBE_PX = 64


class Body(Protocol):
    """A form without a light. `edges` marks the lines of a drawing of it; all maps have one size."""

    @property
    def mask(self) -> Mask: ...

    @property
    def edges(self) -> Mask: ...

    @property
    def height(self) -> HeightMap: ...

    def lit(self, palette: Palette, lighting: Lighting) -> Image: ...


@dataclass(frozen=True, eq=False)
class Group:
    """Bodies side by side; `lefts` are the columns at which each begins."""

    bodies: Sequence[Body]
    lefts: Sequence[int]
    size: tuple[int, int]

    @cached_property
    def mask(self) -> Mask:
        return self._laid([body.mask for body in self.bodies])

    @cached_property
    def edges(self) -> Mask:
        return self._laid([body.edges for body in self.bodies])

    @cached_property
    def height(self) -> HeightMap:
        return self._laid([body.height for body in self.bodies])

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        made = np.zeros((*self.size, 4), np.uint8)
        for body, left in zip(self.bodies, self.lefts, strict=True):
            image = body.lit(palette, lighting)
            made[self._place(image.shape[0], image.shape[1], left)] = image
        return made

    def _laid(self, maps: Sequence[Mask]) -> Mask:
        made = np.zeros(self.size, np.float32)
        for each, left in zip(maps, self.lefts, strict=True):
            made[self._place(each.shape[0], each.shape[1], left)] = each
        return made

    def _place(self, rows: int, columns: int, left: int) -> tuple[slice, slice]:
        # They stand on one ground.
        return slice(self.size[0] - rows, self.size[0]), slice(left, left + columns)


def group_body(makers: Sequence[Callable[[int], Body]], pixels: int) -> Group:
    """The things that `makers` draw, each about so many pixels on its long side as it is asked for, as one
    object about `pixels` wide or high."""
    aspects = [_aspect(make(_PROBE_PX)) for make in makers]
    # Heights at which all have one area.
    heights = [1 / math.sqrt(aspect) for aspect in aspects]
    heights = [max(height, max(heights) / _TALLER) for height in heights]
    gap = _GAP * sum(heights) / len(heights)
    wide = sum(a * h for a, h in zip(aspects, heights, strict=True)) + gap * (len(heights) - 1)
    scale = pixels / max(wide, *heights)
    sides = [max(2, round(h * max(1.0, a) * scale)) for a, h in zip(aspects, heights, strict=True)]
    bodies = [make(side) for make, side in zip(makers, sides, strict=True)]
    lefts, at = list[int](), 0
    for body in bodies:
        lefts.append(at)
        at += body.mask.shape[1] + round(gap * scale)
    rows = max(body.mask.shape[0] for body in bodies)
    return Group(bodies, lefts, (rows, lefts[-1] + bodies[-1].mask.shape[1]))


def _aspect(body: Body) -> float:
    return float(body.mask.shape[1] / body.mask.shape[0])
