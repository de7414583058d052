"""Product photos: any real photo becomes one bare picture, and anything else is refused with a reason."""

from __future__ import annotations

import io
import math
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

from activities.media.photo import LONGEST_SIDE, MAX_BYTES, NotAPhoto, verify_photo


def _picture(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    levels = np.stack([x * 255 // width, y * 255 // height, (x + y) * 2 % 256], axis=-1).astype(np.uint8)
    return Image.fromarray(levels).convert(mode)


_ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _file(path: Path, image: Image.Image, kind: str = "PNG", **options: object) -> Path:
    image.save(path, kind, **options)
    return path


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_becomes_a_png_that_looks_the_same(tmp_path: Path, kind: str) -> None:
    # A name says nothing: each is stored under a wrong one.
    path = _file(tmp_path / "photo.txt", _picture(), kind, quality=95)
    data = verify_photo(path)
    image = _opened(data)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (48, 32))
    assert abs(np.asarray(image).astype(int) - np.asarray(_picture())).mean() < 6
    assert verify_photo(path) == data


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(longer=st.integers(10, 3000), stretched=st.floats(1, 10), upright=st.booleans())
def test_the_longest_side_is_bounded(tmp_path: Path, longer: int, stretched: float, upright: bool) -> None:
    sides = longer, math.ceil(longer / stretched)
    width, height = sides[::-1] if upright else sides
    image = _opened(
        verify_photo(_file(tmp_path / "p.png", Image.new("RGB", (width, height)), compress_level=1))
    )
    assert max(image.size) == min(LONGEST_SIDE, max(width, height))
    scale = max(image.size) / max(width, height)
    assert abs(image.width - width * scale) <= 1 and abs(image.height - height * scale) <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stands_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = _file(tmp_path / "p.jpg", _picture(), "JPEG", exif=exif, quality=98)
    image = _opened(verify_photo(path))
    turns: dict[int, Callable[[NDArray[np.int_]], NDArray[np.int_]]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(a, 1)[:, ::-1],
        8: lambda a: np.rot90(a, 1),
    }
    wanted = turns[orientation](np.asarray(_picture()).astype(int))
    assert np.asarray(image).shape == wanted.shape
    assert abs(np.asarray(image) - wanted).mean() < 6


def test_nothing_but_the_picture_is_kept(tmp_path: Path) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret place")
    path = _file(tmp_path / "p.png", _picture(), pnginfo=notes, dpi=(300, 300))
    path.write_bytes(path.read_bytes() + b"PK\x03\x04 a second file")
    data = verify_photo(path)
    kinds, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kinds.append(data[at + 4 : at + 8])
        at += length + 12
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16", "CMYK"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray((np.arange(48 * 32).reshape(32, 48) * 40).astype(np.uint16))
    else:
        image = _picture(mode)
    path = _file(tmp_path / "p", image, "JPEG" if mode == "CMYK" else "PNG")
    made = _opened(verify_photo(path))
    assert made.mode == "RGB"
    if mode == "I;16":
        assert abs(np.asarray(made)[:, :, 0].astype(int) - np.asarray(image) // 257).max() <= 1


def test_transparency_is_kept_and_colours_become_srgb(tmp_path: Path) -> None:
    clear = _picture("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    made = _opened(verify_photo(_file(tmp_path / "a.png", clear)))
    assert made.mode == "RGBA" and made.getchannel("A").tobytes() == clear.getchannel("A").tobytes()
    clear.putalpha(0)
    with pytest.raises(NotAPhoto, match="shows nothing"):
        verify_photo(_file(tmp_path / "nothing.png", clear))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    verify_photo(_file(tmp_path / "b.png", _picture(), icc_profile=lab))
    verify_photo(_file(tmp_path / "c.png", _picture(), icc_profile=b"no profile"))


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(48, 32), (2500, 400)])
def test_what_was_verified_stays_as_it_is(tmp_path: Path, mode: str, size: tuple[int, int]) -> None:
    photo = _picture(mode, size)
    if mode == "RGBA":
        photo.putalpha(Image.linear_gradient("L").resize(size))
    once = verify_photo(_file(tmp_path / "first", photo, icc_profile=_ICC))
    (tmp_path / "second").write_bytes(once)
    assert verify_photo(tmp_path / "second") == once


# ---- hostile files -------------------------------------------------------------------------------


def _huge_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    blank = zlib.compress(bytes(1000))
    chunks = [(b"IHDR", header), (b"IDAT", blank), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _huge_webp(size: int) -> bytes:
    side = (size - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _whole(kind: str) -> bytes:
    out = io.BytesIO()
    _picture(size=(200, 200)).save(out, kind)
    return out.getvalue()


HOSTILE = {
    "empty": (b"", "empty"),
    "text": (b"just words", "not a picture"),
    "playlist": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n", "playlist"),
    "concat script": (b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "SVG"),
    "svg with a prologue": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg/>', "SVG"),
    "web page": (b"<!DOCTYPE html><title>404</title>", "web page"),
    "gif": (b"GIF89a" + bytes(60), "GIF"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(60), "HEIC"),
    "huge png": (_huge_png(20_000, 20_000), "megapixels"),
    "png of 100 megapixels": (_huge_png(10_000, 10_000), "10000 x 10000 pixels"),
    "absurd png": (_huge_png(2**31 - 1, 2**31 - 1), "megapixels"),
    "huge webp": (_huge_webp(16_384), "megapixels"),
    "webp of 100 megapixels": (_huge_webp(10_000), "10000 x 10000 pixels"),
    "webp of 36 megapixels": (_huge_webp(6_000), "a WEBP photo has under 36 megapixels"),
    "png of 40 megapixels": (_huge_png(4_000, 10_000), "a PNG photo has under 40 megapixels"),
    "a strip": (_huge_png(6_810, 10), "more than 10 times as long as wide: cut it to the product"),
    "a line": (_huge_png(64, 1), "64 x 1 pixels"),
    "a column": (_huge_webp(1)[:24] + b"\0\0\0\x0a\0\0", "1 x 11 pixels"),
    "png of nothing": (_huge_png(0, 0), "no size"),
    "large file": (b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES), "larger than 20 MB"),
    "png cut short": (_whole("PNG")[:-300], "cut short"),
    "jpeg cut short": (_whole("JPEG")[:-600], "cut short"),
    "webp cut short": (_whole("WEBP")[:-300], "cut short"),
    "png signature": (b"\x89PNG\r\n\x1a\n", "cut short"),
    "jpeg signature": (b"\xff\xd8\xff", "cut short"),
    "webp signature": (b"RIFF\0\0\0\0WEBP", "cut short"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    data, reason = HOSTILE[name]
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    with pytest.raises(NotAPhoto) as refused:
        verify_photo(path)
    assert reason in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_just_under_the_limit_it_is_the_damage_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(_huge_png(6_324, 6_324))
    with pytest.raises(NotAPhoto, match="cut short"):
        verify_photo(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing.png", tmp_path, tmp_path / "pipe", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(NotAPhoto):
            verify_photo(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_damage_is_refused_or_harmless(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    whole = bytearray(_whole(kind))
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path / "p"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        assert max(_opened(verify_photo(path)).size) <= LONGEST_SIDE
    except NotAPhoto as refused:
        assert len(str(refused)) > 10


_PEAK = """
import resource, sys
from pathlib import Path
from PIL import Image
from activities.media.photo import verify_photo
import PIL.PngImagePlugin, PIL.ImageCms
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
verify_photo(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("profile", [None, _ICC])
def test_a_large_photo_is_held_in_memory_once(tmp_path: Path, profile: bytes | None) -> None:
    side = 4000
    path = _file(
        tmp_path / "p.png", Image.new("RGB", (side, side), "teal"), compress_level=1, icc_profile=profile
    )
    told = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)], capture_output=True, check=True, text=True
    )
    # Pillow keeps RGB in four bytes; a second copy would make it eight, before anything is made smaller.
    assert int(told.stdout) * 1024 / side**2 < 8
