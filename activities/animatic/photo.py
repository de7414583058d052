"""How a product photo becomes an object: cut out of its background where that can be trusted, else framed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps

from activities.animatic.colour import Oklch
from activities.animatic.cutout import find_object
from activities.animatic.layer import HeightMap, Image
from activities.animatic.palette import Palette
from activities.animatic.relief import Lighting, Mask, contour, flatten, inflate
from activities.animatic.vector import Box, render
from activities.faults import InvalidInput

# A photo is read at this size whatever is asked of it: cut out at another size, the same object has other
# edges, and would change from beat to beat. Shown at 1080p, an object is half of it.
_READ_PX = 1800
# The frame of a card and the radius of its corners, as shares of its short side.
_FRAME, _CORNER = 0.035, 0.06
# The height at which an orbiting camera moves nothing: a card is flat and must not bulge.
_FLAT = 0.35
# Of a drawn object's depth: a photo has straight rims and labels, which must not lean.
_DEPTH = 0.6
# Enough to tell a product's colours apart, and few enough to be quick.
_COLOURS, _SAMPLES = 5, 4000


@dataclass(frozen=True, eq=False)
class PhotoBody:
    """A photo's object, or the whole photo as a card. `picture` is premultiplied and of the mask's size."""

    picture: Image
    mask: Mask
    cut_out: bool

    @cached_property
    def height(self) -> HeightMap:
        if not self.cut_out:
            return np.full(self.mask.shape, _FLAT, np.float32)
        return np.asarray(_FLAT + (inflate(self.mask) * self.mask - _FLAT) * _DEPTH, np.float32)

    @cached_property
    def edges(self) -> Mask:
        solid = (self.mask > 0.5).astype(np.uint8)
        grey = cv2.GaussianBlur(cv2.cvtColor(self.picture, cv2.COLOR_BGRA2GRAY), (0, 0), 2.0)
        lines = (cv2.Canny(grey, 40, 110) > 0) & (cv2.erode(solid, np.ones((5, 5), np.uint8)) > 0)
        return np.asarray(np.maximum(contour(self.mask), 0.6 * lines), np.float32)

    def lit(self, palette: Palette, lighting: Lighting) -> Image:
        """The photo in less light, or as it is: nothing else may be done to what the user showed us."""
        if lighting.key >= 1.0:
            return self.picture
        dimmed = self.picture.copy()
        dimmed[..., :3] = cv2.convertScaleAbs(self.picture[..., :3], alpha=lighting.key)
        return dimmed


def body(path: Path, pixels: int) -> PhotoBody:
    """The photo's object, at most `pixels` on its long side. Raises `InvalidInput` where it is no picture."""
    cut = _cut_out(path.read_bytes())
    if not cut.found:
        return _card(cut.picture, pixels)
    shrunk = _shrunk(cut.picture.astype(np.float32), pixels)
    mask = np.asarray(shrunk[..., 3] / 255, np.float32)
    return PhotoBody((shrunk + 0.5).astype(np.uint8), mask, cut_out=True)


def cut_out(path: Path) -> Image:
    """The photo's object, cut to its outline; the whole photo where none can be told from its ground. Raises
    `InvalidInput` where it is no picture."""
    return _cut_out(path.read_bytes()).picture


def product_colour(path: Path) -> Oklch | None:
    """The colour that a viewer would name the product by; None where the photo could not be cut out, since
    its background's colour says nothing. Raises `InvalidInput` where it is no picture."""
    found = body(path, 400)
    if not found.cut_out:
        return None
    opaque = found.picture[found.picture[..., 3] > 250][:, :3]
    sample = opaque[:: max(1, len(opaque) // _SAMPLES)].astype(np.float32)
    if len(sample) < _COLOURS:
        return None
    # K-means starts at random: unseeded, a retried chunk would no longer match its neighbours.
    cv2.setRNGSeed(5)
    _, labels, centres = cv2.kmeans(
        sample, _COLOURS, np.empty(0, np.int32), (3, 30, 0.5), 3, cv2.KMEANS_PP_CENTERS
    )
    counts = np.bincount(labels.ravel(), minlength=_COLOURS)
    colours = [Oklch.from_rgb(float(r), float(g), float(b)) for b, g, r in centres]
    return max(zip(colours, counts, strict=True), key=lambda pair: pair[0].chroma * float(pair[1]) ** 0.5)[0]


class _Cut(NamedTuple):
    """The object, premultiplied and cut to its outline, where it was `found`; else the photo as it is."""

    picture: NDArray[np.uint8]
    found: bool


# Every beat asks for it, for the colour and for the picture; one film has one photo. Known by its content,
# since each piece of work has the file in a folder of its own.
@lru_cache(maxsize=2)
def _cut_out(content: bytes) -> _Cut:
    photo = _read(content, _READ_PX)
    own_alpha = photo[..., 3].astype(np.float32) / 255
    # A picture that brings its own transparency is already cut out, by someone who knew what the object is.
    mask = own_alpha if (own_alpha < 0.5).mean() > 0.02 else find_object(photo[..., :3])
    if mask is None or not (mask > 0.5).any():
        return _Cut(photo, found=False)
    x, y, width, height = cv2.boundingRect((mask > 0.02).astype(np.uint8))
    window = np.s_[y : y + height, x : x + width]
    return _Cut(
        flatten(photo[window][..., :3].astype(np.float32), np.asarray(mask[window], np.float32)), found=True
    )


def _read(content: bytes, long_side: int) -> NDArray[np.uint8]:
    """Straight BGRA, upright, at most `long_side` long."""
    try:
        with Pillow.open(io.BytesIO(content)) as file:
            file.draft("RGB", (long_side, long_side))
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise InvalidInput("the photo cannot be read as a picture; send a JPEG, PNG or WebP") from error
    upright.thumbnail((long_side, long_side), Pillow.Resampling.LANCZOS)
    return np.asarray(cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGBA2BGRA), np.uint8)


def _shrunk(picture: NDArray[np.float32], long_side: int) -> NDArray[np.float32]:
    factor = long_side / max(picture.shape[:2])
    if factor >= 1:
        return picture
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _card(photo: NDArray[np.uint8], pixels: int) -> PhotoBody:
    """The whole photo as a print: a paper frame with rounded corners."""
    picture = _shrunk(photo.astype(np.float32), pixels)
    height, width = picture.shape[:2]
    edge = max(2, round(_FRAME * min(width, height)))
    corner = _CORNER * min(width, height)
    inner = _rounded_box(width, height, 0.0, corner * 0.6)
    framed = np.full((height + 2 * edge, width + 2 * edge, 3), (244, 248, 250), np.float32)
    view = framed[edge:-edge, edge:-edge]
    view += (picture[..., :3] - view) * (inner * picture[..., 3] / 255)[..., None]
    mask = _rounded_box(framed.shape[1], framed.shape[0], 0.5, corner)
    premultiplied = np.dstack((framed * mask[..., None], mask * 255))
    return PhotoBody((premultiplied + 0.5).astype(np.uint8), mask, cut_out=False)


def _rounded_box(width: int, height: int, inset: float, radius: float) -> Mask:
    shape = (
        f'<rect x="{inset}" y="{inset}" width="{width - 2 * inset}" height="{height - 2 * inset}" '
        f'rx="{radius:.2f}" fill="#fff"/>'
    )
    drawn = render(shape, Box(0, 0, width, height), width, height)
    return np.asarray(drawn[..., 3] / 255, np.float32)
