"""A join inside a shot is scored by the motion beside it; a cut that the plan makes is no join."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest

from activities.media.segment import SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip
from workflows.film.timeline import conform

RATE = Fraction(24)
FIRST = range(0, 30)
#: What the second chunk shows, from the frame that repeats the last of the first.
GOOD, TWICE, SKIPPED, BACK = range(29, 59), (29, 29, *range(30, 58)), (29, *range(38, 67)), range(20, 50)


def scores(folder: Path, second: Iterable[int], *, drift: int = 0, cuts: tuple[int, ...] = ()) -> list[float]:
    chunks = [
        clip(folder / "one.mp4", FIRST, RATE, numbered=False),
        clip(folder / "two.mp4", list(second), RATE, drift=drift, numbered=False),
    ]
    plan = conform([30, 30], RATE, 24, 50, 9)
    spec = SegmentSpec(plan, WIDTH, HEIGHT, "natural", 0, cuts=cuts)
    return list(refine_segment(chunks, spec, folder, lambda _: None).seams)


@pytest.mark.parametrize(
    ("second", "passes"), [(GOOD, True), (TWICE, False), (SKIPPED, False), (BACK, False)]
)
def test_a_step_of_the_motion_passes_and_a_jump_or_a_halt_does_not(
    tmp_path: Path, second: Iterable[int], passes: bool
) -> None:
    (score,) = scores(tmp_path, second)
    assert (score <= 1) == passes, score


def test_colour_is_scored_as_it_shows_once_it_is_matched(tmp_path: Path) -> None:
    (score,) = scores(tmp_path, GOOD, drift=8)
    assert score <= 1


def test_a_cut_of_the_plan_is_no_join(tmp_path: Path) -> None:
    assert scores(tmp_path, SKIPPED, cuts=(30,)) == []
    assert len(scores(tmp_path, SKIPPED, cuts=(12, 400))) == 1


def test_one_chunk_has_no_join(tmp_path: Path) -> None:
    chunk = clip(tmp_path / "one.mp4", FIRST, RATE)
    spec = SegmentSpec(conform([30], RATE, 24, 25, 0), WIDTH, HEIGHT, "natural", 0)
    assert refine_segment([chunk], spec, tmp_path, lambda _: None).seams == ()
