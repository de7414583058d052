"""A product's photo: cut out whole, with its own colour, or framed where there is nothing to cut out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from activities.animatic import photo
from activities.animatic.colour import Oklch
from activities.animatic.palette import Palette
from activities.animatic.subject import subject_for
from activities.faults import InvalidInput
from tests.support.subjects import SMALL, WARM, red_cup

Studio = Callable[..., Path]


@pytest.fixture(scope="module")
def cup_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return red_cup(tmp_path_factory.mktemp("photo"))


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
