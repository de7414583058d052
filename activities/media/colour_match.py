"""Knows how to undo the drift of colour along a chain of chunks: one gain and offset per channel.

A continuation begins with the last frame of the chunk before it, so the same picture is there twice, and
what differs between the two is drift. It is fitted on that pair, and only where the two really are one
picture: on any other pair a fit does harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.media.film_form import Picture

#: Pictures are compared at this width and height: enough for colour, and small motion vanishes.
SIZE = (160, 90)

# Models drift by a few per cent a chunk. More than 15 % is another light or another scene, not drift.
_GAIN = (0.85, 1.15)
# The same, in levels of 255, for what a channel is lifted or lowered as a whole.
_MOST_OFFSET = 32.0
# Seen on a dozen product scenes: the outlines of one picture, moved by 6 pixels, zoomed by 2 % and drifted,
# agree by 0.94 and more, with a new object on 29 % of it by 0.62 and more; of two scenes by 0.46 at most.
_SIMILAR = 0.55
# Below this mean strength of outlines (levels) there is no picture to compare: a plain ground or black.
_FLAT = 0.5
# Two plain grounds count as the same when they are this close (levels).
_CLOSE = 12.0
# A change of under half a level is lost in rounding; leaving it out saves a pass through RGB.
_UNSEEN = 0.5
_REFITS = 5
_BLOCK = 16
# Fewer inliers than this share of the pixels are too few for a gain.
_LEAST_SHARE = 0.2


class Affine(NamedTuple):
    """`value * gain + offset` for red, green and blue, in levels of 0..255."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def is_identity(self) -> bool:
        """Whether it changes no level by half a step or more."""
        ends = zip(self.gain, self.offset, strict=True)
        return all(abs(o) < _UNSEEN and abs(255 * (g - 1) + o) < _UNSEEN for g, o in ends)

    def after(self, first: Affine) -> Affine:
        """The two in turn, `first` first, held within what counts as drift."""
        gain = (np.asarray(first.gain) * self.gain).clip(*_GAIN)
        offset = np.asarray(self.gain) * first.offset + self.offset
        return _affine(gain, offset.clip(-_MOST_OFFSET, _MOST_OFFSET))


IDENTITY = Affine()


def match(before: Picture, after: Picture) -> Affine:
    """What makes `after` look like `before`: two versions of one picture, RGB, of equal size.

    The identity where they are not one picture, or where the fit would be more than drift.
    """
    if not _same_picture(before, after):
        return IDENTITY
    fits = [_fit(before[:, :, c].ravel(), after[:, :, c].ravel()) for c in range(3)]
    gain, offset = (np.array(values) for values in zip(*fits, strict=True))
    if gain.min() < _GAIN[0] or gain.max() > _GAIN[1] or abs(offset).max() > _MOST_OFFSET:
        return IDENTITY
    return _affine(gain, offset)


def chain(pairs: Sequence[tuple[Picture, Picture]]) -> tuple[Affine, ...]:
    """The correction of each chunk of a beat, given the (last, first) pictures at each join.

    The first chunk is the measure and stays as it is; each other one follows the corrected one before it.
    Where a join shows two different pictures, the chain starts anew.
    """
    corrections = [IDENTITY]
    for before, after in pairs:
        step = match(before, after)
        same = not step.is_identity or _same_picture(before, after)
        corrections.append(corrections[-1].after(step) if same else IDENTITY)
    return tuple(corrections)


def _affine(gain: NDArray[np.float64], offset: NDArray[np.float64]) -> Affine:
    # Rounded, so that the same pair gives the same filter on every machine.
    g, o = np.round(gain, 4).tolist(), np.round(offset, 3).tolist()
    return Affine((g[0], g[1], g[2]), (o[0], o[1], o[2]))


def _same_picture(a: Picture, b: Picture) -> bool:
    """Whether the outlines agree, which drift does not move; plain grounds by their level."""
    outlines_a, outlines_b = _outlines(a), _outlines(b)
    strength = abs(outlines_a).mean(), abs(outlines_b).mean()
    if max(strength) < _FLAT:
        return bool(abs(a.mean(axis=(0, 1)) - b.mean(axis=(0, 1))).max() < _CLOSE)
    if min(strength) == 0:
        return False
    # Block by block, and by the middle one: an object that has come in spoils its own blocks only.
    agreement = _by_block(outlines_a * outlines_b)
    norm = np.sqrt(_by_block(outlines_a**2) * _by_block(outlines_b**2))
    drawn = np.maximum(_by_block(abs(outlines_a)), _by_block(abs(outlines_b))) >= _FLAT * _BLOCK**2
    return bool(np.median(agreement[drawn] / (norm[drawn] + 1e-6)) >= _SIMILAR) if drawn.any() else False


def _by_block(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums over square blocks, both directions of outline together."""
    rows, columns = values.shape[1] // _BLOCK, values.shape[2] // _BLOCK
    cut = values[:, : rows * _BLOCK, : columns * _BLOCK]
    sums: NDArray[np.float32] = cut.reshape(2, rows, _BLOCK, columns, _BLOCK).sum(axis=(0, 2, 4))
    return sums


def _outlines(picture: Picture) -> NDArray[np.float32]:
    # Softened first: a shift of a few pixels of the full size then still overlaps itself.
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.5)
    across, down = (
        cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125),
    )
    return np.stack([across, down]).astype(np.float32)


def _fit(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[float, float]:
    """Gain and offset of one channel. Begins from the identity: begun from least squares, an object that is
    in one of the pictures only pulls the fit to itself."""
    x, y = after.astype(np.float64), before.astype(np.float64)
    # Clipped values say nothing of what they were.
    usable = (x > 2) & (x < 253) & (y > 2) & (y < 253)
    gain, offset = 1.0, 0.0
    for _ in range(_REFITS):
        rest = y - (gain * x + offset)
        if usable.sum() < _LEAST_SHARE * x.size:
            return 1.0, 0.0
        away = abs(rest - np.median(rest[usable]))
        inliers = usable & (away < 3 * np.median(away[usable]) + 2)
        # On a plain ground a gain is undetermined: the offset says it all.
        spread = x[inliers].std()
        gain = float(np.cov(x[inliers], y[inliers])[0, 1] / x[inliers].var(ddof=1)) if spread > 4 else 1.0
        offset = float(y[inliers].mean() - gain * x[inliers].mean())
    return gain, offset
