"""Chains of numbered chunks, what is encoded of them, and how it looks."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from activities.media.form import WEIGHTS, form_of
from activities.media.probing import opened
from activities.media.segment import SegmentFiles, SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers
from workflows.film.contract import Look
from workflows.film.timeline import Conform


def chain(directory: Path, counts: tuple[int, ...], rate: Fraction) -> list[Path]:
    """A chain whose joined frames are numbered from 0: each continuation repeats the last number."""
    starts = itertools.accumulate((count - 1 for count in counts[:-1]), initial=0)
    return [
        clip(directory / f"chunk{i}.mp4", range(start, start + count), rate)
        for i, (start, count) in enumerate(zip(starts, counts, strict=True))
    ]


def refined(
    directory: Path, chunks: list[Path], plan: Conform, head: int, look: Look = "natural"
) -> SegmentFiles:
    spec = SegmentSpec(plan, WIDTH, HEIGHT, look, head, smooth=True)
    return refine_segment(chunks, spec, directory, lambda _: None)


def shown(files: SegmentFiles) -> list[int]:
    return [n for path in (files.head, files.body, files.tail) if path for n in numbers(path)]


def ground(path: Path, index: int) -> NDArray[np.float64]:
    """Mean RGB below the row of bits."""
    with opened(path) as container:
        frame = next(itertools.islice(container.decode(video=0), index, None))
        kr, kb = WEIGHTS[form_of(container.streams.video[0], frame).meant_matrix]
    below = frame.to_ndarray(format="yuv444p")[:, frame.height // 3 :]
    luma, blue, red = below.mean(axis=(1, 2)) - (16, 128, 128)
    # Limited range of 8 bits, as everything of ours is.
    light = luma * 255 / 219
    r, b = light + (1 - kr) * red * 510 / 224, light + (1 - kb) * blue * 510 / 224
    return np.asarray((r, (light - kr * r - kb * b) / (1 - kr - kb), b), dtype=np.float64)
