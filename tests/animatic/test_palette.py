"""Colours: readable on every ground, and the product's own where its name says one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.animatic.colour import Oklch, contrast
from activities.animatic.palette import Palette, colour_named

WORDS = st.lists(
    st.text(max_size=12) | st.sampled_from(["warm", "luxury", "bold", "tech", "fresh"]), max_size=4
)


@given(
    WORDS,
    st.none() | st.floats(0, 1),
    st.none() | st.builds(Oklch, st.just(0.6), st.floats(0, 0.3), st.floats(0, 360)),
)
@settings(max_examples=150)
def test_palette_is_readable(style: list[str], key: float | None, product: Oklch | None) -> None:
    film = Palette.of(style, product, key)
    assert film == Palette.of(style, product, key)
    for palette in (film, film.dark_version()):
        for ground in (palette.top, palette.bottom, palette.lift):
            assert contrast(palette.text, ground) >= 4.4
        assert min(contrast(palette.accent_text, g) for g in (palette.top, palette.bottom)) >= 3
        assert contrast(palette.ink, palette.paper) > 12
        assert palette.accent_hue == film.accent_hue
        assert not 62 < palette.accent_hue < 125


@pytest.mark.parametrize(
    ("product", "hue"), [("red running shoes", 25), ("navy blue mug", 258), ("sourdough bread", 58)]
)
def test_a_product_has_the_colour_that_its_name_says(product: str, hue: float) -> None:
    assert Palette.of(("calm",), colour_named(product)).object_base().hue == hue


def test_a_black_product_is_black_and_an_unnamed_colour_is_free() -> None:
    black = Palette.of(("calm",), colour_named("Matte black headphones"))
    for palette in (black, black.dark_version()):
        assert palette.object_base().light < 0.5
        assert palette.paper_object().light < 0.5
    assert colour_named("ceramic coffee mug") is None
    assert len({Palette.of(("tech",), salt=name).accent_hue for name in ("mug", "shoe", "lamp", "bag")}) > 1


def test_unknown_words_choose_different_palettes() -> None:
    assert len({Palette.of((word,)).top for word in ("foo", "bar", "baz", "qux", "quux", "corge")}) > 3


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_colour_survives_the_round_trip(red: int, green: int, blue: int) -> None:
    back = Oklch.from_rgb(red, green, blue).rgb
    assert max(abs(a - b) for a, b in zip(back, (red, green, blue), strict=True)) <= 1
