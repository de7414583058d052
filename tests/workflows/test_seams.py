"""What another measure told of joins and ends is shown, and not held against today's limits or compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from workflows.film.ends import ENDS_MEASURE, MISSES, ends_of, told_ends_of
from workflows.film.flaws import flaws_of, is_better
from workflows.film.seams import SEAM_MEASURE, SHOWS, seams_of, told_seams_of
from workflows.studio.facts import Artifact, Media
from workflows.studio.report import KeptEnds

SCORES = st.floats(0, 10)
OTHERS = st.none() | st.integers().filter(lambda one: one != SEAM_MEASURE) | st.text(max_size=3)


def segment(score: float, measure: JsonValue = SEAM_MEASURE) -> Artifact:
    facts: dict[str, JsonValue] = {"seams": [score]}
    if measure is not None:
        facts["seam_measure"] = measure
    return Artifact(
        key="a" * 64, object="made", media=Media(mime="video/mp4", bytes=1, sha256=""), facts=facts
    )


@given(SCORES, SCORES, OTHERS)
def test_what_another_measure_told_is_no_score_of_now(one: float, other: float, measure: JsonValue) -> None:
    before, now = segment(one, measure), segment(other)
    assert told_seams_of(before) == (one,) and seams_of(before) == ()
    assert not list(flaws_of(before, 2))
    assert not is_better(now, 2, before, 2) and not is_better(before, 2, now, 2)


@given(SCORES, SCORES)
def test_scores_of_now_are_held_against_the_limit_and_compared(one: float, other: float) -> None:
    before, now = segment(one), segment(other)
    assert [flaw.chunk for flaw in flaws_of(now, 2)] == ([2] if other > SHOWS else [])
    assert is_better(now, 2, before, 2) == (other < one)


# ---- the ends of clips between two images ----------------------------------------------------------

LIKE = st.none() | st.floats(-1, 1)
ENDS = st.lists(st.tuples(LIKE, LIKE), min_size=1, max_size=5)


def clips(ends: list[tuple[float | None, float | None]], measure: JsonValue = ENDS_MEASURE) -> Artifact:
    told: list[JsonValue] = [{"first": first, "last": last} for first, last in ends]
    facts: dict[str, JsonValue] = {"seams": [1.0] * (len(ends) - 1), "seam_measure": SEAM_MEASURE}
    made = segment(1.0).model_copy(update={"facts": facts})
    return made.model_copy(update={"facts": made.facts | {"ends": told, "ends_measure": measure}})


@given(ENDS)
def test_an_end_that_misses_its_image_is_a_flaw_of_its_own_chunk(
    ends: list[tuple[float | None, float | None]],
) -> None:
    made = clips(ends)
    missed = [
        number for number, each in enumerate(ends, 1) for one in each if one is not None and one < MISSES
    ]
    assert [flaw.chunk for flaw in flaws_of(made, len(ends))] == missed
    assert not list(flaws_of(made, len(ends) + 1)), "nobody knows which is which"
    before = clips(ends, measure=0)
    assert not list(flaws_of(before, len(ends))) and ends_of(before) == ()
    assert told_ends_of(before) == tuple(KeptEnds(first=first, last=last) for first, last in ends)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_take_for_an_end_stands_where_it_is_nearer(one: float, other: float) -> None:
    before, now = (clips([(1.0, None), (None, like), (0.0, 0.0)]) for like in (one, other))
    # Of the chunk alone: what is behind it is nobody's business here.
    assert not (is_better(now, 3, before, 2, alone=True) and other <= one)
    if 1 - other < 1 - one and other < MISSES:
        worst = SHOWS * (1 - one) / (1 - MISSES)
        assert is_better(now, 3, before, 2, alone=True) == (
            max(1.0, SHOWS * (1 - other) / (1 - MISSES)) < worst
        )


@given(st.floats(0, 1), st.floats(0, 1))
def test_ends_are_compared_only_where_both_are_told(one: float, other: float) -> None:
    told, untold = clips([(1.0, one), (other, 1.0)]), clips([(1.0, one), (other, 1.0)], measure=0)
    # The joins are as good: nobody knows whether the ends are any better, or ever were.
    assert not is_better(untold, 2, told, 2) and not is_better(told, 2, untold, 2)
    better = clips([(1.0, 1.0), (1.0, 1.0)])
    better = better.model_copy(update={"facts": better.facts | {"seams": [0.5]}})
    assert is_better(better, 2, untold, 2), "by its joins"


def test_what_cannot_be_read_of_ends_fails_no_film() -> None:
    made = segment(1.0)
    odd = made.model_copy(update={"facts": made.facts | {"ends": [{"first": "x"}], "ends_measure": 1}})
    assert ends_of(odd) == () and not list(flaws_of(odd, 2))
