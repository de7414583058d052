"""Clips between keyframes: every one is shown whole, and a film of them has exactly its frames."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.scenes import scenes
from workflows.film import Plan, PlannedFilm
from workflows.film.agenda import Agenda
from workflows.film.clips import conform, handle_within, length_of_clip
from workflows.film.joins import joins_of
from workflows.film.rows import rows_of
from workflows.film.scenes import scene_count
from workflows.film.timeline import CannotCover, minimum_handle, transition_frames
from workflows.studio import Artifact, Board, ChunkLength, FrameFormat, Media, ModelFacts

RATES = st.sampled_from((8, 16, 24, 25, 30))
DRAWN = ModelFacts(id="drawn", provider="here", work="computes")


def film(duration_s: int, scene_s: int, fps: int, crossfade: float = 0.0) -> PlannedFilm:
    plan = Plan(
        title="",
        product="mug",
        archetype="",
        style=(),
        look="natural",
        beats=scenes(duration_s, scene_count(duration_s, scene_s)),
        seed=1,
        method="keyframes",
    )
    artifact = Artifact(key="k", object="", media=Media(mime="", bytes=0, sha256=""))
    frame = FrameFormat(width=640, height=360, fps=fps)
    return PlannedFilm(plan=plan, artifact=artifact, format=frame, crossfade=crossfade)


def sold(*lengths: int, fps: int = 24) -> ModelFacts:
    offered = tuple(
        ChunkLength(asked_s=Decimal(one), frames=one * fps + 1, price_usd=Decimal(one)) for one in lengths
    )
    return ModelFacts(id="sold", provider="there", work="waits", fps=Fraction(fps), lengths=offered)


@given(st.integers(4, 180), st.integers(4, 30), RATES, st.floats(0, 1))
def test_what_is_drawn_here_is_neither_hurried_nor_slowed(
    duration_s: int, scene_s: int, fps: int, crossfade: float
) -> None:
    planned = film(duration_s, scene_s, fps, crossfade)
    joins, shown = joins_of(planned), 0
    for number, beat in enumerate(planned.plan.beats):
        clip = length_of_clip(number, planned, DRAWN)
        made = joins.conform(number, [clip.frames], Fraction(fps))
        # Every frame once, but for the one that the scene before ended with.
        assert [made.source(at) for at in range(made.frames)] == [*range(made.skip, clip.frames)]
        assert made.skip == (number > 0) and made.handle == joins.handle(number)
        assert made.beat_frames == beat.frames(fps)
        shown += made.beat_frames
    assert shown == duration_s * fps == sum(piece.frames for piece in joins.layout)


@given(st.integers(4, 180), st.integers(4, 30), RATES, st.sampled_from((16, 24, 30)))
def test_a_clip_that_is_bought_is_shown_from_its_first_keyframe_to_its_last(
    duration_s: int, scene_s: int, fps: int, native: int
) -> None:
    planned, model = film(duration_s, scene_s, fps), sold(4, 6, 8, 10, 15, 30, fps=native)
    for number in range(len(planned.plan.beats)):
        try:
            clip = length_of_clip(number, planned, model)
        except CannotCover:
            assume(planned.plan.beats[number].lasts_s <= 30)
            raise
        made = joins_of(planned).conform(number, [clip.frames], Fraction(native))
        step = Fraction(made.available, made.frames)
        assert made.source(0) - made.skip <= step and made.stretch <= Fraction(104, 100)
        assert clip.frames - 1 - made.source(made.frames - 1) <= step


def test_the_shortest_clip_that_covers_is_bought() -> None:
    planned = film(30, 8, 24)
    assert length_of_clip(0, planned, sold(4, 8, 12)).asked_s == 8
    with pytest.raises(CannotCover, match=r"clips of 6 s at most, and scene_1 lasts 7\.5 s"):
        length_of_clip(0, planned, sold(4, 6))


def test_a_clip_that_came_back_short_has_no_handle_and_a_shorter_one_covers_nothing() -> None:
    assert conform(1, [193], Fraction(24), 24, 192, 10).handle == 0
    assert conform(1, [193], Fraction(24), 24, 182, 10).handle == 10
    with pytest.raises(CannotCover):
        conform(1, [150], Fraction(24), 24, 192, 0)


@given(st.integers(0, 1), st.integers(24, 400), st.integers(24, 400), RATES, st.sampled_from((16, 24, 30)))
def test_a_clip_that_fades_for_want_of_a_shared_keyframe_is_slowed_by_four_per_cent_at_most(
    number: int, count: int, frames: int, fps: int, native: int
) -> None:
    most = transition_frames(fps)
    handle = handle_within(number, [count], Fraction(native), fps, frames, most)
    assert handle == 0 or minimum_handle(fps) <= handle <= most
    if handle:
        made = conform(number, [count], Fraction(native), fps, frames, handle)
        assert made.handle == handle and made.stretch <= Fraction(104, 100)


@pytest.mark.parametrize(("crossfade", "fade"), [(0.0, 0), (0.1, 0), (0.16, 4), (0.4, 10), (1.0, 24)])
def test_a_cross_fade_is_as_long_as_it_was_asked_for(crossfade: float, fade: int) -> None:
    joins = joins_of(film(32, 8, 24, crossfade))
    assert [joins.handle(number) for number in range(4)] == [fade, fade, fade, 0]
    assert joins.transition(1, fade).fade == fade and joins.opening == max(10, fade)


@pytest.mark.parametrize("crossfade", [0.0, 0.4, 1.0])
def test_a_transition_counts_as_the_frames_that_it_makes(crossfade: float) -> None:
    planned, board, now = film(32, 8, 24, crossfade), Board(), datetime(2026, 1, 1, tzinfo=UTC)
    board.rows = rows_of(planned.plan)
    Agenda(planned, board, titles=True).joins(1)
    (row,) = [row for row in board.snapshot(now, now).beats if row.steps]
    weights = {step.name.partition(":")[0]: step.weight for step in row.steps}
    assert weights["transition"] == joins_of(planned).opening
