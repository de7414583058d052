"""Knows what really came back from a provider: decoded from the first to the last frame, and measured.

Nothing is believed: not the name, not the type that a server states, not the length that was ordered.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from activities.media.ends import Ends, Watcher, ends_of
from activities.media.ffmpeg import MAX_PIXELS
from activities.media.form import Form, form_of
from activities.media.photo import NotAPhoto, stated_size
from activities.media.probing import BROKEN, Unreadable, opened, probe
from activities.models import Makes
from workflows.studio import Facts, Media

_IMAGES = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"))
# A planner's answer has some kilobytes; the largest legal plan stays far below this.
_LONGEST_ANSWER = 1_000_000
# Two minutes at 60 frames a second: models return seconds.
_MOST_FRAMES = 7_200
# A minute at 4K, or two and a half at 1080p; decoded in a minute or two. More is a bomb, not a chunk.
_MOST_PIXELS = 15_000_000_000
# Two a fragment, and a fragment a frame at worst.
_MOST_BOXES = 2 * _MOST_FRAMES + 100
# What lies beside each other in an mp4 or mov (ISO/IEC 14496-12, QuickTime, DASH). Others there may be; where
# a file ends within what it calls none of these, it does not end within a box.
_BOXES = frozenset(
    (
        *(b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"prft", b"emsg", b"meta"),
        *(b"free", b"skip", b"wide", b"pnot", b"uuid", b"udta", b"pdin", b"junk", b"imda", b"meco"),
    )
)
# What clocks of containers round off. Beyond it the stated rate is not the one of the frames.
_SAME_RATE = Fraction(2, 100)
# How many frames one may be away from its place where the rate is constant. Putting them on whole frames of
# the film moves them by as much.
_IN_PLACE = 1


class Seen(Facts):
    """What looking at all of a video says of it, beside its `Media`. Without a constant rate, its frames are
    shown at their own times."""

    form: Form
    constant_rate: bool
    ends: Ends


class Inspection(NamedTuple):
    """What came back; `seen` of a video only."""

    media: Media
    seen: Seen | None = None


def inspect_output(path: Path, makes: Makes) -> Inspection:
    """What a file is that a model returned which makes such things, after decoding all of it.

    A video's `frames` and `fps` are those that a player shows, its size is as shown, and `samples` is the
    length of its sound at 48 kHz, None where it has none. Blocks for half a second for each 10 s of 720p.
    JPEG, WebP and video carry no checksums: damage that still decodes shows only to the eye.
    Raises `Unreadable` for what is of another kind, broken, cut short, or more than a model ever returns.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read") from error
    match makes:
        case "image":
            return Inspection(_image(path, start))
        case "video":
            return _video(path, start)
        case "plan":
            return Inspection(_answer(path))
        case "sound":
            return Inspection(_sound(path, start))


def _refuse(wanted: str, start: bytes) -> NoReturn:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    found = "something else"
    if not start:
        found = "an empty file"
    elif text.startswith((b"<!doctype", b"<html", b"<?xml")):
        found = "a web page"
    elif text.startswith((b"#extm3u", b"ffconcat")):
        found = "a playlist"
    elif text.startswith((b"{", b"[")):
        found = "a message"
    raise Unreadable(f"instead of a {wanted}, {found} came back")


# ---- images --------------------------------------------------------------------------------------


def _image(path: Path, start: bytes) -> Media:
    kind = _kind_of(start)
    if not kind:
        _refuse("PNG, JPEG or WebP image", start)
    try:
        # Pillow reserves a whole WebP when it opens it.
        width, height = stated_size(start, kind)
    except NotAPhoto as error:
        raise Unreadable(f"{path.name} is cut short") from error
    if width * height > MAX_PIXELS:
        raise Unreadable(f"{path.name} has {width} x {height} pixels, more than {MAX_PIXELS}")
    return probe(path, f"image/{kind.lower()}")


def _kind_of(start: bytes) -> str:
    """Of a picture, as Pillow calls it; empty where it is none."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    return next((name for signature, name in _IMAGES if start.startswith(signature)), "")


# ---- videos --------------------------------------------------------------------------------------


def _video(path: Path, start: bytes) -> Inspection:
    mime = container_of(start)
    if mime is None:
        _refuse("mp4 or WebM video", start)
    if not is_whole(path, mime):
        raise Unreadable(f"{path.name} is cut short")
    stated = probe(path, mime)
    frames, pixels = stated.frames or 0, (stated.width or 0) * (stated.height or 0)
    if frames > _MOST_FRAMES or frames * pixels > _MOST_PIXELS:
        raise Unreadable(f"{frames} frames of {stated.width} x {stated.height} are more than a model returns")
    try:
        with opened(path, mime) as container:
            shown, seen = _decoded(container, frames)
        with opened(path, mime) as container:
            samples = _samples(container)
    except BROKEN as error:
        raise Unreadable(f"{path.name} is broken inside") from error
    return Inspection(stated.model_copy(update={**shown, "samples": samples}), seen)


def container_of(start: bytes) -> str | None:
    """The type of a video by its first bytes; None where they are not of one."""
    if start[4:8] == b"ftyp":
        return "video/quicktime" if start[8:12] == b"qt  " else "video/mp4"
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in start[:64] else "video/x-matroska"
    return None


def measured(path: Path) -> Media:
    """The facts of a picture or a video that was looked at before, of a type known by its first bytes, not by
    its name. Raises `Unreadable`."""
    with path.open("rb") as file:
        start = file.read(64)
    kind = _kind_of(start)
    mime = f"image/{kind.lower()}" if kind else container_of(start)
    if mime is None:
        raise Unreadable(f"{path.name} is neither a picture nor a video")
    return probe(path, mime)


def is_whole(path: Path, mime: str) -> bool:
    """Whether the file is as long as it says: cut short between two frames, it decodes without an error."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if mime in ("video/webm", "video/x-matroska"):
            return _element_end(file) <= size
        end, names = 0, set[bytes]()
        for _ in range(_MOST_BOXES):
            if end >= size:
                return end == size
            file.seek(end)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if head[4:8] not in _BOXES and not 8 <= length <= size - end:
                return _is_stray(head, names)
            names.add(head[4:8])
            if length < 8:
                # 0 is the last box, which ends with the file; anything else is padding behind it.
                return True
            end += length
    return False


