"""Shots within a beat: cuts where the plan has them, on the music, and films that never stand still."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pydantic import JsonValue

from activities.animatic.compositor import Compositor
from activities.animatic.framing import framings_of, nearest
from activities.animatic.provider import Animatic
from activities.animatic.scenes import build
from activities.animatic.sets import GENRE_SETS, SETS
from activities.film.planning.compose import compose
from activities.film.planning.cuts import GRID_S, with_cuts
from activities.film.planning.library import Library
from activities.film.recipes import drawn_image
from tests.bench.sheets import STILL, drawn
from tests.support.shots import apart, chunk, saved, shot
from workflows.film.contract import TRAVELLING, BeatSeconds, Camera, Shot, VideoRequest


def cut_shot(beat: str = "hero_shot", fps: int = 24, **of: object) -> Shot:
    made = shot(beat, fps=fps, **{"camera": "static", **of})  # type: ignore[arg-type]
    return made.model_copy(update={"beat": with_cuts(made.beat, made.seed)})


@pytest.mark.parametrize("fps", [8, 16, 24, 25, 30])
def test_cuts_fall_on_the_music_whatever_its_tempo(fps: int) -> None:
    for beat in ("hero_shot", "lifestyle_context", "brand_moment"):
        of = cut_shot(beat, fps)
        assert of.beat.cuts
        for seconds in of.beat.cuts:
            # Whole beats of 72, 96 and 120 a minute.
            assert all((seconds * bpm / 60) % 1 == 0 for bpm in (72, 96, 120))
        assert of.cuts == tuple(-(-int(seconds * fps * 2) // 2) for seconds in of.beat.cuts)


def test_a_beat_has_two_or_three_framings_and_holds_none_for_long() -> None:
    for seconds in (5, 10, 15):
        for seed in range(20):
            beat = shot().beat.model_copy(update={"seconds": seconds, "camera": "static"})
            edges = (0.0, *with_cuts(beat, seed).cuts, float(seconds))
            assert max(b - a for a, b in pairwise(edges)) <= 3
            of = shot().model_copy(update={"beat": with_cuts(beat, seed), "seed": seed})
            views = {(each.zoom, each.x, each.y) for each in framings_of(of, (0, 0), 178)}
            assert 2 <= len(views) <= 3


def test_cuts_follow_from_the_beat_alone() -> None:
    one = compose(VideoRequest(prompt="A mug", duration_s=30), Library.default()).beats
    again = [with_cuts(beat.model_copy(update={"start_s": 90, "cuts": ()}), 1) for beat in one]
    assert again == [beat.model_copy(update={"start_s": 90}) for beat in map(with_cuts, one, [1] * len(one))]


@pytest.mark.parametrize("camera", sorted(TRAVELLING))
@pytest.mark.parametrize("seconds", [5, 15])
def test_a_camera_that_travels_is_not_broken_off_by_a_cut(camera: Camera, seconds: BeatSeconds) -> None:
    of = shot(camera=camera)
    beat = of.beat.model_copy(update={"seconds": seconds})
    assert not with_cuts(beat, of.seed).cuts
    # Plans of earlier releases have cuts in such beats, too.
    older = of.model_copy(update={"beat": beat.model_copy(update={"cuts": (2.5,)})})
    (framing,) = framings_of(older, (10.0, 4.0), 178.0)
    poses = [framing.pose(seconds * at / 100, 0.6, 178.0, 1) for at in range(101)]
    way = [(p.x + p.y, math.log(p.zoom), p.swing) for p in poses]
    steps = [max(abs(b - a) for a, b in zip(*pair, strict=True)) for pair in pairwise(way)]
    # It gathers speed, keeps it, and slows without coming to a halt.
    assert max(steps) < 1.6 * steps[50]
    assert 0 < steps[0] < 0.6 * steps[50] and 0 < steps[-1] < 0.7 * steps[50]


@pytest.mark.parametrize(("camera", "sign"), [("dolly_in", 1), ("dolly_out", -1)])
@pytest.mark.parametrize("beat", ["hero_shot", "feature_highlight_sequence", "call_to_action"])
def test_a_dolly_goes_one_way_and_is_drawn_finely_enough_for_it(beat: str, camera: Camera, sign: int) -> None:
    of = shot(beat, camera=camera, callouts=("Light", "Strong") if beat[0] == "f" else ())
    (framing,) = framings_of(of, (0.0, 0.0), 178.0, 1.12 if beat[0] == "c" else 1.5)
    length = of.beat.seconds
    zooms = [framing.pose(length * at / 50, 0.6, 178.0, 1).zoom * sign for at in range(51)]
    assert zooms == sorted(zooms) and abs(zooms[-1] - zooms[0]) > 0.08
    assert max(map(abs, zooms)) <= nearest(of) + 0.001


def test_the_picture_jumps_at_a_cut_and_nowhere_else(tmp_path: Path) -> None:
    of = cut_shot(fps=8)
    frames = chunk(Animatic(), tmp_path / "beat.mp4", of, 40)
    change = [apart(one, other) for one, other in pairwise(frames)]
    (cut,) = of.cuts
    assert int(np.argmax(change)) + 1 == cut
    assert sorted(change)[-1] > 2 * sorted(change)[-2]


def test_a_chunk_goes_on_after_a_cut_where_the_one_before_it_ended(tmp_path: Path) -> None:
    animatic, of = Animatic(), cut_shot(title="Made slowly")
    one = chunk(animatic, tmp_path / "1.mp4", of, 90)
    two = chunk(animatic, tmp_path / "2.mp4", of, 12, 89, saved(one[-1], tmp_path / "last.png"))
    assert apart(one[-1], two[0]) < 1.5


def test_a_shot_of_an_older_plan_is_the_shot_that_it_was() -> None:
    plain, cut = (_told(of) for of in (shot(), cut_shot()))
    assert "cuts" not in plain
    assert cut["cuts"] == [GRID_S]


def _told(of: Shot) -> dict[str, JsonValue]:
    """What the recipe of a storyboard image says of the beat."""
    beat = drawn_image("animatic", of, "x").params["beat"]
    assert isinstance(beat, dict)
    return beat


@pytest.mark.parametrize("beat", [*SETS, *GENRE_SETS])
def test_every_set_can_be_filmed_from_near(beat: str) -> None:
    of = cut_shot(beat, size=(160, 90), product="Nova", title="Nova")
    compositor = Compositor(build(of, None))
    for at in range(0, 60, 6):
        picture = compositor.frame(at / 12)
        # Nothing of the black that lies behind every set.
        assert picture[2:-2, 2:-2, :3].max(2).min() > 0


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("A film about a ceramic coffee mug", "product"),
        ("Bakery in Lyon", "place"),
        ("Photosynthesis", "explainer"),
        ("Anna", "greeting"),
        ("Summer sale", "announcement"),
        ("A castle at sunrise", "story"),
        ("Budget app", "service"),
        ("I want a film", "other"),
    ],
)
def test_no_film_stands_still(prompt: str, genre: str) -> None:
    film = drawn(VideoRequest.model_validate({"prompt": prompt, "genre": genre, "size": "360p"}))
    assert film.still <= 0.10, (STILL, [round(change, 1) for change in film.changes])
