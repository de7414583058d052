"""A caller's video is known by its bytes, and what is none is refused in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from activities.media.clip import NotAClip, verify_clip
from activities.media.ffmpeg import executable
from tests.support.media_clips import clip


@pytest.mark.parametrize(
    ("name", "codec", "mime"),
    [
        ("a.mp4", "copy", "video/mp4"),
        ("a.mov", "copy", "video/quicktime"),
        ("a.webm", "libvpx", "video/webm"),
    ],
)
def test_a_video_is_known_by_its_bytes(tmp_path: Path, name: str, codec: str, mime: str) -> None:
    made, given = clip(tmp_path / "made.mp4", range(8)), tmp_path / name
    command = [executable(), "-v", "error", "-y", "-i", str(made), "-c:v", codec, str(given)]
    subprocess.run(command, check=True)
    media = verify_clip(given.rename(tmp_path / "of no type"))
    assert (media.mime, media.frames, media.width) == (mime, 8, 192) and media.fps == 24


def test_what_is_none_is_refused_in_words(tmp_path: Path) -> None:
    whole = clip(tmp_path / "made.mp4", range(8)).read_bytes()
    wrong = {
        "a page": b"<!doctype html><p>Not found",
        "a playlist": b"#EXTM3U\nhttp://127.0.0.1/a.ts\n",
        "nothing": b"",
        "a photo in HEIC": b"\0\0\0\x18ftypheic" + bytes(200),
        "half of one": whole[: len(whole) // 2],
        "its head alone": whole[:40],
        "an mp4 by its head": whole[:12] + bytes(5000),
    }
    for name, body in wrong.items():
        (tmp_path / name).write_bytes(body)
        with pytest.raises(NotAClip) as refused:
            verify_clip(tmp_path / name)
        assert str(tmp_path) not in str(refused.value) and len(str(refused.value)) > 20, name
    for name in ("gone.mp4", "."):
        with pytest.raises(NotAClip):
            verify_clip(tmp_path / name)
