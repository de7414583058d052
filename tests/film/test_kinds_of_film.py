"""What is no product is drawn as none: a town, a season, somebody at work, an event, an idea; and what only
sounds like one of them is a product all the same."""

from __future__ import annotations

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.library import Library, built_in
from activities.film.planning.reading import read
from workflows.film.contract import VideoRequest

STORIES = (
    *("A film about Lisbon in spring", "A film about Lisbon", "A film about Tokyo at night"),
    *("Une vidéo sur Paris au printemps", "Ein Film über Lissabon im Frühling", "Un video su Venezia"),
    # Nobody lists it: what has a season is no brand.
    *("A film about Setenil in autumn", "A film about the Black Forest"),
    *("A film about winter", "the first snow of winter", "Una película sobre el otoño en Kioto"),
    *("A film about the sea", "Ein Film über das Meer", "A film about a mountain lake"),
    *("A potter at her wheel in the morning", "A 15 second film about a blacksmith at work"),
    # What lasts, and what happened.
    *("a week in Iceland", "A film about the moon landing", "Eine Reise nach Japan", "A film about the moon"),
    *("Halloween", "Weihnachten in Wien", "A film about Christmas in New York"),
    *("a film about my grandmother baking bread", "Ein Film über eine Töpferin", "un film sur un luthier"),
    # Whoever does something is no trade, whatever the house that it is done in.
    *("a cat exploring ancient temple", "Astronaut exploring abandoned space station"),
    *("grandmother teaching yoga classes", "a robot cleaning abandoned factory"),
)
IDEAS = (
    *("A film about courage", "The passing of time", "A film about hope after a storm"),
    *("Ein Film über Freundschaft", "un film sur la liberté", "loneliness in a big city"),
    *("a film about jazz", "Ein Film über Musik", "Photosynthesis"),
    *("Climate change", "Ein Film über den Klimawandel", "Our team", "un film sur notre équipe"),
)
SERVICES = (
    *("A video for my dog walking business", "Yoga for beginners"),
    *("Meditation", "un film sur la méditation"),
)
EVENTS = (
    *("A film about the Notting Hill carnival", "A marathon in Berlin", "our village's harvest festival"),
    *("New album out now", "Retirement party for Anna"),
)
PLACES = ("A video for our dog grooming salon", "a horse riding school")
PRODUCTS = (
    *("A film about a ceramic coffee mug", "a rain jacket for the sea", "a snow globe", "a mountain bike"),
    *("A film about a Lisbon coffee mug", "a film about orange shoes", "a time capsule made of steel"),
    *("a handmade potter's wheel", "a winter coat", "eine Seife aus dem Schwarzwald", "a film about Nimbus"),
    *("a yoga mat", "a glass Christmas ornament", "a football team scarf", "a meditation cushion"),
    *("a party dress", "party balloons", "a gravity sofa"),
    *("a moon lamp", "a week planner", "a jazz guitar", "a music box", "a sun hat", "eine Reisetasche"),
)


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        *((prompt, "story") for prompt in STORIES),
        *((prompt, "other") for prompt in IDEAS),
        *((prompt, "announcement") for prompt in EVENTS),
        *((prompt, "service") for prompt in SERVICES),
        *((prompt, "place") for prompt in PLACES),
        *((prompt, "product") for prompt in PRODUCTS),
    ],
)
def test_a_prompt_asks_for_its_kind_of_film(prompt: str, genre: str) -> None:
    said = read(prompt)
    assert said.genre == genre and said.name


def test_a_name_is_whole_and_does_nothing() -> None:
    assert read("A film about J. K. Rowling").subject == "J. K. Rowling"


@pytest.mark.parametrize("prompt", [STORIES[0], STORIES[8], STORIES[14], IDEAS[0], EVENTS[0]])
def test_nothing_is_put_on_a_plinth_that_is_no_thing(prompt: str) -> None:
    plan = compose(VideoRequest(prompt=prompt), Library.default())
    sold = {beat.id for beat in built_in("product")}
    assert not sold & {beat.id for beat in plan.beats}


def test_no_title_of_a_story_says_that_it_is_about_somebody() -> None:
    """It may be about a season, a town or a sea."""
    said = {word.casefold() for beat in built_in("story") for title in beat.titles for word in title.split()}
    assert said and not said & {"he", "she", "him", "her", "they", "them", "who", "somebody"}
