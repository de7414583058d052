"""A planner model's noun is kept where it is the caller's, in whichever form, and safe to show."""

from __future__ import annotations

import pytest

from activities.film.planning.nouns import is_callers


@pytest.mark.parametrize(
    ("noun", "prompt", "language"),
    [
        ("Fahrrad", "Ein Film über Fahrräder", "de"),
        ("кружка", "Фильм о керамической кружке", "ru"),
        ("wallet", "we sell handmade leather wallets", "en"),
        ("κούπα", "Διαφήμιση για κούπες", "el"),
        ("コーヒーマグ", "30秒のコーヒーマグの映像", "ja"),
        ("ceramic mug", "A film about a ceramic coffee mug", "en"),
    ],
)
def test_another_form_of_a_word_is_the_callers(noun: str, prompt: str, language: str) -> None:
    assert is_callers(noun, prompt, language)


@pytest.mark.parametrize(
    ("noun", "prompt", "language"),
    [
        ("pirate gold", "A film about a mug", "en"),
        ("film", "A film about a mug", "en"),
        ("the", "A film about the mug", "en"),
        ("{mug}", "A film about a mug", "en"),
        ("", "A film about a mug", "en"),
        ("广告", "木制手表广告", "zh"),
    ],
)
def test_nobody_elses_word_is_shown(noun: str, prompt: str, language: str) -> None:
    assert not is_callers(noun, prompt, language)
