"""Knows how what a model returned is brought into the film's own shape: a picture's size, a chunk's rate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from activities.media import codec, ffmpeg
from activities.media.film_form import in_film_colours
from activities.media.frames import form
from activities.media.photo import as_shown
from activities.media.probing import Unreadable, count_frames, frame_times, probe
from workflows.studio import FrameFormat

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


def at_rate(
    source: Path,
    fps: Fraction,
    out: Path,
    advance: ffmpeg.Advance,
    end: int | None = None,
    own_clock: bool = False,
) -> None:
    """Writes the video as an mp4 of exactly `fps`, near-lossless, without sound, upright, in the film's
    colours and its own shape; of its first `end` frames, where not of all.

    Frame j is the one that the source shows at time j / fps, so the first stays the first; none is blended.
    The source's own rate is measured, and its timestamps are ignored: models write them carelessly. With
    `own_clock` it has no rate, and its timestamps are all there is. Raises `Unreadable`,
    `ffmpeg.EncodeFailed`, and what `advance` raises; then nothing is left behind.
    """
    facts = probe(source, _mime(source))
    if not facts.frames or not facts.fps:
        raise Unreadable(f"{source.name} has no rate")
    frames = min(end or facts.frames, facts.frames)
    stream = ffmpeg.source(source).video
    if end:
        stream = stream.filter("trim", end_frame=frames)
    if own_clock:
        stream, wanted, longest = _by_its_clock(stream, source, frames, fps)
    else:
        stream, wanted, longest = _by_counting(stream, facts.fps, frames, fps)
    # The last may be wanted for longer, and no more than that is hidden: the count is checked below.
    stream = stream.filter("tpad", stop_mode="clone", stop=1 + int(fps * longest))
    stream = stream.filter("trim", end_frame=wanted).filter("setpts", "N")
    stream = codec.tagged(in_film_colours(stream, form(source)))
    ffmpeg.encode([ffmpeg.Output(stream, out, _near_lossless(fps))], advance)
    if (found := count_frames(out)) != wanted:
        out.unlink(missing_ok=True)
        raise Unreadable(f"{source.name} gave {found} frames at {fps}, not {wanted}")


def _by_counting(stream: Any, native: Fraction, frames: int, fps: Fraction) -> tuple[Any, int, Fraction]:
    """Frame n at n / native: the stream, how many frames it makes, and how many seconds the last is shown."""
    # In a time base where the times of both rates are whole.
    ticks = native.numerator * fps.numerator
    step = native.denominator * fps.numerator
    stream = stream.filter("settb", f"1/{ticks}").filter("setpts", f"N*{step}")
    # Rounded up, a frame begins at the first tick that is not before it: what is shown then is its latest.
    stream = stream.filter("fps", str(fps), round="up", start_time=0)
    return stream, frames_at(frames, native, fps), 1 / native


def _by_its_clock(stream: Any, source: Path, frames: int, fps: Fraction) -> tuple[Any, int, Fraction]:
    """The same by the frames' own times. How long the last one is meant, no file says reliably: as long as
    they are on average."""
    times = frame_times(source)[:frames]
    usual = (times[-1] - times[0]) / max(1, len(times) - 1)
    wanted = max(1, int((times[-1] - times[0] + usual) * fps + Fraction(1, 2)))
    # To the nearest: clocks of containers round, and a frame that is a moment late is not shown one later.
    stream = stream.filter("setpts", "PTS-STARTPTS").filter("fps", str(fps), round="near", start_time=0)
    return stream, wanted, usual


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
