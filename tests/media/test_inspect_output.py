"""What came back from a provider: decoded and measured, or refused; and its last frame, exactly."""

from __future__ import annotations

import json
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from activities.media.frames import first_picture, last_frame, last_picture
from activities.media.inspection import inspect_output
from activities.media.probing import Unreadable
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers
from tests.support.media_files import FRAMES, SOUND, VP9, WRAPPED, ffmpeg, number, wrapped


def _png(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("base") / "base.mp4", range(FRAMES))


@pytest.mark.parametrize("name", WRAPPED)
def test_a_file_is_measured_and_its_last_frame_is_the_last(base: Path, tmp_path: Path, name: str) -> None:
    path = wrapped(base, tmp_path, name)
    facts = inspect_output(path, "video").media
    assert (facts.frames, facts.fps, facts.width, facts.height) == (FRAMES, Fraction(24), WIDTH, HEIGHT)
    assert (
        facts.mime
        == {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime"}[name[-4:].strip(".")]
    )
    assert facts.bytes == path.stat().st_size
    # AAC and Opus come in packets: up to one more at each end.
    assert (facts.samples is not None) == name.startswith("sound")
    assert abs((facts.samples or 144_000) - 144_000) < 3000
    last_frame(path, tmp_path / "last.png")
    assert number(_png(tmp_path / "last.png")) == FRAMES - 1
    assert number(first_picture(path)) == 0


@pytest.mark.parametrize("rate", [Fraction(8), Fraction(25), Fraction(30000, 1001)])
@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_the_rate_is_exact(tmp_path: Path, rate: Fraction, kind: str) -> None:
    made = clip(tmp_path / "a.mp4", range(20), rate)
    if kind == "webm":
        ffmpeg("-i", made, *VP9, made := tmp_path / "a.webm")
    assert (inspect_output(made, "video").media.fps, inspect_output(made, "video").media.frames) == (rate, 20)


def test_what_an_edit_list_hides_does_not_count(base: Path, tmp_path: Path) -> None:
    # Copied from between two key frames: the frames before are there to decode from, and are never shown.
    ffmpeg("-ss", "0.5", "-i", base, "-c", "copy", tmp_path / "cut.mp4")
    facts = inspect_output(tmp_path / "cut.mp4", "video").media
    shown = numbers(tmp_path / "cut.mp4")
    assert shown == list(range(12, FRAMES)) and facts.frames == len(shown)
    assert number(first_picture(tmp_path / "cut.mp4")) == 12
    assert number(last_picture(tmp_path / "cut.mp4")) == FRAMES - 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_video_is_seen_as_it_is_shown(base: Path, tmp_path: Path, degrees: int) -> None:
    path, shown = tmp_path / "turned.mp4", tmp_path / "shown.png"
    ffmpeg("-display_rotation", str(degrees), "-i", base, "-c", "copy", path)
    ffmpeg("-i", path, "-frames:v", "1", "-vf", "scale=in_color_matrix=bt709", shown)
    facts, picture = inspect_output(path, "video").media, first_picture(path)
    assert (facts.height, facts.width) == picture.shape[:2]
    assert np.abs(picture.astype(int) - _png(shown)).mean() < 3
    assert last_picture(path, (40, 30)).shape == (30, 40, 3)


def test_a_careless_clock_is_told_from_the_rate(base: Path, tmp_path: Path) -> None:
    # Stated: 24 a second. Shown: half of them, each for twice as long, but for the last.
    ffmpeg("-i", base, "-vf", "select=not(mod(n\\,2))", "-fps_mode", "vfr", tmp_path / "slow.mp4")
    assert inspect_output(tmp_path / "slow.mp4", "video").media.fps == 12


def broken(data: bytes, how: str) -> bytes:
    middle = len(data) // 2
    match how:
        case "cut":
            return data[:middle]
        case "end":
            return data[: len(data) * 9 // 10]
        case "damaged":
            return (
                data[:middle]
                + bytes(byte ^ 0xA5 for byte in data[middle : middle + 600])
                + data[middle + 600 :]
            )
        case "empty":
            return b""
        case "html":
            return b"<!DOCTYPE html><html><body>Sign in</body></html>"
        case "message":
            return b'{"detail": "expired"}'
        case "playlist":
            return b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
        case "script":
            return b"ffconcat version 1.0\nfile base.mp4\n"
    raise AssertionError(how)


HOW = ("cut", "end", "damaged", "empty", "html", "message", "playlist", "script")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["fast.mp4", "fragments.mp4", "sound.webm"])
def test_what_is_not_a_whole_video_is_refused(base: Path, tmp_path: Path, name: str, how: str) -> None:
    path = wrapped(base, tmp_path, name)
    path.write_bytes(broken(path.read_bytes(), how))
    with pytest.raises(Unreadable) as refused:
        inspect_output(path, "video")
    assert str(tmp_path) not in str(refused.value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=200))
