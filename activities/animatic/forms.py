"""How an icon or a shape of ours becomes a solid thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from py_phosphor_icons import get_svg_inner

from activities.animatic.icons import icons_with
from activities.animatic.layer import HeightMap, Image
from activities.animatic.palette import Palette
from activities.animatic.relief import Lighting, Mask, Relief, contour
from activities.animatic.shapes import SHAPES
from activities.animatic.vector import Box, render

# Phosphor draws on 256 units; a little air around lets blurs and bevels end inside the canvas.
_ICON_UNITS, _AIR = 256, 0.03
# Parts under this share of the largest are decoration (steam, sparkles) and do not become solid.
_SMALLEST_PART = 0.06


@dataclass(frozen=True, eq=False)
class Ceramic:
    """A form in ceramic, cut to its outline."""

    relief: Relief
    box: tuple[slice, slice]

    @classmethod
    def of(cls, mask: Mask, inlay: Mask | None = None, parts: tuple[Mask, ...] = ()) -> Ceramic:
        x, y, width, height = cv2.boundingRect((mask > 0.02).astype(np.uint8))
        relief = Relief(mask, np.zeros_like(mask) if inlay is None else inlay, parts)
        return cls(relief, (slice(y, y + height), slice(x, x + width)))

    @property
    def mask(self) -> Mask:
        return self.relief.mask[self.box]

    @cached_property
    def edges(self) -> Mask:
        lines = np.maximum(contour(self.relief.mask), contour(self.relief.inlay))
        return np.asarray(lines[self.box], np.float32)

    @cached_property
    def height(self) -> HeightMap:
        return np.ascontiguousarray(self.relief.height[self.box])

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        return np.ascontiguousarray(self.relief.lit(palette, lighting)[self.box])


def stone_body(pixels: int) -> Ceramic:
    """A smooth stone, which stands for what there is neither a drawing nor a font of: it claims to be nothing
    else."""
    side = _canvas(pixels)
    at = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    # A superellipse: a round one would be read as a ball, or a coin.
    far = (np.abs(at[None] / 0.46) ** 2.4 + np.abs(at[:, None] / 0.34) ** 2.4) ** (1 / 2.4)
    return Ceramic.of(np.asarray(np.clip((1 - far) * side * 0.3 + 0.5, 0, 1), np.float32))


def icon_body(name: str, pixels: int) -> Ceramic:
    """The icon of that name as ceramic: its filled outline, and what it leaves open as a darker inlay."""
    side = _canvas(pixels)
    if name in icons_with("open"):
        return Ceramic.of(_rounded(_main_parts(_icon(name, "bold", side))))
    line, tone = _icon(name, "fill", side), _icon(name, "duotone", side)
    whole = np.maximum((tone > 0.12).astype(np.float32), line)
    if name in icons_with("filled"):
        whole = _without_holes(whole)
    whole = _rounded(_main_parts(whole))
    core = cv2.erode(whole, np.ones((7, 7), np.uint8))
    inlay = np.clip(whole - cv2.GaussianBlur(line, (0, 0), side / 300), 0, 1) * core
    return Ceramic.of(whole, np.asarray(inlay, np.float32))


def shape_body(name: str, pixels: int) -> Ceramic:
    """The shape of that name as ceramic."""
    shape, side = SHAPES[name], _canvas(pixels)
    whole = _rounded(_coverage(shape.body, side))
    inlay = np.minimum(_coverage(shape.inlay, side), cv2.erode(whole, np.ones((5, 5), np.uint8)))
    return Ceramic.of(whole, np.asarray(inlay, np.float32))


def _canvas(pixels: int) -> int:
    return max(96, round(pixels * (1 + 2 * _AIR)))


def _icon(name: str, weight: str, side: int) -> Mask:
    return _coverage(get_svg_inner(name, weight), side)


def _coverage(body: str, side: int) -> Mask:
    air = _ICON_UNITS * _AIR
    box = Box(-air, -air, _ICON_UNITS + 2 * air, _ICON_UNITS + 2 * air)
    drawn = render(f'<g fill="#fff">{body}</g>', box, side, side)
    return np.asarray(drawn[..., 3] / 255, np.float32)


def _without_holes(mask: Mask) -> Mask:
    outside = (mask < 0.5).astype(np.uint8)
    cv2.floodFill(outside, None, (0, 0), 0)
    return np.asarray(np.where(outside == 1, 1, mask), np.float32)


def _main_parts(mask: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    areas = stats[1:count, cv2.CC_STAT_AREA]
    kept = np.zeros(count, np.uint8)
    kept[1:] = areas >= _SMALLEST_PART * areas.max()
    # The soft edge of a part lies outside its label.
    near = cv2.dilate(kept[labels], np.ones((5, 5), np.uint8))
    return np.asarray(mask * near, np.float32)


def _rounded(mask: Mask) -> Mask:
    """Corners rounded as glaze rounds them: blurred, then made steep again."""
    side = max(mask.shape)
    soft = cv2.GaussianBlur(mask, (0, 0), side / 110)
    return np.asarray(np.clip((soft - 0.5) * (side / 75) + 0.5, 0, 1), np.float32)
