"""Knows how an untrusted product photo becomes a picture that is safe to keep: decoded, upright, sRGB, bare.

What is stored is never the file that came in but a new PNG of its pixels: nothing hidden in the file, be it
a place, a script or a second file behind the picture, goes any further.
"""

from __future__ import annotations

import io
import stat
import struct
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

#: A photo of a good camera has 5 to 15 MB.
MAX_BYTES = 20_000_000
#: A photo has fewer, by the kind of its file. What is spent on one here is half a gigabyte: a JPEG is made
#: smaller while it is decoded and takes 310 MB at worst, a PNG takes up to 13 bytes a pixel, a WebP 16.
TOO_MANY_PIXELS = {"JPEG": 100_000_000, "PNG": 40_000_000, "WEBP": 36_000_000}
#: No model or frame shows a product larger than this.
LONGEST_SIDE = 2048
#: How many times as long as wide a photo may be. Objects are looked for at 340 pixels on the longer side, and
#: not within less than 32.
MOST_STRETCHED = 10

_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"))
_DO = "Send a PNG, JPEG or WebP photo"


class NotAPhoto(Exception):
    """A file is not a photo that can be used; the message says why and what to do instead.

    Never worth a retry with the same file.
    """


def verify_photo(path: Path) -> bytes:
    """The photo as PNG: upright, RGB or RGBA in sRGB, its longest side at most 2048, no metadata.

    The same file gives the same bytes, and a file of these bytes gives them again: a photo that was
    verified on its way in may be verified wherever it is used. Kind and size are read from the first bytes
    before anything is decoded. Raises `NotAPhoto`.
    """
    data = _read(path)
    kind = _kind(data)
    _hold_size(*stated_size(data, kind), kind)
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 megapixels on; the limit here is its own, and held above.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(kind,)) as image:
                _hold_size(*image.size, kind)
                return _png(_seen(_upright(image)))
    except NotAPhoto:
        raise
    except Image.DecompressionBombError as error:
        raise NotAPhoto(f"the picture has too many pixels: {_smaller(kind)}") from error
    # Decoders of Pillow raise all of these on broken data.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, MemoryError) as error:
        raise NotAPhoto(
            f"the {kind} file is broken or cut short: export or download it again, then send it"
        ) from error


def _seen(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA" and not image.getchannel("A").getextrema()[1]:
        raise NotAPhoto("the picture is transparent all over, and shows nothing: export it again")
    return image


def kind_of_photo(path: Path) -> str:
    """`image/png`, `image/jpeg` or `image/webp`, by its first bytes. Raises `NotAPhoto`."""
    return f"image/{_kind(_read(path)).lower()}"


def _read(path: Path) -> bytes:
    try:
        # Asked before opening: opening a pipe would wait for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAPhoto(f"{path.name or 'the path'} is not a file but a folder or device: name the photo")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotAPhoto(f"there is no file {path.name}: check the path") from error
    except (OSError, ValueError) as error:
        raise NotAPhoto(f"{path.name} cannot be opened: check its name and permissions") from error
    if not data:
        raise NotAPhoto(f"{path.name} is empty (0 bytes): export or download it again")
    if len(data) > MAX_BYTES:
        raise NotAPhoto(f"{path.name} is larger than {MAX_BYTES // 10**6} MB: save it smaller, or as JPEG")
    return data


def _kind(data: bytes) -> str:
    """By the first bytes; names lie."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise NotAPhoto(f"{_looks_like(data)}. {_DO}")


def _looks_like(data: bytes) -> str:
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"#extm3u", b"ffconcat", b"file ")):
        return "this is a playlist, not a picture"
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "this is an SVG drawing, which is a program more than a picture"
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "this is a web page, not a picture"
    if data[4:8] == b"ftyp":
        return "this is a video, or a photo in HEIC or AVIF"
    if data.startswith((b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF")):
        return "this is a GIF, BMP, TIFF or PDF file"
    return "this is not a picture"


# ---- size, before decoding -----------------------------------------------------------------------


def stated_size(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height as the file's first bytes state them; JPEG is left to Pillow, which reads only its
    header when it opens one, while its WebP reader reserves the whole picture."""
    try:
        if kind == "PNG":
            width, height = struct.unpack(">II", data[16:24])
            return width, height
        if kind == "WEBP":
            return _webp_size(data)
    except struct.error as error:
        raise NotAPhoto(f"the {kind} file is cut short: export or download it again") from error
    return 1, 1


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        (low_w, high_w, low_h, high_h) = struct.unpack("<HBHB", data[24:30])
        return 1 + low_w + (high_w << 16), 1 + low_h + (high_h << 16)
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _hold_size(width: int, height: int, kind: str) -> None:
    if width < 1 or height < 1:
        raise NotAPhoto("the picture has no size: export it again")
    if width * height >= TOO_MANY_PIXELS[kind]:
        raise NotAPhoto(f"the picture has {width} x {height} pixels, too many: {_smaller(kind)}")
    if max(width, height) > MOST_STRETCHED * min(width, height):
        raise NotAPhoto(
            f"the picture has {width} x {height} pixels, more than {MOST_STRETCHED} times as long as wide: "
            "cut it to the product"
        )


def _smaller(kind: str) -> str:
    return (
        f"a {kind} photo has under {TOO_MANY_PIXELS[kind] // 10**6} megapixels, "
        f"and {LONGEST_SIDE} pixels on its longest side are all that is used; make it smaller"
    )


# ---- the new picture -----------------------------------------------------------------------------


def _upright(image: Image.Image) -> Image.Image:
    """Decoded, at most the longest side, upright, in sRGB; opaque ones without alpha."""
    # A JPEG decoder can halve a large picture itself, at a quarter of the time and memory.
    image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))
    picture = as_shown(image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture


def as_shown(image: Image.Image) -> Image.Image:
    """An opened picture as viewers show it: decoded, upright, RGB or RGBA in sRGB. Raises as Pillow does."""
    profile = image.info.get("icc_profile")
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return _in_srgb(_in_eight_bits(image), profile)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey, which a plain conversion would clip.
        return image.convert("I").point(lambda level: level * (1 / 257) + 0).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes) and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            stated = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            if image.mode == mode:
                # In place: a copy of a large photo takes as much again.
                ImageCms.profileToProfile(image, stated, srgb, inPlace=True)
                return image
            converted = ImageCms.profileToProfile(image, stated, srgb, outputMode=mode)
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A broken profile is common, and taking the colours as sRGB is what browsers do.
            pass
    return image if image.mode == mode else image.convert(mode)


def _png(picture: Image.Image) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "PNG", compress_level=6)
    return out.getvalue()
