"""A prompt comes to its point behind what only calls for attention, and asks of whom it is about."""

from __future__ import annotations

import pytest

from activities.film.planning.reading import read

OPENINGS = [
    "Wow!",
    "Ready, set, go!",
    "Simply delicious!",
    "What a morning!",
    "Tired of waiting?",
    "Do you love coffee?",
    "Fresh. Local. Organic.",
    "You deserve better.",
    "Three colours: red, green, blue.",
    "Imagine a quiet morning.",
    "#new #summer",
    "At last",
]
POINTS = [
    ("Our oak dining table seats eight.", "oak dining table"),
    ("Meet our new espresso machine, 20 seconds", "new espresso machine"),
    ("Our bakery in Lyon", "bakery"),
]


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize(("point", "name"), POINTS)
def test_what_calls_for_attention_is_not_what_a_film_is_about(opening: str, point: str, name: str) -> None:
    said = read(f"{opening} {point}")
    alone = read(point)
    assert (said.subject, said.genre, said.seconds) == (name, alone.genre, alone.seconds)


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("Meet Lena. She is 82 and still climbs mountains.", "story"),
        ("Have you ever wondered how bees make honey?", "explainer"),
        ("What a view! The Alpine Hotel in Zermatt", "place"),
        ("Volunteers needed for a beach clean-up", "announcement"),
        ("Two brothers open a surf school in Portugal", "story"),
    ],
)
def test_the_genre_is_the_points(prompt: str, genre: str) -> None:
    assert read(prompt).genre == genre


def test_what_is_listed_before_the_subject_is_told() -> None:
    said = read("Three flavours: lemon, mint, rose. Our new iced tea comes in cans")
    assert said.name == "new iced tea" and said.told.callouts == ("lemon", "mint", "rose")
    assert read("Fresh. Local. Our market").told.callouts == ("Fresh", "Local")
    # Heads of a form that nobody filled in.
    assert read("Hook:\nCTA:\nOur lamp").name == "lamp"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        # What is somebody's own, or is announced, wished or asked, is no call for attention.
        ("Handmade mugs. Our kiln is in Leeds.", "handmade mugs"),
        ("Summer sale! Our furniture store in York", "summer sale"),
        ("What is inflation? 30 seconds", "inflation"),
        ("Paris! 20 seconds", "paris"),
        ("Happy birthday Anna! Our best wishes", "Happy birthday Anna"),
        ("Get 20% off! Our ceramic planters", "ceramic planters"),
        # What helps whoever watches, or receives him.
        ("Protect your phone with ArmorCase", "ArmorCase"),
        ("Say goodbye to dull knives with our whetstone", "whetstone"),
        ("Book your stay at Hotel Alpina", "Hotel Alpina"),
        ("Is your inbox a mess? InboxZero sorts it.", "InboxZero"),
        ("Got a leak? Call Bob's Plumbing", "Bob's Plumbing"),
        ("Endlich! Unsere neue Matratze ist da", "neue Matratze"),
        ("Vous avez mal au dos ? Découvrez notre chaise ergonomique", "chaise ergonomique"),
        ("Устали от шума? Попробуйте наши наушники", "наушники"),
        ("厌倦了冷咖啡？试试我们的保温杯", "保温杯"),
        ("Who invented the telephone?", "Who invented the telephone"),
        ("We're hiring: two line cooks", "two line cooks"),
        ("Did you know? Octopuses have three hearts.", "octopuses"),
        ("Once upon a time there was a dragon who was afraid of fire", "dragon"),
        ("Top 5 reasons to visit Slovenia", "Slovenia"),
        ("An explainer for new employees about our holiday policy", "holiday policy"),
        ("Trailer for a novel about dragons", "novel"),
        ("Dr. Patel Dental Clinic – gentle care for all", "Dr. Patel Dental Clinic"),
        ('A promo for "The Glass Garden", a novel by Mira Holt', "The Glass Garden"),
        ("Neu im Sortiment: Bio-Hafermilch, ohne Zucker", "Bio-Hafermilch"),
        ("Nous cherchons un pâtissier à Lyon", "pâtissier"),
        ("Мы шьём пальто на заказ", "пальто"),
        ("Recette de la tarte aux pommes en 30 secondes", "tarte aux pommes"),
        ("What's the difference between a frog and a toad?", "difference between a frog and a toad"),
    ],
)
def test_the_point_is_found(prompt: str, name: str) -> None:
    assert read(prompt).name == name


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("A day in the life of a baker", "baker"),
        ("Ein Tag im Leben einer Hebamme", "Hebamme"),
        ("Une journée dans la vie d'une fleuriste", "fleuriste"),
        ("Один день из жизни врача", "врач"),
    ],
)
def test_a_day_in_a_life_is_a_story_of_who_lives_it(prompt: str, subject: str) -> None:
    said = read(prompt)
    assert (said.subject, said.genre) == (subject, "story") and subject[:-1] in said.name != subject


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("Compare electric cars and diesel cars", ("electric cars", "diesel cars")),
        ("tea vs. coffee, 30 seconds", ("tea", "coffee")),
        ("Vergleiche Kaffee und Tee", ("Kaffee", "Tee")),
        ("Comparez le train et l'avion", ("train", "avion")),
    ],
)
def test_a_comparison_is_of_both_and_explains(prompt: str, things: tuple[str, ...]) -> None:
    said = read(prompt)
    assert said.things == things and said.genre == "explainer"
