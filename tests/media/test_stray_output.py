"""Bytes behind the end of a paid file change nothing; a file that was cut short is told from them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from activities.media.frames import last_frame
from activities.media.inspection import inspect_output
from activities.media.probing import Unreadable
from activities.media.segment import SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers
from tests.support.media_files import wrapped
from workflows.film.timeline import conform

FRAMES = 24
STRAY = {
    "a line end": b"\n",
    "a boundary": b"\r\n--7f3d--\r\n",
    "a tag": b"ID3\x04\0\0\0\0\0\x0aTIT2\0\0\0",
    "a page": b"<html>" + b"x" * 300,
    "padding": bytes(64),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("base") / "base.mp4", range(FRAMES))


@pytest.mark.parametrize("stray", STRAY.values(), ids=STRAY)
@pytest.mark.parametrize("name", ["plain.mp4", "fast.mp4", "fragments.mp4", "quick.mov", "mute.webm"])
def test_what_lies_behind_a_video_changes_nothing(
    base: Path, tmp_path: Path, name: str, stray: bytes
) -> None:
    path = wrapped(base, tmp_path, name)
    path.write_bytes(path.read_bytes() + stray)
    assert inspect_output(path, "video").media.frames == FRAMES
    last_frame(path, tmp_path / "last.png")
    assert numbers(tmp_path / "last.png") == [FRAMES - 1]
    plan = conform((FRAMES,), Fraction(24), 24, FRAMES, 0)
    made = refine_segment([path], SegmentSpec(plan, WIDTH, HEIGHT, "natural", 0), tmp_path, lambda _: None)
    assert numbers(made.body) == list(range(FRAMES))


@pytest.mark.parametrize("name", ["plain.mp4", "fast.mp4", "fragments.mp4"])
def test_a_file_that_was_cut_short_anywhere_is_refused(base: Path, tmp_path: Path, name: str) -> None:
    whole = wrapped(base, tmp_path, name).read_bytes()
    places = {*range(1, 64), *range(64, len(whole), len(whole) // 40)}
    for missing in sorted(places):
        (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) - missing])
        with pytest.raises(Unreadable):
            inspect_output(tmp_path / "cut.mp4", "video")


def test_a_box_that_nobody_knows_is_a_box(base: Path, tmp_path: Path) -> None:
    whole, path = base.read_bytes(), tmp_path / "more.mp4"
    index = whole.rindex(b"moov") - 4
    path.write_bytes(whole[:index] + b"\0\0\0\x0cvend1234" + whole[index:])
    assert inspect_output(path, "video").media.frames == FRAMES
    path.write_bytes(whole[:index])
    with pytest.raises(Unreadable):
        inspect_output(path, "video")
