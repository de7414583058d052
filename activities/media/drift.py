"""Knows how the colours of a shot drift away from those that it began with, whatever moves in it.

The same places are found again in two pictures, and what differs of all of them alike is drift. From the
first picture to the last of a chunk that is done at once where enough is found again, else in steps, so that
little leaves the frame in one. More than a model drifts by is another light, and meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.media.colour_match import IDENTITY, Affine
from activities.media.film_form import Picture

#: How many pictures of a chunk are looked at, its first and last among them: halved again and again.
LOOKS = 9
# Models drift by a few per cent of a channel, and a few levels, in one chunk. What is more was meant.
_MOST_GAIN, _MOST_OFFSET = 0.08, 14.0
# Levels by which colours have to differ to be taken for more than the noise of the finding.
_NOISE = 1.5
# The same place is where the way there and back ends within so many pixels.
_BACK = 0.75
# Two pictures of which less is found again than this share are compared by steps between them, or not at all.
_ENOUGH, _LEAST = 0.6, 0.3
_SOFT, _REFITS = 1.2, 4


#: Part of the recipe of every segment that is matched so: another number, and all of them are made anew.
ENGINE = "anchored 1"
Channels = NDArray[np.float64]


class Found(NamedTuple):
    """What makes one picture look like another, and the share of it that was found again there."""

    fit: Affine
    share: float


def drift_of(pictures: Sequence[Picture]) -> Affine:
    """What brings the colours of the last picture back to those of the first; pictures of one chunk, in their
    order, RGB and of one size. The identity where that is not to be told, or more than drift."""
    found = _over(pictures)
    return found if found is not None and is_drift(found) else IDENTITY


def is_drift(fit: Affine) -> bool:
    """Whether it is no more than a model drifts by in one chunk."""
    return all(
        abs(255 * (g - 1) / 2 + o) <= _MOST_OFFSET and abs(g - 1) <= _MOST_GAIN
        for g, o in zip(fit.gain, fit.offset, strict=True)
    )


def found_again(before: Picture, after: Picture) -> Affine | None:
    """What makes `after` look like `before`, where enough of the one is found again in the other to say it at
    once; shrunk to the identity by as much as noise might be all of it."""
    found = _found(before, after)
    return found.fit if found.share >= _ENOUGH else None


def _over(pictures: Sequence[Picture]) -> Affine | None:
    found = _found(pictures[0], pictures[-1])
    if found.share >= _ENOUGH:
        return found.fit
    if len(pictures) < 3:
        return found.fit if found.share >= _LEAST else None
    middle = len(pictures) // 2
    one, other = _over(pictures[: middle + 1]), _over(pictures[middle:])
    return None if one is None or other is None else one.after(other)


def _found(before: Picture, after: Picture) -> Found:
    one, other = (cv2.GaussianBlur(each, (0, 0), _SOFT) for each in (before, after))
    there, back = _flow(one, other), _flow(other, one)
    y, x = np.mgrid[0 : one.shape[0], 0 : one.shape[1]].astype(np.float32)
    at_x, at_y = x + there[..., 0], y + there[..., 1]
    returned = cv2.remap(back, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    is_same = np.linalg.norm(there + returned, axis=2) < _BACK
    is_same &= (at_x >= 0) & (at_x < one.shape[1] - 1) & (at_y >= 0) & (at_y < one.shape[0] - 1)
    moved = cv2.remap(other, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = float(is_same.mean())
    if share < _LEAST:
        return Found(IDENTITY, share)
    gain, offset = _fits(one, moved, is_same)
    level = moved[is_same].mean(axis=0)
    apart = _apart(one, moved, is_same, level)
    return Found(_shrunk(gain, offset, level, apart), share)


def _fits(one: Any, moved: Any, where: NDArray[np.bool_]) -> tuple[Channels, Channels]:
    fits = [_fit(one[..., c][where], moved[..., c][where]) for c in range(3)]
    gain, offset = (np.array(values) for values in zip(*fits, strict=True))
    return gain, offset


def _apart(one: Any, moved: Any, where: NDArray[np.bool_], level: Channels) -> float:
    """By how many levels the halves of the picture tell otherwise: drift is the same everywhere, and what has
    come into a picture, or a lamp, is not."""
    y, x = np.mgrid[-1 : 1 : where.shape[0] * 1j, -1 : 1 : where.shape[1] * 1j]
    told = []
    for half in (x < 0, x >= 0, y < 0, y >= 0):
        if (where & half).sum() < _LEAST * half.sum():
            continue
        gain, offset = _fits(one, moved, where & half)
        told.append((gain - 1) * level + offset)
    return float(np.ptp(np.array(told), axis=0).max()) / 2 if len(told) > 2 else _MOST_OFFSET


def _shrunk(gain: Channels, offset: Channels, level: Channels, apart: float) -> Affine:
    """By as much of it as noise, or what is not everywhere, might be."""
    change = float(abs((gain - 1) * level + offset).max())
    noise = _NOISE + apart
    taken = max(0.0, 1 - (noise / max(change, 1e-6)) ** 2)
    g, o = np.round(1 + taken * (gain - 1), 4).tolist(), np.round(taken * offset, 3).tolist()
    return Affine((g[0], g[1], g[2]), (o[0], o[1], o[2]))


def _flow(one: Any, other: Any) -> NDArray[np.float32]:
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (one, other)]
    nothing = np.zeros((*grey[0].shape, 2), np.float32)
    return np.asarray(finder.calc(grey[0], grey[1], nothing), dtype=np.float32)


def _fit(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[float, float]:
    """As that of a repeated pair begun from the identity, but the same both ways: fitted one way, noise would
    take some contrast each time."""
    x, y = after.astype(np.float64), before.astype(np.float64)
    usable = (x > 2) & (x < 253) & (y > 2) & (y < 253)
    gain, offset = 1.0, 0.0
    if usable.sum() < _LEAST * x.size:
        return gain, offset
    for _ in range(_REFITS):
        rest = y - (gain * x + offset)
        away = abs(rest - np.median(rest[usable]))
        kept = usable & (away < 3 * np.median(away[usable]) + 1)
        spread = float(x[kept].std())
        gain = float(y[kept].std()) / spread if spread > 4 else 1.0
        offset = float(y[kept].mean() - gain * x[kept].mean())
    return gain, offset
