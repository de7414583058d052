"""Chains of numbered chunks, what is encoded of them, and how it looks."""

from __future__ import annotations

import itertools
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from activities.media.ffmpeg import executable
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
    out = path.with_suffix(".png")
    command = [executable(), "-v", "error", "-y", "-i", str(path), "-vf", f"select=eq(n\\,{index})"]
    subprocess.run([*command, "-frames:v", "1", str(out)], check=True)
    with Image.open(out) as image:
        return np.asarray(np.asarray(image)[HEIGHT // 3 :].mean(axis=(0, 1)), dtype=np.float64)
