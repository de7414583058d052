"""Knows how much a join between two chunks shows: how the step across it compares with the steps beside it.

Measures of a pair of neighbouring pictures, each as a ratio to its median on both sides: how far they differ,
how their colours are spread, how alike their structure is; and, where both are softened, whether they differ
at all. A score is the worst of them as a share of its limit: up to 1 the join passes for one step of the
motion. The limits told good joins from bad ones on 24 joins of each kind; what they tell on others, and that
one skipped frame is not among it, is measured by `python -m tests.bench.joins`.
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
from activities.media.colour_offset import corrected
from activities.media.film_form import Picture
from activities.media.frames import first_pictures, last_pictures
from activities.media.similarity import ssim
from workflows.film import Conform

#: Pictures are compared at this size, whatever their shape: what is seen of a join is not the grain.
SIZE = (320, 180)
#: Pairs of pictures on each side of a join that it is compared with: half a second of motion.
BESIDE = 12
# Whoever changes a figure below, or how a score is made of them, raises `workflows.film.SEAM_MEASURE`.
# The ratio up to which a join is good, of each measure.
_MOST = (1.5, 2.65, 1.3)
# Under this ratio of the first, softened, a frame is shown twice. On pictures as they are, grain, which comes
# and goes at the ends of clips, hid three of four such frames; softened with this sigma there is none of it.
_LEAST, _SOFT = 0.95, 3.0
# Added to both sides of a ratio, in each measure's own unit (levels, share of pixels, 1 - SSIM): where
# nothing moves there is but the noise of an encoder to compare, and steps of a level, which nobody sees.
_NOISE = (0.8, 0.05, 0.008)
# The same where both are softened, of which encoders leave next to nothing.
_SOFT_NOISE = 0.2
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
    chunks: Sequence[Path],
    corrections: Sequence[tuple[Affine, Affine]],
    conform: Conform,
    cuts: Sequence[int],
) -> tuple[float, ...]:
    """Of every join of a beat's chunks, in their order and in the colours that they show in: `corrections`
    are those of each chunk's beginning and end. `cuts` are the first frames, at the film's rate, of what the
    plan cuts to: a join there is none. Raises `Unreadable`."""
    shown = {conform.source(cut) for cut in cuts if cut < conform.frames}
    scores = []
    for index, (before, after) in enumerate(itertools.pairwise(chunks)):
        first = sum(conform.counts[: index + 1]) - index
        # A frame more on both sides: retimed, the cut may lie between two.
        if conform.counts[index + 1] < 2 or shown & {first - 1, first, first + 1}:
            continue
        # The first frame of a chunk repeats the last one of the chunk before, and is dropped.
        came = last_pictures(before, BESIDE + 1, SIZE), first_pictures(after, BESIDE + 2, SIZE)[1:]
        pair = zip(came, (corrections[index][1], corrections[index + 1][0]), strict=True)
        scores.append(seam_score(*([corrected(one, by) for one in side] for side, by in pair)))
    return tuple(scores)


def seam_score(before: Sequence[Picture], after: Sequence[Picture]) -> float:
    """Of the join between the last of `before` and the first of `after`, in the order in which they show.
    Between 0 and `WORST`, two decimals."""
    beside = [_step(a, b) for side in (before, after) for a, b in itertools.pairwise(side)]
    usual = np.median(np.array(beside or [Step(0.0, 0.0, 0.0)]), axis=0)
    ratios = (np.array(_step(before[-1], after[0])) + _NOISE) / (usual + _NOISE)
    worst = max(*(ratios / _MOST), _LEAST / _moves(before, after))
    return round(min(float(worst), WORST), 2)


def _moves(before: Sequence[Picture], after: Sequence[Picture]) -> float:
    """How much moves from one side to the other, against what moves on both."""
    sides = [[cv2.GaussianBlur(one, (0, 0), _SOFT) for one in side] for side in (before, after)]
    steps = [float(cv2.absdiff(a, b).mean()) for side in sides for a, b in itertools.pairwise(side)]
    usual = float(np.median(steps or [0.0]))
    return (float(cv2.absdiff(sides[0][-1], sides[1][0]).mean()) + _SOFT_NOISE) / (usual + _SOFT_NOISE)


def _step(a: Picture, b: Picture) -> Step:
    mae = float(cv2.absdiff(a, b).mean())
    colours = float(abs(_colours(a) - _colours(b)).sum() / 2)
    return Step(mae, colours, 1 - ssim(a, b))


def _colours(picture: Picture) -> NDArray[np.float64]:
    """How the levels of each channel are spread, as shares of 1 in all."""
    counts = [np.bincount((picture[:, :, c] >> 3).ravel(), minlength=_BINS) for c in range(3)]
    return np.concatenate(counts) / picture.size
