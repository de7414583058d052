"""Knows how much a join between two chunks shows: how the step across it compares with the steps beside it.

Three measures of a pair of neighbouring pictures, each as a ratio to its median on both sides: how far they
differ, how their colours are spread, how alike their structure is. A score is the worst of them as a share of
its limit: up to 1 the join passes for one step of the motion, above it is seen. The limits are those that
told good joins from bad ones on 24 joins of each kind; one skipped frame and a small zoom are not among what
they tell.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from activities.media.colour_match import Affine
from activities.media.film_form import Picture
from activities.media.frames import first_pictures, last_pictures
from workflows.film import Conform

#: Pictures are compared at this size, whatever their shape: what is seen of a join is not the grain.
SIZE = (320, 180)
#: Pairs of pictures on each side of a join that it is compared with: half a second of motion.
BESIDE = 12
# The ratio up to which a join is good, of each measure; under the least of the first, a frame is shown twice.
_MOST, _LEAST = (1.5, 2.65, 1.3), 0.5
# Added to both sides of a ratio, in each measure's own unit (levels, share of pixels, 1 - SSIM): where
# nothing moves, the noise of an encoder is all there is to compare. With these, of 24 joins of each kind on
# drawn scenes, all good ones pass, 1 of 24 with a frame shown twice, none that skip 4 frames or go back 6.
_NOISE = (0.2, 0.01, 0.004)
#: No score is higher: beyond it a join is another picture, and how far is no matter.
WORST = 10.0
_BINS = 32


class Step(NamedTuple):
    """From one picture to the next: the mean difference in levels of 255, the share of colours that are other
    ones, and 1 - SSIM."""

    mae: float
    colours: float
    structure: float


def seam_scores(
    chunks: Sequence[Path], corrections: Sequence[Affine], conform: Conform, cuts: Sequence[int]
) -> tuple[float, ...]:
    """Of every join of a beat's chunks, in their order and in the colours that they show in. `cuts` are the
    first frames, at the film's rate, of what the plan cuts to: a join there is none. Raises `Unreadable`."""
    shown = {conform.source(cut) for cut in cuts if cut < conform.frames}
    scores = []
    for index, (before, after) in enumerate(itertools.pairwise(chunks)):
        first = sum(conform.counts[: index + 1]) - index
        # A frame more on both sides: retimed, the cut may lie between two.
        if conform.counts[index + 1] < 2 or shown & {first - 1, first, first + 1}:
            continue
        # The first frame of a chunk repeats the last one of the chunk before, and is dropped.
        came = last_pictures(before, BESIDE + 1, SIZE), first_pictures(after, BESIDE + 2, SIZE)[1:]
        pair = zip(came, corrections[index : index + 2], strict=True)
        scores.append(seam_score(*([_corrected(one, by) for one in side] for side, by in pair)))
    return tuple(scores)


def _corrected(picture: Picture, by: Affine) -> Picture:
    if by.is_identity:
        return picture
    return np.asarray((picture * np.array(by.gain) + by.offset).round().clip(0, 255), dtype=np.uint8)


def seam_score(before: Sequence[Picture], after: Sequence[Picture]) -> float:
    """Of the join between the last of `before` and the first of `after`, in the order in which they show.
    Between 0 and `WORST`, two decimals."""
    beside = [_step(a, b) for side in (before, after) for a, b in itertools.pairwise(side)]
    usual = np.median(np.array(beside or [Step(0.0, 0.0, 0.0)]), axis=0)
    ratios = (np.array(_step(before[-1], after[0])) + _NOISE) / (usual + _NOISE)
    worst = max(*(ratios / _MOST), _LEAST / ratios[0])
    return round(min(float(worst), WORST), 2)


def _step(a: Picture, b: Picture) -> Step:
    mae = float(cv2.absdiff(a, b).mean())
    colours = float(abs(_colours(a) - _colours(b)).sum() / 2)
    return Step(mae, colours, 1 - _ssim(a, b))


def _colours(picture: Picture) -> NDArray[np.float64]:
    """How the levels of each channel are spread, as shares of 1 in all."""
    counts = [np.bincount((picture[:, :, c] >> 3).ravel(), minlength=_BINS) for c in range(3)]
    return np.concatenate(counts) / picture.size


def _ssim(a: Picture, b: Picture) -> float:
    """Structural similarity of the greys (Wang et al. 2004): windows of 11 pixels, sigma 1.5."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (a, b))

    def mean(of: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(of, (11, 11), 1.5))

    mx, my = mean(x), mean(y)
    vx, vy, xy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mx * my + c1) * (2 * xy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(similar.mean())
