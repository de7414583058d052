"""What the recipes of words and drawings say: all that makes them look otherwise, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from activities.animatic import fonts
from activities.animatic.provider import Animatic
from activities.animatic.words import what_is_set
from activities.film.recipes import drawn_image, is_alike
from tests.support.scenes import scenes
from tests.support.shots import shot
from workflows.film.contract import Shot


def of(title: str, **more: Any) -> Shot:
    return shot("hero_shot", title=title).model_copy(update={"product": "mug", "subject": "", **more})


def without_east(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_coverage", lambda family: frozenset(range(0x3000)))
    monkeypatch.setattr(fonts, "_files", lambda family: () if family in fonts._EAST_ASIAN else ("x.ttf",))


def with_east(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_coverage", lambda family: frozenset(range(0x10000)))
    monkeypatch.setattr(fonts, "_files", lambda family: ("x.ttf",))


@pytest.mark.parametrize("title, lacks", [("Kaffee für alle", False), ("毎朝の一杯", True)])
def test_what_is_left_out_for_want_of_a_font_is_another_thing(
    monkeypatch: pytest.MonkeyPatch, title: str, lacks: bool
) -> None:
    asked = of(title)
    without_east(monkeypatch)
    without, words = drawn_image("animatic-image", asked, "drawn 1"), what_is_set(asked)
    with_east(monkeypatch)
    there = drawn_image("animatic-image", asked, "drawn 1")
    assert (without.key != there.key) == lacks == ("unset" in without.params) == (words != what_is_set(asked))
    assert "unset" not in there.params and "unset" not in what_is_set(asked)
    assert is_alike(there, without), "what was bought from the one is found from the other"


def test_words_wear_the_colour_that_is_said_of_the_thing_or_of_what_it_stands_in() -> None:
    plain, red = of("Slow"), of("Slow", subject="red mug")
    in_red = of("Slow", setting="in red")
    assert "colour" not in what_is_set(plain)
    assert what_is_set(red) == what_is_set(in_red) != what_is_set(plain)
    assert what_is_set(red) != what_is_set(of("Slow", subject="blue mug"))
    photo = {"beat": plain.beat.model_copy(update={"references": ("upload",)})}
    assert "colour" not in what_is_set(of("Slow", subject="red mug").model_copy(update=photo))


def test_music_is_not_made_again_because_pictures_are_drawn_otherwise() -> None:
    assert Animatic.engine.startswith("animatic 3,") and Animatic.score_engine.startswith("animatic 1,")


def test_keyframes_at_other_places_of_the_path_are_not_alike() -> None:
    """What ends a film is drawn from its last scene too."""
    scene = of("").model_copy(update={"beat": scenes(8, 1)[0], "number": 1})
    after = scene.model_copy(update={"number": 2})
    start, end = (drawn_image("m", one, "e", bare=True) for one in (scene, after))
    assert is_alike(start, drawn_image("m", scene, "another", bare=True)) and not is_alike(start, end)
