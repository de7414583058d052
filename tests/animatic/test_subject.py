"""The animatic's object and colours: the same pixels everywhere, legible, and never fooled by a noun."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.animatic import icons, photo, props
from activities.animatic.colour import Oklch, contrast
from activities.animatic.layer import Layer
from activities.animatic.lettering import capitals
from activities.animatic.palette import Palette, colour_named
from activities.animatic.subject import Subject, subject_for
from activities.animatic.vector import Box, escape, has_glyphs, render, text, texture
from activities.faults import InvalidInput

Studio = Callable[..., Path]
SMALL = 120
WARM = Palette.of(("warm", "minimal"))
ROOT = Path(__file__).parents[2]

# Run in another process: prints a digest of each subject's pixels.
DIGESTS = """
import sys, hashlib
from pathlib import Path
from tests.animatic.test_subject import digest
print(*[digest(noun, None) for noun in ("mug", "headphones", "zzyzx")], digest("cup", Path(sys.argv[1])))
"""


def digest(noun: str, photo_path: Path | None) -> str:
    image, height = subject_for(noun, photo_path, WARM, SMALL).get(key=0.9)
    return hashlib.sha256(image.tobytes() + height.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def cup_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red cup on a grey sweep, with the noise of a camera."""
    picture = np.full((360, 480, 3), 190.0)
    picture -= np.linspace(0, 30, 360)[:, None, None]
    cv2.ellipse(picture, (330, 190), (44, 54), 0, 0, 360, (40, 50, 200), 20)
    cv2.rectangle(picture, (160, 90), (320, 290), (40, 50, 200), -1)
    picture += np.random.default_rng(1).normal(0, 4, picture.shape)
    path = tmp_path_factory.mktemp("photo") / "cup.png"
    cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    return path


