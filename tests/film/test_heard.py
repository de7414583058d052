"""What is said to a film's maker, and what a film is not about, neither names it nor stands in it."""

from __future__ import annotations

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from activities.film.planning.reading import read
from workflows.film.contract import VideoRequest

LIBRARY = Library.default()
#: A prompt, and words of its subject or name.
PLAIN = [
    ("A film about a titanium water bottle that keeps ice for 24 hours", "titanium water bottle"),
    ("Product: a wooden train set", "wooden train set"),
    ("our bakery in Lyon", "bakery"),
    ("A story about a lonely robot", "lonely robot"),
]
ASIDES = [("Target audience", "plumbers of the north"), ("Tone", "like a postcard")]
ENDS = [". ", "\n", " · ", "; ", " | "]


def shown(prompt: str) -> str:
    made = compose(VideoRequest(prompt=prompt), LIBRARY)
    words = (word for beat in made.beats for word in (beat.title, *beat.callouts))
    return " | ".join((made.title, *words)).casefold()


@pytest.mark.parametrize(("prompt", "name"), PLAIN)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("is_first", [False, True])
def test_labels_for_the_maker_change_no_subject_and_are_not_shown(
    prompt: str, name: str, end: str, is_first: bool
) -> None:
    said = [f"{label}: {value}" for label, value in ASIDES]
    whole = end.join([*said, prompt] if is_first else [prompt, *said])
    assert read(whole).name == name
    words = shown(whole)
    for label, value in ASIDES:
        assert label.casefold() not in words and value.casefold() not in words


@pytest.mark.parametrize(("prompt", "name"), PLAIN)
@pytest.mark.parametrize(
    "denied",
    ["not about cats", "this is not about cats", "without cats", "instead of cats", "no people, no cats"],
)
@pytest.mark.parametrize("is_first", [False, True])
def test_what_a_film_is_not_about_is_not_in_it(prompt: str, name: str, denied: str, is_first: bool) -> None:
    whole = f"{denied.capitalize()}. {prompt}" if is_first else f"{prompt}, {denied}"
    assert read(whole).name == name and "cats" not in shown(whole)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("no cats, only dogs", "dogs"),
        ("Not a commercial, but a short documentary about beekeepers in Slovenia", "beekeepers"),
        ("Don't show the factory. Show the finished violin.", "finished violin"),
        ("Length: 30s · Tone: calm · Subject: lavender soap · Audience: gift shoppers", "lavender soap"),
        ("Product name: ZenBrew X2. Category: cold brew maker. Price: $59.99", "ZenBrew X2"),
        ("Zielgruppe: Familien. Ton: ruhig. Produkt: Fahrradhelm für Kinder", "Fahrradhelm"),
        ("Tono: vivaz. Público: niños. Producto: zumo de naranja", "zumo de naranja"),
        ("Handmade mugs\nFired in Leeds\nTone: calm", "handmade mugs"),
        ("Tone: calm", "tone"),
        ("No Name Café in Berlin, open daily", "No Name Café"),
        # A window breaks a long line, and not the writer.
        ("Please make a short and cheerful film for us about a\nblue kettle", "blue kettle"),
    ],
)
def test_the_subject_is_what_is_left(prompt: str, name: str) -> None:
    assert read(prompt).name == name


@pytest.mark.parametrize(
    ("prompt", "fact"),
    [
        ("Lemonade, no sugar", "no sugar"),
        ("A charity, no people left behind", "no people left"),
        ("A film about a mug. Price: €12. Fact: hand-thrown. Tone: calm", "hand-thrown"),
        ("Price: €12\nProduct: mug\nMade in: Leeds", "€12"),
        ("- leather belts\n- made by hand\n- for life", "made by hand"),
    ],
)
def test_facts_are_no_denials_and_no_labels(prompt: str, fact: str) -> None:
    words = shown(prompt)
    assert fact in words and "·" not in words.replace(" · ", ""), words
    assert "price" not in words and "made in:" not in words


def test_a_setting_that_a_label_names_goes_to_the_models() -> None:
    made = compose(VideoRequest(prompt="Setting: a 1970s kitchen\nProduct: rotary phone"), LIBRARY)
    assert made.name == "rotary phone" and all("1970s" not in beat.title for beat in made.beats)
    assert all("1970s kitchen" in beat.prompt for beat in made.beats)
