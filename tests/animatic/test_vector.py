"""What is drawn from words and shapes: no words become markup, and every pixel stays in its place."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.animatic.layer import Layer
from activities.animatic.lettering import capitals
from activities.animatic.raster import beside
from activities.animatic.vector import Box, escape, has_glyphs, render, text, texture


@pytest.mark.parametrize(
    ("words", "capital"),
    [
        ("Ελαιόλαδο", "ΕΛΑΙΟΛΑΔΟ"),
        ("προϊόν", "ΠΡΟΪΟΝ"),
        ("Μαΐου", "ΜΑΪΟΥ"),
        ("чёрный йод", "ЧЁРНЫЙ ЙОД"),
        ("café", "CAFÉ"),
        ("Å", "Å"),
    ],
)
def test_capitals_drop_the_accents_of_greek_alone(words: str, capital: str) -> None:
    assert capitals(words) == capital


HOSTILE = st.text(max_size=30) | st.sampled_from(
    [
        '"/><script>x</script>',
        "<image href='file:///etc/passwd'/>",
        "]]>&lol;",
        "\x00\x1b\ud800\uffff",
        "&amp;",
    ]
)


@given(HOSTILE)
@settings(max_examples=200)
def test_text_never_becomes_markup(content: str) -> None:
    root = ElementTree.fromstring(f"<svg>{text(content, 0, 0, 5)}</svg>")
    # One element a script, and nothing within.
    assert {element.tag for element in root} == {"text"} and not any(len(element) for element in root)
    plain = set(ElementTree.fromstring(text("x", 0, 0, 5)).attrib)
    assert all(set(element.attrib) <= plain for element in root)
    assert "<" not in escape(content)


@given(HOSTILE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_text_still_renders(content: str) -> None:
    assert render(text(content, 1, 5, 4), Box(0, 0, 20, 10), 40, 20).shape == (20, 40, 4)


def test_a_process_beside_this_one_draws_the_same_and_its_death_costs_no_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of ours alone")
    drawings = [text("Mug & <b>", 1, 5, 4), "<circle cx='9' cy='5' r='4' fill='#c33'/>"]
    pictures = [render(one, Box(0, 0, 20, 10), 40, 20) for one in drawings]
    with beside() as helper:
        assert helper is not None and helper.poll() is None
        drawn = [render(one, Box(0, 0, 20, 10), 40, 20) for one in drawings]
        assert helper.poll() is None, "it has drawn them, and lives on"
        assert "OPENAI_API_KEY" not in psutil.Process(helper.pid).environ()
        helper.kill()
        drawn += [render(one, Box(0, 0, 20, 10), 40, 20) for one in drawings]
    assert helper.returncode is not None, "nothing of it is left"
    assert all(map(np.array_equal, drawn, pictures * 2))
    with pytest.raises(ValueError), beside():
        render("<circle", Box(0, 0, 20, 10), 40, 20)


def test_glyphs_are_known() -> None:
    assert has_glyphs("Mug κούπα кружка №1")
    assert has_glyphs("كوب קפה กาแฟ कॉफी কফি காபி")
    # Written under the Nile, and in no font of ours.
    assert not has_glyphs("\U000130b8")


def test_texture_never_brightens_beyond_alpha() -> None:
    image = render('<circle cx="5" cy="5" r="4" fill="#fff" fill-opacity=".5"/>', Box(0, 0, 10, 10), 64, 64)
    grained = texture(image, 2.0)
    assert (grained[..., :3] <= grained[..., 3:]).all()
    assert not np.array_equal(grained, image)
    assert np.array_equal(grained[..., 3], image[..., 3])


def test_crop_keeps_every_pixel_in_its_place() -> None:
    image = np.zeros((40, 60, 4), np.uint8)
    image[10:20, 30:50] = 255
    layer = Layer(image, x=-3.0, y=-2.0, ppu=10, z=1.0).crop()
    assert layer is not None
    assert layer.image.shape == (10, 20, 4)
    assert (layer.x, layer.y) == (0.0, -1.0)
    assert Layer(np.zeros_like(image), 0, 0, 10, 1).crop() is None
