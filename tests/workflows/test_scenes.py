"""Scenes of a film of keyframes: how many there are, and that they fill it to the frame at every rate."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.support.scenes import scenes
from workflows.film import Beat
from workflows.film.scenes import LONGEST_FILM_S, SHORTEST_FILM_S, scene_count
from workflows.film.timeline import film_layout

DURATIONS = st.integers(SHORTEST_FILM_S, LONGEST_FILM_S)
SCENE_S = st.integers(4, 30)
RATES = st.sampled_from((8, 16, 24, 25, 30))


@given(DURATIONS, SCENE_S)
def test_a_scene_is_as_near_to_its_length_as_whole_scenes_allow(duration_s: int, scene_s: int) -> None:
    count = scene_count(duration_s, scene_s)
    off = abs(Fraction(duration_s, scene_s) - count)
    assert count >= 1 and (off <= Fraction(1, 2) or count == 1)


@given(DURATIONS, SCENE_S, RATES)
def test_scenes_fill_the_film_to_the_frame(duration_s: int, scene_s: int, fps: int) -> None:
    beats = scenes(duration_s, scene_count(duration_s, scene_s))
    frames = [beat.frames(fps) for beat in beats]
    assert sum(frames) == duration_s * fps and max(frames) - min(frames) <= 1
    assert all(a.first_frame(fps) + a.frames(fps) == b.first_frame(fps) for a, b in itertools.pairwise(beats))
    assert sum(beat.seconds for beat in beats) == duration_s
    assert [beat.start_s for beat in beats] == list(
        itertools.accumulate([0, *(beat.seconds for beat in beats[:-1])])
    )
    pieces = film_layout(beats, fps)
    assert sum(piece.frames for piece in pieces) == duration_s * fps


@given(st.integers(0, 115), st.sampled_from((5, 10, 15)), RATES)
def test_a_beat_lasts_its_whole_seconds(start_s: int, seconds: int, fps: int) -> None:
    beat = scenes(seconds, 1)[0].model_copy(update={"start_s": start_s, "seconds": seconds, "span": None})
    assert beat.frames(fps) == seconds * fps and beat.first_frame(fps) == start_s * fps
    assert beat.lasts_s == seconds and isinstance(beat.lasts_s, int)


def test_a_span_survives_its_json() -> None:
    for beat in scenes(30, 4):
        assert Beat.model_validate_json(beat.model_dump_json()) == beat
