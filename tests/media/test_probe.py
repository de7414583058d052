"""What is measured of a file: its frames, its last one, and whether it was cut short."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from activities.media import frames
from activities.media.ffmpeg import executable
from activities.media.probing import Unreadable, probe
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers, picture, sound


def test_the_last_frame_is_the_last_one(tmp_path: Path) -> None:
    path, out = clip(tmp_path / "c.mp4", range(100, 131)), tmp_path / "out.png"
    frames.last_frame(path, out)
    assert numbers(out) == [130]


def test_probe_counts_and_refuses_what_was_cut_short(tmp_path: Path) -> None:
    path = clip(tmp_path / "c.mp4", range(31), Fraction(30000, 1001))
    media = probe(path, "video/mp4")
    assert (media.frames, media.fps, media.bytes) == (31, Fraction(30000, 1001), path.stat().st_size)
    fast = tmp_path / "fast.mp4"
    command = [executable(), "-v", "error", "-i", str(path), "-c", "copy"]
    subprocess.run([*command, "-movflags", "faststart", str(fast)], check=True)
    for data in (
        fast.read_bytes()[: fast.stat().st_size * 2 // 3],
        path.read_bytes()[:900],
        b"",
        b"#EXTM3U\n",
    ):
        (tmp_path / "cut.mp4").write_bytes(data)
        with pytest.raises(Unreadable):
            probe(tmp_path / "cut.mp4", "video/mp4")


def test_probe_measures_every_type_that_is_delivered(tmp_path: Path) -> None:
    track = sound(tmp_path, 50_001, [])
    assert probe(track, "audio/mp4").samples == 50_001
    assert probe(tmp_path / "sound.wav", "audio/wav").samples == 50_001
    webm = tmp_path / "c.webm"
    command = [executable(), "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25"]
    subprocess.run(
        [*command, "-frames:v", "13", "-c:v", "libvpx", "-auto-alt-ref", "1", str(webm)], check=True
    )
    media = probe(webm, "video/webm")
    assert (media.frames, media.fps, media.width, media.height) == (13, Fraction(25), 64, 48)
    for kind in ("PNG", "JPEG", "WEBP"):
        path = tmp_path / "image"
        Image.fromarray(picture(5)).save(path, kind)
        media = probe(path, f"image/{kind.lower()}")
        assert (media.width, media.height, media.frames) == (WIDTH, HEIGHT, None)
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(Unreadable):
            probe(path, f"image/{kind.lower()}")
        with pytest.raises(Unreadable):
            probe(path, "video/mp4")
