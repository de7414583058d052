"""Where the object of a photo is: what a plain ground encloses, else what GrabCut tells from the border."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.animatic.relief import Mask
from activities.animatic.silhouette import enclosed, fill, largest

# GrabCut works at this long side: at 420 with six iterations a cold start took twenty times as long.
_WORK_PX, _ITERATIONS = 340, 4
# Outside these shares of the picture what was found is a speck or the background itself.
_LEAST_AREA, _MOST_AREA = 0.08, 0.85
# An object that runs over half of the upper edge is a wall, not a product.
_MOST_TOP_EDGE = 0.5
# Under this distance (in Lab) from the border's colours nothing stands out at all.
_LEAST_CONTRAST = 14.0
# A background more than this share as far from the border's colours as the object is no plain ground: the
# picture is a pattern or a crowded scene, and what was cut from it is an accident.
_MOST_LIKENESS = 0.6
# What a plain ground encloses is believed where it holds this share of what GrabCut found, and is at most so
# many times as large: else the flood leaked into the object, or other things lie about.
_LEAST_SHARED, _MOST_LARGER = 0.85, 2.5
# How far the mask is smoothed, at the working size, and where it is cut then. GrabCut's edge is ragged; a
# flood's is the object's own, and the pixels of both colours along it lie on its inner side.
_FLOODED_EDGE, _GRABBED_EDGE = (1.2, 0.74), (3.6, 0.52)


def find_object(photo: NDArray[np.uint8]) -> Mask | None:
    """Coverage of the object in a BGR photo, of its size; None where it cannot be told from the background.

    Deterministic: the random start of GrabCut and k-means is seeded.
    """
    scale = min(1.0, _WORK_PX / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(small.shape[:2]) < 32:
        return None
    picture = np.asarray(small, np.uint8)
    # OpenCV asserts that there are both colours to tell apart; a plain picture has only one.
    try:
        distance = _from_border(picture)
        if float(np.percentile(distance, 97)) < _LEAST_CONTRAST:
            return None
        grabbed = _plausible(_grab(picture, distance), distance)
    except cv2.error:
        return None
    flooded = _plausible(enclosed(picture, distance), distance)
    if flooded is not None and (grabbed is None or _agree(flooded, grabbed)):
        return _refined(photo, flooded, _FLOODED_EDGE)
    return None if grabbed is None else _refined(photo, grabbed, _GRABBED_EDGE)


def _agree(flooded: NDArray[np.uint8], grabbed: NDArray[np.uint8]) -> bool:
    shared, area = float((flooded & grabbed).sum()), float(grabbed.sum())
    return shared > _LEAST_SHARED * area and float(flooded.sum()) < _MOST_LARGER * area


def _grab(small: NDArray[np.uint8], distance: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    prior = _prior(distance)
    height, width = small.shape[:2]
    x, y, box_width, box_height = cv2.boundingRect(prior)
    reach = int(0.05 * width)
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    rows = slice(max(2, y - reach), min(height - 2, y + box_height + reach))
    columns = slice(max(2, x - reach), min(width - 2, x + box_width + reach))
    labels[rows, columns] = cv2.GC_PR_BGD
    labels[prior > 0] = cv2.GC_PR_FGD
    labels[cv2.erode(prior, np.ones((9, 9), np.uint8)) > 0] = cv2.GC_FGD
    cv2.setRNGSeed(7)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, labels, None, background, foreground, _ITERATIONS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    found = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    return fill(_solid(found), distance) if found.any() else None


def _from_border(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far (in Lab) each pixel is from the nearest of the border's three commonest colours."""
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    height, width = lab.shape[:2]
    rim_y, rim_x = max(2, int(height * 0.06)), max(2, int(width * 0.05))
    strips = (lab[:rim_y], lab[-rim_y:], lab[:, :rim_x], lab[:, -rim_x:])
    border = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    cv2.setRNGSeed(3)
    _, _, centres = cv2.kmeans(border, 3, np.empty(0, np.int32), (3, 20, 1.0), 2, cv2.KMEANS_PP_CENTERS)
    distances = [np.linalg.norm(lab - centre, axis=2) for centre in centres]
    return np.asarray(np.min(distances, axis=0), np.float32)


def _prior(distance: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The largest part that stands out from the border, the more so the nearer to the centre."""
    height, width = distance.shape
    down, across = np.mgrid[0:height, 0:width]
    away = ((across - width / 2) / (width * 0.38)) ** 2 + ((down - height / 2) / (height * 0.40)) ** 2
    salience = cv2.GaussianBlur(distance, (0, 0), 5) * np.exp(-away)
    levels = (salience / salience.max() * 255).astype(np.uint8)
    _, marked = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return largest(np.asarray(marked, np.uint8))


def _solid(found: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest part, its nicks closed and its whiskers gone."""
    wide, narrow = (cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) for side in (9, 7))
    closed = cv2.morphologyEx(largest(found), cv2.MORPH_CLOSE, wide)
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, narrow), np.uint8)


def _plausible(solid: NDArray[np.uint8] | None, distance: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """`solid`, unless it is a speck, a wall, or no further from the border's colours than the rest."""
    if solid is None or not solid.any() or solid.all():
        return None
    apart = float(distance[solid == 0].mean()) < _MOST_LIKENESS * float(distance[solid == 1].mean())
    sized = _LEAST_AREA < float(solid.mean()) < _MOST_AREA
    return solid if apart and sized and float(solid[:2].mean()) < _MOST_TOP_EDGE else None


def _refined(photo: NDArray[np.uint8], solid: NDArray[np.uint8], edge: tuple[float, float]) -> Mask:
    """The mask at the photo's size, smoothed, then drawn to the photo's own edges by a guided filter."""
    height, width = photo.shape[:2]
    smooth = (cv2.GaussianBlur(solid.astype(np.float32), (0, 0), edge[0]) > edge[1]).astype(np.float32)
    enlarged = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC)
    mask = np.asarray(np.clip(enlarged, 0, 1), np.float32)
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), np.float32) / 255
    side = max(5, width // 90)
    window = (side, side)

    def mean(plane: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(cv2.blur(np.asarray(plane, np.float32), window), np.float32)

    mean_grey, mean_mask = mean(grey), mean(mask)
    variance = mean(grey * grey) - mean_grey * mean_grey
    slope = (mean(grey * mask) - mean_grey * mean_mask) / (variance + 4e-4)
    guided = mean(slope) * grey + mean(mean_mask - slope * mean_grey)
    # The threshold lies inside the edge, so that no fringe of the background comes along.
    near = cv2.blur(cv2.dilate(mask, np.ones((3, 3), np.uint8)), (3, 3))
    drawn = np.clip((guided - 0.30) / 0.45, 0, 1) * near
    # Further inside than the filter reaches, a white screen on a white ground is still the object.
    core = cv2.erode((mask > 0.5).astype(np.float32), np.ones((side + 2, side + 2), np.uint8))
    return np.asarray(np.maximum(drawn, core), np.float32)
