"""The animatic between anchors: its own are frames of its camera's path, and any other picture is gone to."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from activities.animatic.provider import Animatic
from activities.models.local import AnchorJob, ChunkJob
from tests.support.shots import Picture, apart, chunk, decoded, saved, shot
from workflows.film.contract import Camera

MEETS, LAST = 40, 64


@pytest.fixture(scope="module")
def animatic() -> Animatic:
    return Animatic()


def foreign(colour: tuple[int, int, int], x: int) -> Picture:
    """A picture that no scene has."""
    plain = np.full((180, 320, 3), colour, np.uint8)
    return np.asarray(cv2.circle(plain, (x, 90), 40, (255, 255, 255), -1), np.uint8)


def read(path: Path) -> Picture:
    return np.asarray(cv2.imread(str(path)), np.uint8)


@pytest.mark.parametrize("camera", ["dolly_in", "pan", "orbit", "static", "handheld"])
def test_a_beat_is_the_same_between_anchors_as_one_chunk_after_the_other(
    animatic: Animatic, tmp_path: Path, camera: Camera
) -> None:
    of, board, anchor = shot(camera=camera, title="Made slowly"), tmp_path / "0.png", tmp_path / "1.png"
    animatic.draw_image(of, (), board)
    animatic.draw_anchor(AnchorJob(of, (), board, MEETS), anchor)
    one = chunk(animatic, tmp_path / "1.mp4", of, MEETS + 1, 0, board)
    chained = chunk(animatic, tmp_path / "2.mp4", of, LAST - MEETS, MEETS, saved(one[-1], tmp_path / "e.png"))
    anchored = chunk(animatic, tmp_path / "3.mp4", of, LAST - MEETS, MEETS, anchor)
    assert apart(one[-1], read(anchor)) < 2.5
    assert max(apart(*pair) for pair in zip(chained, anchored, strict=True)) < 0.5


def test_an_anchor_for_footage_bears_no_mark(animatic: Animatic, tmp_path: Path) -> None:
    of, board = shot(style=("warm",)), tmp_path / "0.png"
    animatic.draw_image(of, (), board, lettered=False)
    drawn = {lettered: tmp_path / f"{lettered}.png" for lettered in (True, False)}
    for lettered, out in drawn.items():
        animatic.draw_anchor(AnchorJob(of, (), board, 60, lettered), out)
    differs = np.abs(read(drawn[True]).astype(int) - read(drawn[False])).max(2) > 8
    # Its mark stands high on the right; the object, in the middle, is one and the same.
    assert differs[:30, 160:].any() and not differs[60:120, 100:220].any()


def test_an_anchor_of_another_picture_is_what_the_camera_has_made_of_it(
    animatic: Animatic, tmp_path: Path
) -> None:
    of, board, anchor = shot(camera="pan"), tmp_path / "0.png", tmp_path / "1.png"
    cv2.imwrite(str(board), foreign((120, 60, 30), 160))
    animatic.draw_anchor(AnchorJob(of, (), board, 60, lettered=False), anchor)
    before, after = (np.argwhere(read(path).min(2) > 250).mean(0) for path in (board, anchor))
    assert abs(before[1] - after[1]) > 4 > abs(before[0] - after[0]) and apart(read(board), read(anchor)) > 2


def test_a_chunk_between_other_pictures_begins_with_the_one_and_ends_with_the_other(
    animatic: Animatic, tmp_path: Path
) -> None:
    of, pictures = shot(camera="dolly_in"), [foreign((120, 60, 30), 100), foreign((30, 60, 120), 220)]
    start, end = (saved(picture, tmp_path / f"{n}.png") for n, picture in enumerate(pictures))
    out = tmp_path / "chunk.mp4"
    animatic.render_chunk(ChunkJob(of, (), start, 0, 48, end=end), out, lambda done: None)
    seen = decoded(out)
    assert len(seen) == 48 and apart(seen[0], pictures[0]) < 2 and apart(seen[-1], pictures[1]) < 2
    steps = [apart(*pair) for pair in pairwise(seen)]
    assert max(steps) < 0.2 * apart(*pictures), "it is no cut"
