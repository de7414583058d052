"""What stands on screen is in the film's language, or not there at all."""

from __future__ import annotations

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.library import OTHER_GENRES, Library
from activities.film.planning.wording import TITLE_CHARACTERS
from activities.film.planning.words import BUTTONS, languages, screen_words
from workflows.film.contract import VideoRequest

FOREIGN = sorted(languages() - {"en"})
BEATS = Library.every().beats
CALLOUT_CHARACTERS = 24


def test_there_are_words_of_many_languages() -> None:
    assert len(FOREIGN) >= 12
    assert BEATS.keys() >= BUTTONS


@pytest.mark.parametrize("language", FOREIGN)
def test_every_language_has_words_for_the_same_beats(language: str) -> None:
    words, german = screen_words(language), screen_words("de")
    assert words.button
    assert words.titles.keys() == german.titles.keys() <= BEATS.keys()
    assert words.callouts.keys() == german.callouts.keys()
    titles = [title for of in words.titles.values() for title in of]
    assert all(0 < len(title) <= TITLE_CHARACTERS and "{" not in title for title in titles)
    assert all(len(word) <= CALLOUT_CHARACTERS for of in words.callouts.values() for word in of)


@pytest.mark.parametrize("genre", ["product", *OTHER_GENRES])
@pytest.mark.parametrize(
    ("language", "prompt"),
    [("de", "eine Tasse für unser Büro"), ("fr", "une tasse pour notre bureau"), ("ru", "чашка для офиса")],
)
def test_no_english_word_stands_beside_another_language(language: str, prompt: str, genre: str) -> None:
    english = {title for beat in BEATS.values() for title in beat.titles if "{" not in title}
    for take in (1, 2, 3):
        request = VideoRequest.model_validate(
            {"prompt": prompt, "genre": genre, "take": take, "duration_s": 30}
        )
        plan = compose(request, Library.default())
        assert plan.language == language
        assert not {beat.title for beat in plan.beats} & english
        allowed = {word for of in screen_words(language).callouts.values() for word in of}
        allowed |= {screen_words(language).button, *plan.told.callouts}
        assert {word for beat in plan.beats for word in beat.callouts} <= allowed