def test_other_process_draws_the_same_pixels(cup_photo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(cup_photo)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = [digest(noun, None) for noun in ("mug", "headphones", "zzyzx")] + [digest("cup", cup_photo)]
    assert done.stdout.split() == here


@pytest.mark.parametrize(
    ("noun", "prop", "icon"),
    [
        ("ceramic coffee mug", "mug", None),
        ("Mugs", "mug", None),
        ("wireless headphones", None, "headphones"),
        ("running shoe", "shoe", None),
        ("mug for coffee", "mug", None),
        ("bottle of wine", "bottle", None),
        ("Κεραμική κούπα", "mug", None),
        ("κούπα για καφέ", "mug", None),
        ("Керамическая кружка", "mug", None),
        ("кроссовки для бега", "shoe", None),
        ("perfume", "perfume", None),
        ("scented candle", "candle", None),
        ("electric toothbrush", "toothbrush", None),
        ("electric car", None, "car-profile"),
        ("shovel", None, "shovel"),
        ("coffee machine", None, "coffee-bean"),
        ("insurance", None, None),
        ("zzyzx blorf", None, None),
        ("", None, None),
        ("</svg>", None, None),
    ],
)
def test_noun_finds_its_object(noun: str, prop: str | None, icon: str | None) -> None:
    assert icons.match(noun) == (prop, icon)


@given(st.text(max_size=40))
@settings(max_examples=150)
def test_any_noun_finds_something_that_exists(noun: str) -> None:
    found = icons.match(noun)
    assert found.prop is None or found.icon is None
    assert found.prop is None or found.prop in props.NAMES


def test_every_prop_of_the_table_is_drawn_and_has_an_outline() -> None:
    for name in sorted(props.NAMES):
        assert icons.match(name).prop == name
        subject = Subject(props.body(name, SMALL), WARM)
        image, height = subject.get()
        assert image.shape[:2] == height.shape
        assert (image[..., :3] <= image[..., 3:]).all()
        assert (image[..., 3] > 127).mean() > 0.2
        assert subject.outline(WARM.ink)[..., 3].max() > 100
        assert abs(subject.aspect - image.shape[1] / image.shape[0]) < 1e-9


@pytest.mark.parametrize("noun", ["perfume", "mug", "serum", "headphones", "bicycle"])
def test_a_drawing_of_an_object_is_closed_all_round(noun: str) -> None:
    drawing = subject_for(noun, None, WARM, SMALL).outline(WARM.ink)[..., 3] > 60
    # From the picture's edge inward, the first thing met on every side is the line.
    for side in (drawing, drawing[::-1], drawing.T, drawing.T[::-1]):
        assert side[:4].any()


def test_mug_keeps_the_hole_of_its_handle() -> None:
    alpha = subject_for("mug", None, WARM, 300).get()[0][..., 3]
    outside = np.pad((alpha < 128).astype(np.uint8), 1, constant_values=1)
    count, _ = cv2.connectedComponents(outside)
    assert count == 3


def test_light_changes_the_picture_and_not_the_outline() -> None:
    for noun in ("mug", "headphones", "zzyzx"):
        subject = subject_for(noun, None, WARM, SMALL)
        day, night = subject.get()[0], subject.get(key=0.3, rim=1.5, light=(0.6, -0.6, 0.25))[0]
        white = subject.get(base=WARM.paper_object())[0]
        assert night[..., :3].mean() < 0.75 * day[..., :3].mean() < white[..., :3].mean()
        assert np.array_equal(night[..., 3], day[..., 3])


def test_different_unknown_products_get_different_forms() -> None:
    shapes = {digest(noun, None) for noun in ("zzyzx", "blorf", "quux", "frobnitz", "wibble", "xyzzy")}
    assert len(shapes) > 3


def test_photo_is_cut_out_and_names_its_colour(cup_photo: Path) -> None:
    subject = subject_for("anything", cup_photo, WARM, SMALL)
    alpha = subject.get()[0][..., 3]
    assert subject.is_photo
    assert subject.floats
    assert max(alpha.shape) <= SMALL
    # The cup is 214 wide with its handle and 200 high; the photo is 480 by 360.
    assert 0.9 < subject.aspect < 1.3
    colour = photo.product_colour(cup_photo)
    assert colour is not None
    assert abs(Palette.of(("calm",), colour).accent_hue - Oklch.from_rgb(200, 50, 40).hue) < 8


def test_a_photo_is_cut_out_alike_at_every_size(cup_photo: Path) -> None:
    large, small = (subject_for("cup", cup_photo, WARM, pixels).get()[0][..., 3] for pixels in (230, 90))
    alike = cv2.resize(large, small.shape[::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(alike.astype(float) - small).mean() < 4


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Saves a product drawn on a plain ground, with a little noise, as a photo."""

    def save(
        ground: tuple[int, int, int], *shapes: tuple[tuple[int, int, int, int], tuple[int, int, int]]
    ) -> Path:
        picture = np.full((400, 400, 3), ground, np.uint8)
        for (left, top, right, bottom), colour in shapes:
            cv2.rectangle(picture, (left, top), (right, bottom), colour, -1)
        noisy = picture + np.random.default_rng(3).normal(0, 1, picture.shape)
        cv2.imwrite(str(tmp_path / "product.png"), noisy.clip(0, 255).astype(np.uint8))
        return tmp_path / "product.png"

    return save


def test_a_label_like_the_background_and_a_cap_stay_on_the_bottle(studio: Studio) -> None:
    photo_path = studio(
        (237, 241, 244),
        ((125, 110, 275, 320), (106, 112, 46)),
        ((165, 75, 235, 110), (105, 180, 215)),
        ((145, 180, 255, 260), (255, 255, 255)),
    )
    image = subject_for("bottle", photo_path, WARM, 246).get()[0]
    # One pixel of the photo is one of the object, which begins at 125, 75.
    assert abs(image.shape[0] - 246) < 4 and abs(image.shape[1] - 151) < 4
    assert (image[108:182, 22:128, 3] > 250).all()
    assert (image[4:32, 44:106, 3] > 250).mean() > 0.98
    assert (image[:30, :34, 3] < 5).all()


def test_a_white_screen_on_white_belongs_to_its_tablet(studio: Studio) -> None:
    frame, screen = ((90, 120, 310, 280), (30, 28, 28)), ((104, 134, 296, 266), (255, 255, 255))
    tablet = subject_for("tablet", studio((255, 255, 255), frame, screen), WARM, 220)
    alpha = tablet.get()[0][..., 3]
    assert abs(tablet.aspect - 221 / 161) < 0.05
    assert (alpha[6:-6, 6:-6] > 250).all()


def test_the_soft_shadow_under_a_product_is_background(tmp_path: Path) -> None:
    shade = np.zeros((400, 400), np.float32)
    cv2.ellipse(shade, (215, 300), (120, 14), 0, 0, 360, 90.0, -1)
    picture = np.full((400, 400, 3), 240.0) - cv2.GaussianBlur(shade, (0, 0), 9)[..., None]
    cv2.rectangle(picture, (130, 110), (270, 300), (40, 50, 200), -1)
    cv2.imwrite(str(tmp_path / "box.png"), picture.clip(0, 255).astype(np.uint8))
    assert abs(subject_for("box", tmp_path / "box.png", WARM, 190).aspect - 141 / 191) < 0.06


def test_a_photographed_handle_keeps_its_hole(tmp_path: Path) -> None:
    picture = np.full((400, 400, 3), 248, np.uint8)
    cv2.ellipse(picture, (265, 200), (52, 62), 0, 0, 360, (90, 40, 30), 20)
    cv2.rectangle(picture, (110, 110), (262, 290), (90, 40, 30), -1)
    cv2.imwrite(str(tmp_path / "mug.png"), picture)
    alpha = subject_for("mug", tmp_path / "mug.png", WARM, 220).get()[0][..., 3]
    assert alpha[alpha.shape[0] // 2, int(alpha.shape[1] * 0.84)] < 5
    assert alpha[alpha.shape[0] // 2, -8] > 250


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


@pytest.mark.parametrize("level", [150.0, None])
def test_photo_without_an_object_becomes_a_framed_card(tmp_path: Path, level: float | None) -> None:
    noise = np.random.default_rng(2).normal(128, 90, (150, 200, 3))
    picture = np.full((150, 200, 3), level) if level else cv2.GaussianBlur(noise, (0, 0), 1.0)
    path = tmp_path / "plain.png"
    cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    image, height = subject_for("mug", path, WARM, SMALL).get()
    assert image.shape[:2] == height.shape
    assert (image[..., 3] > 250).mean() > 0.95
    assert image[0, 0, 3] < 128
    assert photo.product_colour(path) is None


def test_a_file_that_is_no_picture_is_the_callers_mistake(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"<svg onload='x'/>")
    with pytest.raises(InvalidInput):
        subject_for("mug", path, WARM, SMALL)


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
    assert [element.tag for element in root] == ["text"]
    assert len(root[0]) == 0
    assert set(root[0].attrib) == set(ElementTree.fromstring(text("x", 0, 0, 5)).attrib)
    assert "<" not in escape(content)


@given(HOSTILE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_text_still_renders(content: str) -> None:
    assert render(text(content, 1, 5, 4), Box(0, 0, 20, 10), 40, 20).shape == (20, 40, 4)


def test_glyphs_are_known() -> None:
    assert has_glyphs("Mug κούπα кружка №1")
    assert not has_glyphs("杯子")
    assert not has_glyphs("كوب")


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
