"""Colours of a segment: drift along a chain is undone, looks differ, and the rest is left alone."""

from __future__ import annotations

import itertools
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from activities.media import colour_match, looks
from activities.media.colour_match import IDENTITY
from activities.media.ffmpeg import executable
from tests.support.media_clips import HEIGHT, clip, numbers, picture
from tests.support.segments import chain, ground, refined
from workflows.film.timeline import conform


def test_drift_along_a_chain_is_undone(tmp_path: Path) -> None:
    chunks = [
        clip(tmp_path / f"{i}.mp4", range(start, start + 13), drift=drift)
        for i, (start, drift) in enumerate([(0, 0), (12, 12), (24, 20)])
    ]
    plan = conform((13, 13, 13), Fraction(24), 24, 37, 0)
    files = refined(tmp_path, chunks, plan, head=0)
    for index in (20, 35):
        truth = picture(index)[HEIGHT // 3 :].mean(axis=(0, 1))
        assert abs(ground(files.body, index) - truth).max() < 1


def random_picture(rng: np.random.Generator) -> NDArray[np.uint8]:
    coarse = rng.integers(0, 255, (6, 10, 3)).astype(np.uint8)
    return np.asarray(coarse.repeat(15, axis=0).repeat(16, axis=1), dtype=np.uint8)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_unrelated_pictures_are_never_matched(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert colour_match.match(random_picture(rng), random_picture(rng)) == IDENTITY


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    gain=st.floats(0.9, 1.1),
    offset=st.floats(-10, 10),
    covered=st.booleans(),
)
def test_drift_is_found_even_beside_a_new_object(
    seed: int, gain: float, offset: float, covered: bool
) -> None:
    before = random_picture(np.random.default_rng(seed)) // 2 + 60
    after = np.clip((before - offset) / gain, 0, 255).round().astype(np.uint8)
    if covered:
        after[20:70, 40:110] = 240
    fit = colour_match.match(before.astype(np.uint8), after)
    back = np.asarray(fit.gain) * 128 + fit.offset
    assert abs(back - (gain * 128 + offset)).max() < 1.5


def test_more_than_drift_is_left_alone() -> None:
    before = random_picture(np.random.default_rng(1)) // 2 + 60
    after = (before * 0.7).astype(np.uint8)
    assert colour_match.match(before.astype(np.uint8), after) == IDENTITY


@pytest.mark.parametrize("matrix", ["unknown", "bt709", "bt470bg"])
def test_colours_stay_whatever_the_chunk_says_of_its_matrix(tmp_path: Path, matrix: str) -> None:
    path = tmp_path / "chunk.mp4"
    stated, meant = matrix, "bt709" if matrix == "unknown" else matrix
    command = [executable(), "-v", "error", "-f", "lavfi", "-i", "color=c=0xC84020:size=96x54:rate=24"]
    command += ["-vf", f"format=gbrp,scale=out_color_matrix={meant}:out_range=tv,format=yuv420p,"]
    command[-1] += f"setparams=colorspace={stated}"
    subprocess.run([*command, "-frames:v", "8", "-c:v", "libx264", "-crf", "8", str(path)], check=True)
    plan = conform((8,), Fraction(24), 24, 8, 0)
    files = refined(tmp_path, [path], plan, head=0)
    assert abs(ground(files.body, 4) - (0xC8, 0x40, 0x20)).max() < 3
    assert abs(ground(path, 4) - (0xC8, 0x40, 0x20)).max() < 3


def test_every_look_differs_and_natural_changes_nothing(tmp_path: Path) -> None:
    chunks, plan = chain(tmp_path, (8,), Fraction(24)), conform((8,), Fraction(24), 24, 8, 0)
    seen = {}
    for look in looks.GRADES:
        out = tmp_path / look
        out.mkdir()
        files = refined(out, chunks, plan, head=0, look=look)
        assert numbers(files.body) == list(range(8))
        seen[look] = ground(files.body, 4)
    assert abs(seen["natural"] - picture(4)[HEIGHT // 3 :].mean(axis=(0, 1))).max() < 1
    for one, other in itertools.combinations(seen.values(), 2):
        assert abs(one - other).max() > 2
