"""Sixty films of sixty prompts: none shows a wrong thing, no kind is most of them, no two takes are alike."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from activities.animatic import icons
from activities.animatic.framing import framings_of
from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from workflows.film.contract import Plan, Shot, VideoRequest
from workflows.studio.facts import FrameFormat

TABLE = Path(__file__).with_name("data") / "subjects.tsv"
PROMPTS = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()[1:] if line]
FRAME = FrameFormat(width=640, height=360, fps=24)

#: What stands for each thing of the table that a drawing stands for with certainty. The rest are words.
CERTAIN = """headphones phone book coffee-mill shoe watch perfume espresso-machine cat moon car-profile
storefront jar moka chocolate-bar mug bottle lipstick drop wallet tire castle-turret ring smiley"""


@cache
def film(prompt: str, take: int = 1) -> Plan:
    return compose(VideoRequest(prompt=prompt, take=take), Library.default())


def test_no_archetype_and_no_opening_makes_most_of_the_films() -> None:
    plans = [film(prompt) for prompt in PROMPTS]
    assert len(plans) == 60
    for counted in (Counter(p.archetype for p in plans), Counter(p.beats[0].id for p in plans)):
        name, count = counted.most_common(1)[0]
        assert count <= 0.4 * len(plans), name


@pytest.mark.parametrize("prompt", PROMPTS)
def test_four_takes_are_four_films(prompt: str) -> None:
    assert len({look(film(prompt, take)) for take in (1, 2, 3, 4)}) == 4


def look(plan: Plan) -> object:
    """What is seen of a plan, whatever it says: its beats, their lengths, and how each is framed."""
    shots = [Shot.of(plan, beat, FRAME) for beat in plan.beats]
    return tuple((shot.beat.id, shot.beat.seconds, framings_of(shot, (10.0, 4.0), 178.0)) for shot in shots)


def test_no_film_shows_a_thing_that_it_is_not_about() -> None:
    shown = {prompt: icons.match(film(prompt).subject, film(prompt).language) for prompt in PROMPTS}
    assert {name for name in shown.values() if name} <= set(re.split(r"\s+", CERTAIN))
    # Looked at one by one: what each of these is said to be, it is.
    mugs = {prompt for prompt, name in shown.items() if name == "mug"}
    assert len(mugs) == 13
    assert all(shown[prompt] is None for prompt in PROMPTS if any(word in prompt for word in WORDS_ALONE))


#: Prompts whose thing nothing stands for: their films are made of words.
WORDS_ALONE = (
    "photosynthesis",
    "fotosintez",
    "yoga",
    "protein bars",
    "nurses",
    "blockchain",
    "inflation",
    "sale",
)