# Here ffmpeg says that the file ends, in an error that is none of the system's.
@example(at=0.9747845946587814, junk=b"\x01")
# Here the codec is none that there is a decoder of.
@example(at=0.9672599864576519, junk=b"\x00")
def test_no_damage_does_anything_but_be_refused(base: Path, tmp_path: Path, at: float, junk: bytes) -> None:
    data, path = base.read_bytes(), tmp_path / "a.mp4"
    place = int(at * len(data))
    path.write_bytes(data[:place] + junk + data[place + len(junk) :])
    try:
        facts = inspect_output(path, "video").media
    except Unreadable:
        return
    assert (facts.frames or 0) > 0


def test_images(tmp_path: Path) -> None:
    picture = Image.effect_noise((120, 80), 90).convert("RGB")
    for kind in ("PNG", "JPEG", "WEBP"):
        path = tmp_path / "made.bin"
        picture.save(path, kind)
        facts = inspect_output(path, "image").media
        assert (facts.mime, facts.width, facts.height) == (f"image/{kind.lower()}", 120, 80)
        whole = path.read_bytes()
        for how in HOW:
            path.write_bytes(broken(whole, "cut" if how == "damaged" else how))
            with pytest.raises(Unreadable):
                inspect_output(path, "image")
        path.write_bytes(whole)
        with pytest.raises(Unreadable):
            inspect_output(path, "video")


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    path = tmp_path / "bomb"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10**6)))
    )
    with pytest.raises(Unreadable, match="pixels"):
        inspect_output(path, "image")
    webp = b"VP8X" + b"\x0a\0\0\0" + b"\0" * 4 + b"\xfe\x3f\0" * 2
    path.write_bytes(b"RIFF" + (4 + len(webp)).to_bytes(4, "little") + b"WEBP" + webp)
    with pytest.raises(Unreadable, match="pixels"):
        inspect_output(path, "image")
    ffmpeg("-f", "lavfi", "-i", "color=black:size=16x16:rate=60:duration=125", tmp_path / "long.mp4")
    with pytest.raises(Unreadable, match="7500 frames"):
        inspect_output(tmp_path / "long.mp4", "video")


def test_answers(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text(json.dumps({"title": "Tasse à café", "beats": []}))
    assert (inspect_output(path, "plan").media.mime, inspect_output(path, "plan").media.bytes) == (
        "application/json",
        48,
    )
    words = [b"", b"[]", b"null", b"{", b'{"a": NaN}', b'{"a": "\xff"}', b"<html>"]
    for data in (*words, b'{"a":' * 100_000, b"x" * 2_000_000):
        path.write_bytes(data)
        with pytest.raises(Unreadable):
            inspect_output(path, "plan")


def test_sound(tmp_path: Path) -> None:
    ffmpeg(*SOUND, "-ar", "48000", tmp_path / "a.wav")
    assert inspect_output(tmp_path / "a.wav", "sound").media.samples == 144_000
    (tmp_path / "b").write_bytes((tmp_path / "a.wav").read_bytes()[:-5000])
    for kind in ("image", "video"):
        with pytest.raises(Unreadable):
            inspect_output(tmp_path / "a.wav", kind)
    with pytest.raises(Unreadable):
        inspect_output(tmp_path / "b", "sound")
