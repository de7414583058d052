"""Drift along a chain of chunks is undone to what the shot began with: never where there is none, never with
a jump at a join, and nothing that comes into the picture is taken for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.media.colour_match import IDENTITY
from activities.media.colour_offset import corrected
from activities.media.drift import LOOKS, drift_of
from activities.media.film_form import Picture
from activities.media.matching import anchored_courses
from activities.media.segment import SegmentSpec, refine_segment
from infra.standins.pictures.pictures import image
from infra.standins.spec import Spec
from tests.bench.joins import chain
from workflows.film.seams import SHOWS
from workflows.film.timeline import conform

CHUNKS = 3


Chunks = list[list[Picture]]


def shot(seed: int, gain: float, offset: float, comes: bool) -> tuple[Chunks, Chunks]:
    """The pictures of a pan in three chunks, as they came and as they are meant: drifted by as much a chunk,
    and where something `comes` in, that covers a third of the last."""
    rng = np.random.default_rng(seed)
    ground = cv2.GaussianBlur(rng.integers(30, 220, (90, 240, 3)).astype(np.float32), (0, 0), 5)
    ground = (ground - ground.mean()) * 4 + 120
    came, meant = [], []
    for number in range(CHUNKS):
        at = [number + look / (LOOKS - 1) for look in range(LOOKS)]
        true = [ground[:, round(20 * one) : round(20 * one) + 160].copy() for one in at]
        for one, picture in zip(at, true, strict=True):
            if comes:
                picture[10:70, 160 - round(25 * one) :] = (210, 40, 60)
        shown = [picture * (1 + gain * one) + offset * one for one, picture in zip(at, true, strict=True)]
        noisy = [one + rng.normal(0, 0.7, one.shape) for one in shown]
        meant.append([each.round().clip(0, 255).astype(np.uint8) for each in true])
        came.append([each.round().clip(0, 255).astype(np.uint8) for each in noisy])
    return came, meant


def off(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(float) - other).mean())


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    gain=st.floats(-0.03, 0.03),
    offset=st.floats(-3, 3),
    comes=st.booleans(),
)
def test_it_is_never_worse_than_nothing(seed: int, gain: float, offset: float, comes: bool) -> None:
    came, meant = shot(seed, gain, offset, comes)
    courses = anchored_courses(came, meant[0][0])
    for look, true, course in zip(came, meant, courses, strict=True):
        # A level is the least that there is.
        assert off(corrected(look[-1], course.end), true[-1]) <= off(look[-1], true[-1]) + 1
    for before, after, one, other in zip(came, came[1:], courses, courses[1:], strict=False):
        joined = corrected(before[-1], one.end), corrected(after[0], other.start)
        assert off(*joined) <= off(before[-1], after[0]) + 1, "a jump at the join"


def test_another_light_is_meant() -> None:
    came, meant = shot(7, -0.25, 0.0, comes=False)
    assert drift_of(came[0]) == IDENTITY and off(came[0][-1], meant[0][-1]) > 20


@pytest.mark.slow
def test_the_segment_shows_it_without_a_jump(tmp_path: Path) -> None:
    spec = Spec("image", "m", "Hero shot of a mug: dolly in", width=320, height=180, seed=3, astray="drifts")
    first = tmp_path / "first.png"
    first.write_bytes(image(spec))
    spec = replace(spec, kind="video", frames=41, fps=Fraction(16), inputs={"image": first.read_bytes()})
    chunks = chain(tmp_path, spec, CHUNKS)
    plan = conform([41] * CHUNKS, Fraction(16), 16, 121, 0)
    wanted = SegmentSpec(plan, 320, 180, "natural", 0, first=first, anchored=True)
    files = refine_segment(chunks, wanted, tmp_path, lambda _: None)
    assert len(files.seams) == CHUNKS - 1 and max(files.seams) <= SHOWS
    before, after = files.colours[-1]
    assert after <= before / 2
