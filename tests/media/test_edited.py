"""Videos that are made of others: exactly the frames that were asked for, and the right ones."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from activities.media import ffmpeg
from activities.media.edited import enlarged_video, joined_videos, resized_video
from activities.media.frames import first_pictures, last_pictures
from activities.media.probing import Unreadable, WrongLength, probe
from activities.media.stills import frame_at, size_for
from tests.support.media_clips import clip, number_in
from workflows.studio import RATIO, SHORT_SIDE

SIZE = (192, 108)


def nothing(_: int) -> None:
    """Nobody watches."""


def numbers(path: Path, count: int, last: bool = False) -> list[int]:
    pictures = last_pictures(path, count, SIZE) if last else first_pictures(path, count, SIZE)
    return [number_in(np.asarray(one).mean(axis=2)) for one in pictures]


def test_a_cut_has_every_frame_of_both_and_the_same_twice(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", range(10))
    joined_videos([one, one], tmp_path / "out.mp4", 0, nothing)
    assert numbers(tmp_path / "out.mp4", 20) == [*range(10), *range(10)]


def test_a_fade_begins_with_the_one_and_ends_with_the_other(tmp_path: Path) -> None:
    one, two = clip(tmp_path / "one.mp4", range(24)), clip(tmp_path / "two.mp4", range(100, 124))
    joined_videos([one, two], tmp_path / "out.mp4", 0.25, nothing)
    out = tmp_path / "out.mp4"
    assert probe(out, "video/mp4").frames == 24 + 24 - 6
    assert numbers(out, 18) == [*range(18)] and numbers(out, 17, last=True) == [*range(107, 124)]


def test_a_video_of_another_container_is_joined_too(tmp_path: Path) -> None:
    one, two = clip(tmp_path / "one.mp4", range(5)), tmp_path / "two.webm"
    again = ["-i", str(clip(tmp_path / "two.mp4", range(5, 10))), "-c:v", "libvpx-vp9", "-crf", "20"]
    subprocess.run([ffmpeg.executable(), "-v", "error", *again, str(two)], check=True)
    joined_videos([one, two], tmp_path / "out.mp4", 0, nothing)
    assert numbers(tmp_path / "out.mp4", 10) == [*range(10)]


def test_another_rate_and_shape_become_those_of_the_first(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", range(24))
    two = clip(tmp_path / "two.mp4", range(30), rate=Fraction(30), size=(128, 128))
    joined_videos([one, two], tmp_path / "out.mp4", 0, nothing)
    facts = probe(tmp_path / "out.mp4", "video/mp4")
    assert (facts.frames, facts.fps) == (48, Fraction(24)) and (facts.width, facts.height) == SIZE


def test_what_is_too_short_to_fade_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", range(10))
    with pytest.raises(WrongLength, match="too few to fade"):
        joined_videos([one, one], tmp_path / "out.mp4", 0.5, nothing)
    assert not (tmp_path / "out.mp4").exists()


def test_a_video_is_enlarged_and_resized_frame_by_frame(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", range(8))
    enlarged_video(one, tmp_path / "large.mp4", 2, nothing)
    assert numbers(tmp_path / "large.mp4", 8) == [*range(8)]
    resized_video(one, tmp_path / "tall.mp4", "9:16", None, True, nothing)
    facts = probe(tmp_path / "tall.mp4", "video/mp4")
    assert facts.frames == 8 and (facts.width, facts.height) == size_for(*SIZE, "9:16", None)
    with pytest.raises(Unreadable, match="more than 4K"):
        enlarged_video(clip(tmp_path / "big.mp4", [1], size=(2048, 1152)), tmp_path / "no.mp4", 2, nothing)


def test_the_frame_of_a_number_is_that_frame(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", range(10))
    for number, shown in ((0, 0), (7, 7), (-1, 9)):
        frame_at(one, number, tmp_path / "frame.png")
        with Image.open(tmp_path / "frame.png") as picture:
            assert number_in(np.asarray(picture.convert("L"))) == shown
    with pytest.raises(Unreadable, match="none of number 10"):
        frame_at(one, 10, tmp_path / "frame.png")


_SIDES = st.integers(16, 4096)


@settings(max_examples=200)
@given(_SIDES, _SIDES, st.sampled_from([None, *RATIO]), st.sampled_from([None, *SHORT_SIDE]))
def test_a_size_is_even_and_of_the_shape_that_was_asked_for(
    width: int, height: int, aspect: str | None, size: str | None
) -> None:
    across, down = size_for(width, height, aspect, size)  # type: ignore[arg-type]
    assert across % 2 == down % 2 == 0
    if size:
        assert abs(min(across, down) - SHORT_SIDE[size]) <= 1  # type: ignore[index]
    else:
        # Nothing is made larger for another shape, but for the pixel that makes it even.
        assert (across <= width + 1 and down <= height + 1) or min(across, down) == 2
    a, b = RATIO[aspect] if aspect else (width, height)  # type: ignore[index]
    assert abs(across * b - down * a) <= 2 * max(a, b)
