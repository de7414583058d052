"""Scores of another measure are told, and neither held against today's limit nor compared with its scores."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from workflows.film.seams import (
    SEAM_MEASURE,
    SHOWS,
    joins_better,
    seams_of,
    shown_joins,
    told_seams_of,
)
from workflows.studio.facts import Artifact, Media

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
    assert list(shown_joins(before, 2)) == []
    assert not joins_better(now, 2, before, 2) and not joins_better(before, 2, now, 2)


@given(SCORES, SCORES)
def test_scores_of_now_are_held_against_the_limit_and_compared(one: float, other: float) -> None:
    before, now = segment(one), segment(other)
    assert list(shown_joins(now, 2)) == ([(2, other)] if other > SHOWS else [])
    assert joins_better(now, 2, before, 2) == (other < one)
