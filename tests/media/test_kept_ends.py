"""What a clip begins and ends with is compared with its images, however the model fitted them into its frame:
an end that shows something else is told from one that is kept."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from activities.media.colour_match import SIZE
from activities.media.kept_ends import likeness
from activities.media.segment import SegmentSpec, refine_segment
from activities.media.similarity import ssim
from infra.standins.pictures.films import film
from infra.standins.pictures.making import delivered
from infra.standins.pictures.pictures import image
from infra.standins.spec import Spec
from workflows.film.ends import MISSES
from workflows.film.timeline import conform

RATE = Fraction(8)
FRAMES = 9


def picture(seed: int) -> NDArray[np.uint8]:
    chance = np.random.default_rng(seed)
    small = chance.integers(0, 256, (9, 16, 3), dtype=np.uint8)
    return np.kron(small, np.ones((10, 10, 1), np.uint8))


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 40))
def test_it_is_one_of_the_same_alone_and_falls_with_noise(one: int, other: int, noise: int) -> None:
    a, b = picture(one), picture(other)
    assert ssim(a, a) == pytest.approx(1)
    assert ssim(a, b) == pytest.approx(ssim(b, a)) and ssim(a, b) <= 1 + 1e-6
    if one != other:
        assert ssim(a, b) < 0.5
    grain = np.random.default_rng(one).normal(0, 1, a.shape)
    less, more = (np.clip(a + share * grain, 0, 255).astype(np.uint8) for share in (noise / 2, noise))
    assert 1 > ssim(a, less) > ssim(a, more)


@cache
def drawn(prompt: str, width: int, height: int) -> bytes:
    return image(Spec("image", "m", prompt, width=width, height=height, seed=3))


def made(folder: Path, fault: str | None = None) -> tuple[Path, Path, Path]:
    """A clip between two images, and these."""
    first, last = folder / "first.png", folder / "last.png"
    first.write_bytes(drawn("A mug on a table", 320, 180))
    last.write_bytes(drawn("A lighthouse at night", 320, 180))
    images = {"image": first.read_bytes(), "last_frame": last.read_bytes()}
    spec = Spec("video", "m", "A mug: dolly in", images, FRAMES, RATE, 320, 180, 4)
    film(delivered(spec, fault), folder / "clip.mp4")
    return folder / "clip.mp4", first, last


@pytest.mark.parametrize(("fault", "keeps"), [(None, True), ("no_last_frame", False), ("fade_out", False)])
def test_a_segment_tells_how_its_clip_keeps_to_its_images(
    tmp_path: Path, fault: str | None, keeps: bool
) -> None:
    chunk, first, last = made(tmp_path, fault)
    plan = conform([FRAMES], RATE, 8, FRAMES - 1, 0)
    spec = SegmentSpec(plan, 320, 180, "natural", 0, first=first, lasts=(last,))
    (ends,) = refine_segment([chunk], spec, tmp_path, lambda _: None).ends
    assert ends.first is not None and ends.first >= MISSES
    assert ends.last is not None and (ends.last >= MISSES) == keeps


def test_of_what_is_not_made_between_images_nothing_is_told(tmp_path: Path) -> None:
    chunk, first, _ = made(tmp_path)
    plan = conform([FRAMES, FRAMES], RATE, 8, 2 * FRAMES - 3, 0)
    spec = SegmentSpec(plan, 320, 180, "natural", 0, first=first)
    assert refine_segment([chunk, chunk], spec, tmp_path, lambda _: None).ends == ()
    chained = replace(spec, lasts=(None, None))
    one, two = refine_segment([chunk, chunk], chained, tmp_path, lambda _: None).ends
    assert one.first is not None and (one.last, two.first, two.last) == (None, None, None)


def test_an_image_of_another_shape_is_fitted_as_models_do(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(drawn("A mug on a table", 448, 336))
    with Image.open(path) as opened:
        squeezed = np.asarray(opened.convert("RGB").resize(SIZE, Image.Resampling.BOX))
        cut = np.asarray(opened.convert("RGB").resize(SIZE, Image.Resampling.BOX, (0, 42, 448, 294)))
    assert ssim(squeezed, cut) < MISSES
    assert likeness(squeezed, (320, 180), path) == likeness(cut, (320, 180), path) == 1
