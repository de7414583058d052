"""Knows how what a model returned is brought into the film's own shape: a picture's size, a chunk's rate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageOps

from activities.media import ffmpeg
from activities.media.photo import as_shown
from activities.media.probe import Unreadable, count_frames, probe
from workflows.contract import FrameFormat

_KINDS = ("PNG", "JPEG", "WEBP")
# Of a picture that is looked at once and then encoded: level 1 is four times as fast as the usual 6, and a
# fifth larger.
_COMPRESSION = 1
# Far below what can be seen: the chunk is decoded, graded and encoded once more.
_CRF = 8


def flat(source: Path) -> Image.Image:
    """An image as it is meant: upright, RGB in sRGB, what is transparent on white. Raises `Unreadable`."""
    try:
        with Image.open(source, formats=_KINDS) as image:
            if image.width * image.height > ffmpeg.MAX_PIXELS:
                raise Unreadable(f"{source.name} has more than {ffmpeg.MAX_PIXELS} pixels")
            picture = as_shown(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(f"{source.name} is not a whole image") from error
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    return picture


def fit_image(source: Path, format: FrameFormat, out: Path) -> None:
    """Writes a PNG of exactly the film's format, without metadata: `flat`, cut to the film's aspect from its
    middle, and scaled. An image of that size keeps its pixels. Raises `Unreadable`."""
    picture, size = flat(source), (format.width, format.height)
    same = picture.size == size
    save_png(picture if same else ImageOps.fit(picture, size, Image.Resampling.LANCZOS), out)


def save_png(picture: Image.Image, out: Path) -> None:
    """Writes nothing but the pixels, whole or not at all."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    part = out.with_name(f"{out.name}.part")
    try:
        bare.save(part, "PNG", compress_level=_COMPRESSION)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def frames_at(frames: int, native: Fraction, fps: Fraction) -> int:
    """How many frames a chunk of `frames` at `native` has at `fps`: as near to its length as whole frames
    come, one at least."""
    return max(1, int(frames * fps / native + Fraction(1, 2)))


def at_rate(source: Path, fps: Fraction, out: Path, advance: ffmpeg.Advance) -> None:
    """Writes the video as an mp4 of exactly `fps`, near-lossless, without sound, upright.

    Frame j is the one that the source shows at time j / fps, so the first stays the first; none is blended.
    The source's own rate is measured, and its timestamps are ignored: models write them carelessly. Raises
    `Unreadable`, `ffmpeg.EncodeFailed`, and what `advance` raises; then nothing is left behind.
    """
    facts = probe(source, _mime(source))
    if not facts.frames or not facts.fps:
        raise Unreadable(f"{source.name} has no rate")
    native, wanted = facts.fps, frames_at(facts.frames, facts.fps, fps)
    stream = ffmpeg.source(source).video
    # In a time base where the times of both rates are whole.
    ticks = native.numerator * fps.numerator
    step = native.denominator * fps.numerator
    stream = stream.filter("settb", f"1/{ticks}").filter("setpts", f"N*{step}")
    # Rounded up, a frame begins at the first tick that is not before it: what is shown then is its latest.
    stream = stream.filter("fps", str(fps), round="up", start_time=0)
    # The last may be wanted once more, and no more than that is hidden: the count is checked below.
    stream = stream.filter("tpad", stop_mode="clone", stop=1 + int(fps / native))
    stream = stream.filter("trim", end_frame=wanted).filter("setpts", "N").filter("format", "yuv420p")
    ffmpeg.encode([ffmpeg.Output(stream, out, _near_lossless(fps))], advance)
    if (found := count_frames(out)) != wanted:
        out.unlink(missing_ok=True)
        raise Unreadable(f"{source.name} gave {found} frames at {fps}, not {wanted}")


def _mime(source: Path) -> str:
    with source.open("rb") as file:
        return "video/webm" if file.read(4) == b"\x1a\x45\xdf\xa3" else "video/mp4"


def _near_lossless(fps: Fraction) -> dict[str, str | int]:
    return {
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": _CRF,
        "pix_fmt": "yuv420p",
        # One thread: the queue starts as many encodes as there are cores.
        "threads": 1,
        "fps_mode": "passthrough",
        "video_track_timescale": fps.numerator * 100,
        "map_metadata": -1,
        "f": "mp4",
    }