def _is_stray(head: bytes, names: set[bytes]) -> bool:
    """Whether bytes that are no box lie behind a whole file: a line end, a boundary, a tag. Too few to name a
    box, they may be the start of another fragment, which begins with a length and so with 0."""
    begun = len(head) < 8 and b"moof" in names and head.startswith(b"\0")
    return b"moov" in names and not names.isdisjoint((b"mdat", b"moof")) and not begun


def _element_end(file: BinaryIO) -> int:
    """Where the second element of a Matroska file ends, which holds all but the header."""
    end = 0
    for _ in range(2):
        file.seek(end)
        head = file.read(12)
        # The number of leading zeros tells how many bytes a length has; all ones stand for unknown.
        width = 9 - head[4].bit_length() if len(head) == 12 else 9
        if width > 8:
            return sys.maxsize
        length = int.from_bytes(head[4 : 4 + width], "big") & ((1 << 7 * width) - 1)
        unknown = length == (1 << 7 * width) - 1
        end += 4 + width + (0 if unknown else length)
    return end


def _decoded(container: InputContainer, stated: int) -> tuple[dict[str, int | Fraction], Seen]:
    """Size as shown, number and rate of the frames that were decoded, and what they show."""
    stream = container.streams.video[0]
    # One thread: the queue starts as many encodes as there are cores. Damage is an error, not a guess.
    stream.thread_type = "NONE"
    stream.codec_context.options = {"err_detect": "explode"}
    first, times, watcher = None, list[int](), Watcher()
    for frame in container.decode(stream):
        first = first or frame
        _check(frame, first)
        times.append(frame.pts or 0)
        watcher.look(frame)
    if first is None or len(times) != stated:
        raise Unreadable(f"{len(times)} of {stated} frames can be decoded")
    form, rate = form_of(stream, first), _rate(stream, times)
    seen = Seen(form=form, constant_rate=_constant(times), ends=ends_of(watcher.glances, rate))
    return {"width": form.width, "height": form.height, "frames": len(times), "fps": rate}, seen


def _check(frame: VideoFrame, first: VideoFrame) -> None:
    if frame.is_corrupt:
        raise Unreadable("a frame is damaged")
    if (frame.width, frame.height) != (first.width, first.height):
        raise Unreadable("the pictures change their size on the way")


def _rate(stream: VideoStream, times: Sequence[int]) -> Fraction:
    """The stated average, which is exact where frames follow at one rate; else what the frames' times say."""
    stated = stream.average_rate or stream.guessed_rate
    span = (max(times) - times[0]) * (stream.time_base or Fraction(0))
    if span <= 0:
        if not stated:
            raise Unreadable("a video without a rate")
        return stated
    measured = (len(times) - 1) / span
    if stated and abs(stated / measured - 1) <= _SAME_RATE:
        return stated
    return measured.limit_denominator(1001)


def _constant(times: Sequence[int]) -> bool:
    """Whether each frame is where counting at one rate would put it."""
    step = (times[-1] - times[0]) / max(1, len(times) - 1)
    return step <= 0 or all(
        abs(time - times[0] - n * step) < _IN_PLACE * step for n, time in enumerate(times)
    )


def _samples(container: InputContainer) -> int | None:
    """Decodes the sound; a damaged one is a damaged transfer, though the film will not use it."""
    if not container.streams.audio:
        return None
    seconds = sum(
        (Fraction(frame.samples, frame.sample_rate) for frame in container.decode(audio=0)), Fraction(0)
    )
    stream = container.streams.audio[0]
    if stream.duration and stream.time_base:
        # Encoders fill their last packet up; where the file says how much of it is meant, the rest is not.
        seconds = min(seconds, stream.duration * stream.time_base)
    return round(seconds * 48_000) or None


# ---- words and sound -----------------------------------------------------------------------------


def _answer(path: Path) -> Media:
    data = path.read_bytes() if path.stat().st_size <= _LONGEST_ANSWER else b""
    if not data:
        raise Unreadable(f"an answer has 1 to {_LONGEST_ANSWER:,} bytes")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the answer is no JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the answer is no JSON object")
    digest = hashlib.sha256(data).hexdigest()
    return Media(mime="application/json", bytes=len(data), sha256=digest)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _sound(path: Path, start: bytes) -> Media:
    wave = start[:4] == b"RIFF" and start[8:12] == b"WAVE"
    if not wave and start[4:8] != b"ftyp":
        _refuse("WAV or AAC sound", start)
    # A WAV file says how long it is in its first bytes.
    if wave and int.from_bytes(start[4:8], "little") + 8 > path.stat().st_size:
        raise Unreadable(f"{path.name} is cut short")
    facts = probe(path, "audio/wav" if wave else "audio/mp4")
    try:
        with opened(path, facts.mime) as container:
            _samples(container)
    except BROKEN as error:
        raise Unreadable(f"{path.name} is broken inside") from error
    return facts
