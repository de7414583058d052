"""What a plain background encloses: everything that cannot be reached from the picture's border."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# A border whose 95th percentile is further than this (in Lab) from its own three colours is no plain ground.
_PLAIN = 9.0
# How far (in Lab) the ground may stray from the border's colours: its own noise decides, between these.
_LEAST_STRAY, _MOST_STRAY = 4.0, 12.0
# A shadow keeps its ground's hue (within this in a and b) and this share of its lightness. It has no edge: it
# changes by less than this many levels a pixel, at the working size, where an object's edge takes 20.
_SHADE_HUE, _SHADE_LIGHT, _SHADE_SLOPE = 9.0, 0.45, 12.0
# A gap of less than this share of the object is a highlight that looked like the background.
_SPECK = 0.03
# A gap that is seen through shows the very ground (within this in Lab); a label is whiter than its wall.
_SEEN_THROUGH = 4.0
# A screen is most of its object, a handle's gap at most this share.
_LARGEST_GAP = 0.35
# Of the tightest upright or turned box: a label or a screen fills 0.95, an ellipse 0.79.
_SQUARE = 0.88
# An island in a gap from this share of it on is something printed; below, it is noise.
_PRINT = 0.004


def enclosed(small: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """The largest thing on a plain ground, solid but for gaps seen through; None where no ground is plain.

    `distance` is how far (in Lab) each pixel of the BGR picture is from the border's colours.
    """
    noise = float(np.percentile(distance[_rim(distance)], 95))
    if noise > _PLAIN:
        return None
    passable = _like_ground(small, distance, min(_MOST_STRAY, max(_LEAST_STRAY, 1.6 * noise)))
    thing = _unreached(passable)
    whisker = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    thing = largest(np.asarray(cv2.morphologyEx(thing, cv2.MORPH_OPEN, whisker), np.uint8))
    if not thing.any() or thing.all():
        return None
    even = cv2.medianBlur(distance, 5)
    gaps = (even < _SEEN_THROUGH + noise / 2) & (cv2.erode(thing, np.ones((5, 5), np.uint8)) > 0)
    return _with_gaps(thing, gaps.astype(np.uint8), distance, _SEEN_THROUGH + noise)


def fill(part: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8]:
    """`part` without its holes, save for gaps through which the ground itself is seen."""
    whole = _unreached(1 - part)
    outside = distance[whole == 0]
    ground = min(_PLAIN, float(np.percentile(outside, 75))) if outside.size else 0.0
    return _with_gaps(whole, np.asarray(whole & (1 - part), np.uint8), distance, _SEEN_THROUGH + ground)


def largest(marked: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest connected part, alone."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marked)
    if count < 2:
        return marked
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), np.uint8)


def _like_ground(small: NDArray[np.uint8], distance: NDArray[np.float32], stray: float) -> NDArray[np.uint8]:
    """The pixels of the ground's colour, and those of a soft shadow on it."""
    soft = cv2.GaussianBlur(small, (0, 0), 1.0)
    light, *hue = cv2.split(cv2.cvtColor(soft, cv2.COLOR_BGR2LAB).astype(np.float32))
    rim = _rim(distance)
    ground = [float(np.median(plane[rim])) for plane in (light, *hue)]
    tinted = np.hypot(hue[0] - ground[1], hue[1] - ground[2])
    slope = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)) / 8
    shade = (light > _SHADE_LIGHT * ground[0]) & (light < ground[0] + stray) & (tinted < _SHADE_HUE)
    return np.asarray((distance < stray) | (shade & (slope < _SHADE_SLOPE)), np.uint8)


def _rim(plane: NDArray[np.float32]) -> NDArray[np.bool_]:
    marked = np.ones(plane.shape, bool)
    marked[4:-4, 4:-4] = False
    return marked


def _unreached(passable: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What no way over passable pixels leads to from the border."""
    # A clear frame joins grounds that the object parts by touching two edges of the picture.
    _, labels = cv2.connectedComponents(np.pad(passable, 1, constant_values=1), connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0], np.uint8)


def _with_gaps(
    whole: NDArray[np.uint8], gaps: NDArray[np.uint8], distance: NDArray[np.float32], closeness: float
) -> NDArray[np.uint8]:
    """`whole` with those `gaps` open through which the ground is seen, as through a handle."""
    opened, object_area = whole.copy(), float(whole.sum())
    count, labels, stats, _ = cv2.connectedComponentsWithStats(gaps)
    for index in range(1, count):
        gap = (labels == index).astype(np.uint8)
        share = stats[index, cv2.CC_STAT_AREA] / object_area
        seen_through = float(np.median(distance[gap > 0])) < closeness and not _is_panel(gap)
        if _SPECK < share < _LARGEST_GAP and seen_through:
            opened[gap > 0] = 0
    return opened


def _is_panel(gap: NDArray[np.uint8]) -> bool:
    """Whether it is a label or a screen: square, or with something printed on it."""
    outlines, family = cv2.findContours(gap, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    area = float(gap.sum())
    printed = [line for line, kin in zip(outlines, family[0], strict=True) if kin[3] >= 0]
    if any(cv2.contourArea(line) > _PRINT * area for line in printed):
        return True
    across, down = cv2.minAreaRect(np.concatenate(outlines))[1]
    return area > _SQUARE * (across + 1) * (down + 1)
