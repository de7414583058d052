"""Films about several things are about all of them, and a thing with several qualities is one."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from activities.film.planning.reading import read
from activities.film.recipes import picture_of
from workflows.film import Shot
from workflows.film.contract import VideoRequest
from workflows.studio import FrameFormat

LIBRARY = Library.default()
THINGS = ["kettle", "desk lamp", "wooden chair", "leather bag", "folding bike", "mug"]


@pytest.mark.parametrize("things", [*permutations(THINGS[:4], 2), *combinations(THINGS, 3)], ids=" ".join)
@pytest.mark.parametrize("lead", ["", "an ad for "])
def test_everything_that_is_named_is_in_the_films_name(things: tuple[str, ...], lead: str) -> None:
    said = [f"a {thing}" for thing in things]
    made = compose(VideoRequest(prompt=f"{lead}{', '.join(said[:-1])} and {said[-1]}"), LIBRARY)
    wanted = f"{', '.join(things[:-1])} and {things[-1]}"
    assert made.subject == made.name == wanted and made.genre == "product"
    assert any(wanted in beat.title.casefold() for beat in made.beats)
    assert all(wanted in beat.prompt for beat in made.beats if things[0] in beat.prompt)


@pytest.mark.parametrize(("one", "other"), [*combinations(THINGS, 2)])
def test_what_each_is_for_stands_with_it(one: str, other: str) -> None:
    prompt = f"a {one} for cooks and a {other} for pilots"
    made = compose(VideoRequest(prompt=prompt, duration_s=30), LIBRARY)
    words = " | ".join(word for beat in made.beats for word in (beat.title, *beat.callouts)).casefold()
    assert made.name == f"{one} and {other}"
    assert f"{one} for cooks" in words and f"{other} for pilots" in words


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Ein Film über eine neue Lampe und einen kleinen Tisch", "neue Lampe und kleiner Tisch"),
        ("Spot per un caffè e una tazza di ceramica, senza musica", "caffè e tazza di ceramica"),
        ("film about the difference between tea and coffee", "difference between tea and coffee"),
        ("a horse and a donkey who become friends", "horse and donkey"),
        ("Write a 20s spot: dad and daughter build a treehouse", "dad and daughter"),
        # One thing, whatever it has or whoever it is for.
        ("shoes for runners and climbers", "shoes"),
        ("vintage leather armchair, warm light, slow and elegant", "vintage leather armchair"),
        ("a video about our lamp and how it works", "lamp"),
        ("an ad for our mugs and save 20%", "mugs"),
        ("a mug and feel the morning", "mug"),
        ('"Slow mornings" — a candle collection', "Slow mornings"),
        ("Promo for www.greenleaf.io, a meal planning app", "www.greenleaf.io"),
        ("I run a small pottery studio called Mud & Moon and need a video for Instagram", "Mud & Moon"),
    ],
)
def test_one_and_several_are_told_apart(prompt: str, name: str) -> None:
    assert read(prompt).name == name


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("a kettle and a desk lamp", ["kettle", "desk lamp"]),
        ("steel pans and wooden spoons", ["steel pans", "wooden spoons"]),
        # The last noun is both's.
        ("salt and pepper shakers", None),
        ("a kettle", None),
    ],
)
def test_only_the_pictures_of_several_things_tell_of_them(prompt: str, things: list[str] | None) -> None:
    plan = compose(VideoRequest(prompt=prompt), LIBRARY)
    shot = Shot.of(plan, plan.beats[0], FrameFormat(width=640, height=360, fps=8))
    assert picture_of(shot).get("things") == things


def test_an_address_is_its_host() -> None:
    said = read(
        "See https://oak.example.com/desk?ref=1, promo for a standing desk, https://oak.example.com/x"
    )
    assert said.name == "standing desk" and said.told.callouts == ("oak.example.com",)
