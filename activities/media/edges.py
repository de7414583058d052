"""Knows how the edges of a photo are drawn: the outlines that guide an image model."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from activities.media.conform import flat, save_png
from workflows.studio.facts import FrameFormat

#: The thresholds that models of this kind were trained with; part of every recipe that uses the edges.
LOW, HIGH = 100, 200


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
