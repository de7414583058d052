"""Knows how the edges of a photo are drawn: the outlines that guide an image model."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from activities.media.conform import flat, save_png
from workflows.studio import FrameFormat

#: The thresholds that models of this kind were trained with; part of every recipe that uses the edges.
LOW, HIGH = 100, 200


#: Within so many pixels of an outline the same edge would be drawn once more, a pixel beside it.
NEAR = 5


def draw_edges(product: NDArray[np.uint8], out: Path) -> None:
    """Writes the edges of a product, premultiplied BGRA on nothing, as `edges_of`: its outline, and what is
    within it; whatever it stands on is not there to be drawn."""
    # What was cut out is ragged by a pixel; a line drawn after that would be a saw.
    alpha = cv2.GaussianBlur(np.ascontiguousarray(product[..., 3]), (0, 0), 1.4)
    outline = cv2.Canny(alpha, LOW, HIGH)
    grey = cv2.cvtColor(product[..., :3], cv2.COLOR_BGR2GRAY)
    inside = cv2.Canny(grey, LOW, HIGH)
    inside[cv2.erode(alpha, np.ones((NEAR, NEAR), np.uint8), borderValue=255) < 250] = 0
    # The frame's own edge is no edge of what goes on beyond it.
    save_png(Image.fromarray(cv2.bitwise_or(outline, inside)).convert("RGB"), out)


def edges_of(photo: Path, out: Path, format: FrameFormat | None = None) -> None:
    """Writes the edges (Canny 100/200) of a photo: a PNG, RGB, white on black, one pixel wide.

    Of the photo's own size, or of a film's format with the whole photo in its middle: what is shown must not
    be cut off. Raises `Unreadable`.
    """
    picture = flat(photo)
    size = (format.width, format.height) if format else picture.size
    if picture.size != size:
        picture = ImageOps.contain(picture, size, Image.Resampling.LANCZOS)
    drawn = Image.fromarray(cv2.Canny(np.asarray(picture.convert("L")), LOW, HIGH))
    # The ground is added to the drawing, not to the photo: the photo's border is no edge.
    save_png(ImageOps.pad(drawn, size, Image.Resampling.NEAREST, color=0).convert("RGB"), out)
