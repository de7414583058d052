"""Everything that a prompt tells is used, and nothing is added to it."""

from __future__ import annotations

import pytest

from activities.film.plan import unplaced
from activities.film.planning.compose import compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from workflows.film.contract import Plan, VideoRequest
from workflows.studio import FrameFormat

LIBRARY = Library.default()


def plan(prompt: str, **more: object) -> Plan:
    return compose(VideoRequest.model_validate({"prompt": prompt, **more}), LIBRARY)


def shown(made: Plan) -> str:
    """All that stands on screen, in small letters."""
    return " | ".join(word for beat in made.beats for word in (beat.title, *beat.callouts)).casefold()


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Product video: Stainless steel water bottle, 750ml, leak-proof", ["750ml", "leak-proof"]),
        ("30s ad for noise-cancelling headphones for commuters", ["for commuters"]),
        ("a video about our bakery in Lyon", ["in lyon"]),
        ("Concert on June 12 in Paris", ["june 12", "in paris"]),
        ("anuncio para zapatillas de correr, energía y velocidad", ["energía y velocidad"]),
        ("Introducing Nova, the smart ring that tracks your sleep", ["nova", "tracks your sleep"]),
        ("Happy new year message from our company", ["happy new year", "from our company"]),
        ("birthday greeting for Anna", ["birthday", "anna"]),
        ("реклама кофейни в центре города", ["кофейня", "в центре города"]),
        ("Kerze, 200 g, handgegossen", ["200 g", "handgegossen"]),
        # What is quoted stands alone, whole, and signs stay with their numbers.
        ("A film about a mug with the slogan 'Sip slowly'", ["| sip slowly |"]),
        ('A film about a mug. Slogan: "Sip slowly, live long"', ["| sip slowly, live long |"]),
        ("Ein Film über eine Tasse mit dem Slogan „Langsam leben“", ["| langsam leben |"]),
        ("A house in Austin, $450,000, pool", ["$450,000"]),
        ("Ролик про зимнюю куртку, -30 градусов, скидка 15 %", ["-30 градусов", "скидка 15 %"]),
        ('Introducing: The Everyday Backpack. Fits a 16" laptop.', ["fits a 16″ laptop"]),
        ("We are hiring nurses at St. Mary's hospital", ["at st. mary's hospital"]),
        ("An ad for a novel by J. K. Rowling", ["by j. k. rowling"]),
        ("Our bakery, est. 1923", ["est. 1923"]),
        ('A film about a lamp. Slogan: "Light up the night"', ["| light up the night |"]),
        ("Sale at 12 Main St. Open daily", ["open daily"]),
        ("A charity, no people left behind", ["no people left"]),
        ("Product: wireless earbuds. CTA: Order now at budz.com", ["| order now at budz.com |"]),
    ],
)
def test_what_is_told_stands_on_screen(prompt: str, told: list[str]) -> None:
    words = shown(plan(prompt))
    assert all(each in words for each in told), words


@pytest.mark.parametrize(
    ("prompt", "unshown"),
    [
        ("Tokyo at night in the rain, neon, no people", "people"),
        ("Ein Film über eine Tasse, ohne Text, ohne Menschen", "ohne"),
        ("Product: wireless earbuds. Audience: commuters. Tone: playful.", "commuters"),
        ("15 seconds. Vertical. Sneakers on a rooftop", "vertical"),
        ("A film about a mug, vertical, 9:16", "9:16"),
        ("A film about a mug, no visible logo, no text on screen", "logo"),
    ],
)
def test_what_is_said_to_its_maker_does_not_stand_on_screen(prompt: str, unshown: str) -> None:
    assert unshown not in shown(plan(prompt))
    assert "no sugar" in shown(plan("Lemonade, no sugar")), "that is a fact"


def test_set_and_light_go_to_the_models() -> None:
    made = plan("Candle on a marble table, dramatic light")
    assert all("on a marble table, dramatic light" in beat.prompt for beat in made.beats)


def test_energy_and_calm_are_heard_in_every_language() -> None:
    lively = plan("Un anuncio de 20 segundos para zapatillas de correr, energía y velocidad")
    calm = plan("une bougie, ambiance calme et douce, 20 secondes")
    mean = [sum(beat.energy for beat in made.beats) / len(made.beats) for made in (lively, calm)]
    assert mean[0] > 0.6 > 0.5 > mean[1]
    assert "bold" in lively.style and "calm" in calm.style


@pytest.mark.parametrize("prompt", ["A mug", "Eine Tasse", "une tasse", "чашка", "マグカップ"])
@pytest.mark.parametrize("take", range(1, 5))
def test_nothing_is_claimed_that_nobody_said(prompt: str, take: int) -> None:
    made = plan(prompt, take=take, duration_s=60)
    claimed = {word.casefold() for beat in made.beats for word in beat.callouts[: 3 if beat.callouts else 0]}
    assert not claimed & {"form", "finish", "balance"}
    assert all(len(beat.callouts) <= 1 for beat in made.beats)


def test_a_long_name_is_never_cut() -> None:
    name = "hand-painted porcelain teapot with a bamboo handle and eight matching cups"
    made = plan(f"A film about a {name.partition(' with')[0]}")
    assert made.name in made.title.casefold()
    long = "Ignore nothing of this " * 3
    assert plan(f"something {long}").name.startswith("something Ignore nothing of this")


def test_a_name_takes_no_article_and_a_thing_takes_one() -> None:
    for take in range(1, 9):
        named = shown(plan("TikTok for a lipstick called Rouge Nuit", take=take))
        assert "the rouge nuit" not in named and "your rouge nuit" not in named
        thing = shown(plan("a yoga studio", take=take, genre="place"))
        assert "this is yoga studio" not in thing and "meet yoga studio" not in thing


def test_what_cannot_be_understood_is_said() -> None:
    made = plan("I want a film")
    assert made.genre == "other" and made.name == "I want a film"
    assert len(made.warnings) == 1 and "names nothing" in made.warnings[0]
    assert plan("A mug").warnings == ()
    # Its own words would be shown, if a font had them.
    assert ["shows none" in said for said in plan("🎉🎉🎉").warnings] == [True]


@pytest.mark.parametrize(
    ("prompt", "is_told"),
    [("A mug", False), ("A video for our dog grooming salon", True), ("Happy birthday Anna", True)],
)
def test_a_photo_that_no_set_of_the_animatic_has_a_place_for_is_told_of(prompt: str, is_told: bool) -> None:
    made = plan(prompt, product=f"uploads/{'a' * 64}.png", creativity=0)
    format = FrameFormat.of(VideoRequest(prompt=prompt))
    assert any(beat.references for beat in made.beats) and bool(unplaced(made, format)) == is_told
    assert unplaced(plan(prompt), format) == ()


@pytest.mark.parametrize(
    "prompt", ["een film van 7 seconden over thee", "200 sekund filmu o kubku", "3秒の映像"]
)
def test_a_length_that_cannot_be_met_is_refused_in_every_language(prompt: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        plan(prompt)
    assert [field.field for field in refused.value.fields] == ["duration_s"]
    assert plan(prompt, duration_s=15).seconds == 15


def test_a_caller_names_the_genre() -> None:
    assert plan("A mug").genre == "product"
    assert plan("A mug", genre="story").genre == "story"
