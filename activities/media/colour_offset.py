"""Knows how far the colours of a chunk are from those that its shot began with, before and after the match.

By mean colours, which need no correspondence: what moves into a picture counts as well, so that it is a
figure to look at, and never what a match is fitted to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.media.colour_match import Affine
from activities.media.film_form import Picture


class ColourOffset(NamedTuple):
    """Of one chunk, as it came back and as it is shown: distances in CIE Lab (1976), two decimals. About 2 is
    the least that is seen side by side."""

    before: float
    after: float


def colour_offset(picture: Picture, first: Picture) -> float:
    """How far the mean colours of two pictures are apart, in CIE Lab; pictures are RGB, of any size."""
    return round(float(np.linalg.norm(_mean_lab(picture) - _mean_lab(first))), 2)


def offset_of(ends: Sequence[Picture], corrections: Sequence[Affine], first: Picture) -> ColourOffset:
    """Of a chunk by its first and last pictures, each with its own correction: the further of the two."""
    shown = [corrected(end, by) for end, by in zip(ends, corrections, strict=True)]
    before, after = (max(colour_offset(one, first) for one in side) for side in (ends, shown))
    return ColourOffset(before, after)


def corrected(picture: Picture, by: Affine) -> Picture:
    """The picture as a segment shows it, before its look."""
    if by.is_identity:
        return picture
    return np.asarray((picture * np.array(by.gain) + by.offset).round().clip(0, 255), dtype=np.uint8)


def _mean_lab(picture: Picture) -> NDArray[np.float64]:
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab.mean(axis=(0, 1)), dtype=np.float64)
