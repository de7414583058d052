"""How a silhouette becomes a lit, rounded, glazed object: inflated to a height, then shaded as ceramic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.colour import Oklch
from activities.animatic.layer import HeightMap, Image
from activities.animatic.palette import Palette

#: Coverage, 0 to 1, shape (height, width).
Mask = NDArray[np.float32]
Vector = tuple[float, float, float]

#: The studio's key light: from the upper left. x to the right, y down, z to the viewer.
STUDIO: Vector = (-0.5, -0.65, 0.6)

# The height is solved on grids of these sides, each starting from the one before: the coarse ones carry the
# bulk of the form across the object at once, the fine ones only smooth its edge.
_GRIDS = (24, 48, 96, 192, 384)
_SWEEPS_COARSE, _SWEEPS_FINE = 180, 60
# How far the form rises, and the bevel's radius, both as shares of the canvas.
_RISE, _BEVEL = 0.42, 0.030


@dataclass(frozen=True)
class Lighting:
    """How the object is lit: `key` scales the main light, `rim` the edge light; `base` recolours it."""

    key: float = 1.0
    rim: float = 1.0
    light: Vector = STUDIO
    base: Oklch | None = None


@dataclass(frozen=True, eq=False)
class Relief:
    """A form given by its outline. `inlay` marks recessed parts (a window, a sole), drawn darker. `parts`,
    where given, are rounded each by itself and lie against each other."""

    mask: Mask
    inlay: Mask
    parts: tuple[Mask, ...] = ()

    @cached_property
    def height(self) -> HeightMap:
        raised = np.max([inflate(part) for part in self._forms], axis=0)
        return np.asarray(raised * self.mask, np.float32)

    @property
    def _forms(self) -> tuple[Mask, ...]:
        return self.parts or (self.mask,)

    @cached_property
    def _normals(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        side = max(self.mask.shape)
        raised = np.max([_RISE * inflate(form) + 0.9 * _bevel(form) for form in self._forms], axis=0)
        surface = cv2.GaussianBlur(raised - 0.011 * self.inlay, (0, 0), side / 260)
        dx = cv2.Sobel(surface, cv2.CV_32F, 1, 0, ksize=3) * (side / 8)
        dy = cv2.Sobel(surface, cv2.CV_32F, 0, 1, ksize=3) * (side / 8)
        scale = 1 / np.sqrt(dx * dx + dy * dy + 1)
        return -dx * scale, -dy * scale, scale

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        """The form in that light, premultiplied, of the mask's size."""
        base = lighting.base or palette.object_base()
        shade = self.shade(lighting)
        colour = _ramp(shade, base)
        if self.inlay.any():
            recess = cv2.GaussianBlur(self.inlay, (0, 0), 1.0)[..., None]
            dark = Oklch(max(0.2, base.light - 0.34), base.chroma * 0.45, base.hue - 12)
            colour = colour * (1 - recess) + _ramp(shade, dark) * recess
        colour = colour + self._facing((0.1, 0.9, 0.35))[..., None] * _bgr(palette.floor) * 0.12
        edge = self.edge_light(lighting) * 0.62
        colour = colour + edge[..., None] * _bgr(palette.rim)
        # A gloss over a white object burns out; it needs less of it.
        gloss = self._gloss(lighting) * (255 * min(1.0, 1.45 - base.light)) * (0.35 + 0.65 * lighting.key)
        colour = colour + gloss[..., None]
        return flatten(colour, self.mask)

    def edge_light(self, lighting: Lighting) -> NDArray[np.float32]:
        """How much the light behind the object, on its right, catches each pixel."""
        return np.asarray(self._facing((0.85, -0.15, 0.12)) ** 2.2 * lighting.rim, np.float32)

    def _facing(self, light: Vector) -> NDArray[np.float32]:
        x, y, z = self._normals
        unit = np.asarray(light, np.float32) / np.linalg.norm(light)
        return np.asarray(np.clip(x * unit[0] + y * unit[1] + z * unit[2], 0, 1), np.float32)

    def shade(self, lighting: Lighting) -> NDArray[np.float32]:
        """Wrapped and plain Lambert, a little darker toward the ground."""
        x, y, z = self._normals
        unit = np.asarray(lighting.light, np.float32) / np.linalg.norm(lighting.light)
        facing = x * unit[0] + y * unit[1] + z * unit[2]
        wrapped = np.clip(facing * 0.6 + 0.4, 0, 1) * 0.75 + np.clip(facing, 0, 1) * 0.35
        fall = np.linspace(1.06, 0.84, self.mask.shape[0], dtype=np.float32)[:, None]
        return np.asarray(np.clip(wrapped * lighting.key * fall, 0, 1.15), np.float32)

    def _gloss(self, lighting: Lighting) -> NDArray[np.float32]:
        """A tight highlight within a broad one: glaze over a soft body."""
        unit = np.asarray(lighting.light, np.float32) / np.linalg.norm(lighting.light)
        facing = self._facing((float(unit[0]), float(unit[1]), float(unit[2]) + 1))
        return np.asarray(0.42 * facing**54 + 0.10 * facing**10, np.float32)


