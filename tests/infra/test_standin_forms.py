"""The stand-ins deliver what real models do: clips of every form, the same for the same request."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from activities.media.frames import first_picture, last_picture
from activities.media.inspection import Inspection, inspect_output
from infra.standins.pictures.films import film
from infra.standins.pictures.forms import FORMS, form_of
from infra.standins.pictures.making import delivered
from infra.standins.pictures.pictures import image
from infra.standins.spec import Spec

WORDS = "Hero shot of a red mug: alone on a low plinth. warm"
START = image(Spec("image", "m", WORDS, width=160, height=90, seed=4))
CLIP = Spec("video", "m", WORDS, {"image": START}, frames=30, fps=Fraction(16), width=160, height=90)


def looked_at(spec: Spec, path: Path) -> Inspection:
    film(spec, path)
    return inspect_output(path, "video")


@pytest.mark.parametrize("name", FORMS)
def test_a_clip_of_any_form_begins_with_its_image(tmp_path: Path, name: str) -> None:
    plain = first_picture_of(CLIP, tmp_path / "plain.mp4")
    made = first_picture_of(replace(CLIP, form=name), tmp_path / "made.mp4")
    height, width = made.shape[:2]
    assert np.abs(made.astype(int) - plain[:height, :width]).mean() < 1.5
    found = looked_at(replace(CLIP, form=name), tmp_path / "made.mp4").seen
    assert found is not None and found.constant_rate and found.ends.shown == CLIP.frames
    form, wanted = found.form, FORMS[name]
    assert (form.matrix, form.primaries, form.transfer) == wanted.tags
    assert (form.full_range, form.depth) == (wanted.full, 10 if name == "ten_bit" else 8)
    assert (form.width, form.height) == (160 - wanted.odd, 90 - wanted.odd)


def first_picture_of(spec: Spec, path: Path) -> np.ndarray:
    film(spec, path)
    return first_picture(path)


def test_a_request_decides_its_form() -> None:
    specs = [replace(CLIP, seed=seed) for seed in range(300)]
    dealt = Counter(delivered(spec, None).form for spec in specs)
    assert dealt.keys() == FORMS.keys() and 100 < dealt["plain"] < 250
    assert [delivered(spec, None).form for spec in specs] == [form_of(spec) for spec in specs]
    still = Spec("image", "m", WORDS)
    assert delivered(still, None) == still


def test_what_is_ordered_of_an_end_is_seen(tmp_path: Path) -> None:
    faded = looked_at(delivered(CLIP, "fade_out"), tmp_path / "faded.mp4")
    assert faded.seen is not None and faded.seen.ends.end == "black"
    assert 22 <= faded.seen.ends.shown <= 25
    assert last_picture(tmp_path / "faded.mp4").mean() < 3
    uneven = looked_at(delivered(CLIP, "uneven"), tmp_path / "uneven.mp4")
    assert uneven.seen is not None and not uneven.seen.constant_rate and uneven.media.frames == 30
    tall = delivered(replace(CLIP, width=90, height=160), "landscape")
    assert (tall.width, tall.height) == (160, 90)
