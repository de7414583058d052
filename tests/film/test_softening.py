"""Softer words for the content-policy ladder: bounded, the same every time, and milder with each rung."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.film.planning.library import Library
from activities.film.planning.softening import LONGEST, negative, softened

HARSH = (
    "A child fires a gun at a blood-red Nike® shoe, naked skin glistening in the explosion, hero shot of the "
    "shoe on a plinth, soft key light, in the style of Wes Anderson. Style: bold."
)


@given(prompt=st.text(max_size=3000), rung=st.integers(-1, 5))
def test_it_is_bounded_and_the_same_every_time(prompt: str, rung: int) -> None:
    text = softened(prompt, rung)
    assert text == softened(prompt, rung)
    assert text == prompt if rung <= 0 else len(text) <= LONGEST


def test_each_rung_is_milder() -> None:
    assert softened(HARSH, 0) == HARSH
    mild, bare = softened(HARSH, 1).casefold(), softened(HARSH, 2).casefold()
    for word in ("child", "gun", "blood", "nike", "®", "naked", "skin", "explosion", "anderson"):
        assert word not in mild and word not in bare
    assert "family" in mild and "family" not in bare
    for text in (mild, bare):
        assert "hero shot of the shoe on a plinth" in text and "soft key light" in text and "bold" in text
    assert bare.endswith("soft even light")
    assert softened(HARSH, 3) == softened(HARSH, 2)


def test_what_offends_nobody_stays_as_it_is() -> None:
    for beat in Library.default().beats.values():
        prompt = beat.prompt.replace("{product_name}", "ceramic mug")
        if beat.id != "action_montage":
            assert len(softened(prompt, 1)) >= len(prompt) * 0.8
        assert "ceramic mug" in softened(prompt, 2)


@given(prompt=st.text(max_size=3000))
def test_what_was_refused_is_not_asked_for_again(prompt: str) -> None:
    assert softened(prompt, 1) not in (prompt, softened(prompt, 2))


@pytest.mark.parametrize("prompt", ["", "people", "They, hands, faces"])
def test_where_nothing_is_left_the_product_stands_alone(prompt: str) -> None:
    assert softened(prompt, 2) == "product photography, the product alone, neutral set, soft even light"


def test_what_is_left_out_grows_with_the_rungs() -> None:
    assert negative(0) == ""
    assert set(negative(1).split(", ")) - {"bare skin"} < set(negative(2).split(", "))
    assert negative(9) == negative(2)