def inflate(mask: Mask) -> HeightMap:
    """The balloon over a silhouette, 0 to 1: the square root of the Poisson solution inside it."""
    long_side = max(mask.shape)
    height = np.zeros((8, 8), np.float32)
    kernel = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], np.float32)
    for side in _GRIDS:
        size = tuple(max(8, round(side * extent / long_side)) for extent in mask.shape[::-1])
        inside = (cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.float32)
        height = np.asarray(cv2.resize(height, size), np.float32)
        for _ in range(_SWEEPS_COARSE if side < 100 else _SWEEPS_FINE):
            smoothed = cv2.filter2D(height, -1, kernel, borderType=cv2.BORDER_CONSTANT)
            height = np.asarray((smoothed + 4 / side**2) * inside, np.float32)
    full = cv2.resize(height, mask.shape[::-1], interpolation=cv2.INTER_CUBIC)
    root = np.sqrt(np.maximum(full, 0))
    return np.asarray(root / max(float(root.max()), 1e-6), np.float32)


def contour(mask: Mask) -> Mask:
    """The line just inside a silhouette, which may run along the very edge of its picture."""
    solid = np.pad((mask > 0.5).astype(np.uint8), 1)
    inner = cv2.erode(solid, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray((solid - inner)[1:-1, 1:-1], np.float32)


def _bevel(mask: Mask) -> NDArray[np.float32]:
    """A quarter round along the outline, in shares of the canvas."""
    distance = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / max(mask.shape)
    edge = np.sqrt(np.clip(1 - (1 - np.clip(distance / _BEVEL, 0, 1)) ** 2, 0, 1)) * _BEVEL
    return np.asarray(edge, np.float32)


def flatten(colour: NDArray[np.floating], mask: Mask) -> Image:
    """BGR of any range under a mask, as premultiplied 8-bit BGRA."""
    covered = np.clip(colour, 0, 255) * mask[..., None]
    return np.asarray(np.dstack((covered, mask * 255)) + 0.5, np.uint8)


def _ramp(shade: NDArray[np.float32], base: Oklch) -> NDArray[np.float32]:
    """From shade to light through four colours of one glaze, turning cooler into the dark."""
    # A white glaze has no lighter colour to go to: it keeps its form by reaching white later.
    late = 1 + max(0.0, base.light - 0.8) * 1.3
    stops = (
        base.shift(-0.42, 0.9, -18),
        base.shift(-0.20, 1.1, -8),
        base,
        base.shift(0.13, 0.7, 8),
    )
    table = np.empty((256, 3), np.float32)
    for channel in range(3):
        values = [stop.bgr[channel] for stop in stops]
        table[:, channel] = np.interp(np.linspace(0, 1.15 / late, 256), (0, 0.38, 0.78, 1.1), values)
    index = (shade * (255 / 1.15)).astype(np.float32)
    low = np.clip(index.astype(np.int32), 0, 254)
    part = (index - low)[..., None]
    return np.asarray(table[low] * (1 - part) + table[low + 1] * part, np.float32)


def _bgr(colour: Oklch) -> NDArray[np.float32]:
    return np.asarray(colour.bgr, np.float32)
