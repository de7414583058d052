"""The animatic's object: the same pixels everywhere, closed all round, and never fooled by a noun."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from activities.animatic import icons, props
from activities.animatic.subject import Subject, subject_for
from tests.support.subjects import ROOT, SMALL, WARM, digest, red_cup

# Run in another process: prints a digest of each subject's pixels.
DIGESTS = """
import sys, hashlib
from pathlib import Path
from tests.support.subjects import digest
print(*[digest(noun, None) for noun in ("mug", "headphones", "zzyzx")], digest("cup", Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def cup_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return red_cup(tmp_path_factory.mktemp("photo"))


def test_other_process_draws_the_same_pixels(cup_photo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS, str(cup_photo)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = [digest(noun, None) for noun in ("mug", "headphones", "zzyzx")] + [digest("cup", cup_photo)]
    assert done.stdout.split() == here


def test_every_prop_of_the_table_is_drawn_and_has_an_outline() -> None:
    for name in sorted(props.NAMES):
        assert icons.match(name) == name
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


def test_what_no_font_can_spell_is_a_stone_and_no_sheet() -> None:
    # Javanese, of which no font that we set with has a letter.
    subject = subject_for("ꦏꦸꦥꦶ", None, WARM, SMALL)
    assert not subject.is_type
    solid = subject.get()[0][..., 3] > 127
    # Round all about: of a sheet the corners would be there.
    assert 0.7 < solid.mean() < 0.95 and not solid[[0, 0, -1, -1], [0, -1, 0, -1]].any()
