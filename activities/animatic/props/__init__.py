"""Objects drawn by hand for the commonest products, each a vector drawing in the product's own colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.colour import Oklch
from activities.animatic.layer import HeightMap, Image, padded
from activities.animatic.palette import Palette
from activities.animatic.props import beauty, devices, vessels, wear
from activities.animatic.props.kit import Drawing
from activities.animatic.relief import STUDIO, Lighting, Mask, Relief, contour
from activities.animatic.vector import render

_DRAWINGS: Final[dict[str, Callable[[Oklch], Drawing]]] = {
    "mug": vessels.mug,
    "bottle": vessels.bottle,
    "jar": vessels.jar,
    "can": vessels.can,
    "box": vessels.box,
    "tube": vessels.tube,
    "perfume": beauty.perfume,
    "candle": beauty.candle,
    "serum": beauty.serum,
    "lipstick": beauty.lipstick,
    "toothbrush": beauty.toothbrush,
    "phone": devices.phone,
    "lamp": devices.lamp,
    "smartwatch": devices.watch,
    "shoe": wear.shoe,
    "bag": wear.bag,
}
NAMES: Final = frozenset(_DRAWINGS)

# The colour in which a prop is drawn where only its outline is wanted.
_NEUTRAL = Oklch(0.7, 0.1, 40)
# How much of the shaded form's light may show on a drawing that carries a light of its own.
_LEAST_GAIN, _MOST_GAIN = 0.18, 1.5
_EDGE_LIGHT = 0.5
# Pixels of air around the outline while slopes are measured.
_ROOM = 12


@dataclass(frozen=True, eq=False)
class Drawn:
    """One prop at one size, cut to its outline. `neutral` is the drawing in no product's colour."""

    draw: Callable[[Oklch], Drawing]
    size: tuple[int, int]
    box: tuple[slice, slice]
    neutral: Image

    @classmethod
    def of(cls, draw: Callable[[Oklch], Drawing], pixels: int) -> Drawn:
        drawing = draw(_NEUTRAL)
        window = drawing.box
        scale = pixels / max(window.width, window.height)
        size = round(window.width * scale), round(window.height * scale)
        whole = _render(drawing, size)
        x, y, width, height = cv2.boundingRect(cv2.extractChannel(whole, 3))
        box = slice(y, y + height), slice(x, x + width)
        return cls(draw, size, box, np.ascontiguousarray(whole[box]))

    @cached_property
    def mask(self) -> Mask:
        return np.asarray(self.neutral[..., 3] / 255, np.float32)

    @cached_property
    def edges(self) -> Mask:
        """The outline, and the drawing's own strong lines within it."""
        grey = cv2.GaussianBlur(cv2.cvtColor(self.neutral, cv2.COLOR_BGRA2GRAY), (0, 0), 1.6)
        lines = cv2.Canny(grey, 40, 110) / 255.0 * cv2.erode(self.mask, np.ones((5, 5), np.uint8))
        return np.asarray(np.maximum(contour(self.mask), lines * 0.7), np.float32)

    @cached_property
    def height(self) -> HeightMap:
        return self._cut(self._relief.height)

    @cached_property
    def _relief(self) -> Relief:
        # Slopes need room beyond the outline, which the cut picture does not have.
        mask = padded(self.mask, _ROOM)
        return Relief(mask, np.zeros_like(mask))

    def _cut(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(plane[_ROOM:-_ROOM, _ROOM:-_ROOM])

    @cached_property
    def _border(self) -> Mask:
        """How near the outline is: the light behind a drawing touches its border only."""
        solid = padded((self.mask > 0.5).astype(np.uint8), _ROOM)
        distance = np.asarray(cv2.distanceTransform(solid, cv2.DIST_L2, 5), np.float32)
        inside = self._cut(distance) / max(self.mask.shape)
        near = np.asarray(np.exp(-((inside / 0.016) ** 2)), np.float32)
        return np.asarray(cv2.GaussianBlur(near, (0, 0), 1.0), np.float32)

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        """The drawing, made for the studio's light, relit where the beat's differs."""
        drawing = self.draw(lighting.base or palette.object_base())
        picture = _render(drawing, self.size)[self.box].astype(np.float32)
        colour, alpha = picture[..., :3], picture[..., 3:]
        if lighting.light != STUDIO or lighting.key != 1.0:
            wanted, drawn = self._relief.shade(lighting), self._relief.shade(Lighting())
            gain = self._cut(np.clip((wanted + 0.08) / (drawn + 0.08), _LEAST_GAIN, _MOST_GAIN))
            colour = np.asarray(colour * gain[..., None], np.float32)
            if drawing.lights:
                lights = _render(drawing._replace(body=drawing.lights), self.size)[self.box]
                colour = np.maximum(colour, lights[..., :3])
        edge = self._cut(self._relief.edge_light(lighting)) * self._border * _EDGE_LIGHT
        behind = edge[..., None] * np.asarray(palette.rim.bgr, np.float32) * (alpha / 255)
        whole = np.asarray(np.dstack((np.clip(colour + behind, 0, alpha), alpha)), np.float32)
        return np.asarray(np.rint(whole), np.uint8)


def body(name: str, pixels: int) -> Drawn:
    """The prop of that name (one of `NAMES`), about `pixels` on its long side."""
    return Drawn.of(_DRAWINGS[name], pixels)


def _render(drawing: Drawing, size: tuple[int, int]) -> Image:
    return render(drawing.body, drawing.box, *size, drawing.defs)
