"""Knows the facts of a media file: what it really holds, counted, never what it or its maker promises."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from PIL import Image

from activities.media.ffmpeg import MAX_PIXELS
from workflows.studio import Media

_MOV = "mov,mp4,m4a,3gp,3g2,mj2"
_MATROSKA = "matroska,webm"
#: The demuxers that a type of file may be read with; a playlist or a script is none of them.
_DEMUXERS = {
    "video/mp4": _MOV,
    "video/quicktime": _MOV,
    "audio/mp4": _MOV,
    "video/webm": _MATROSKA,
    "video/x-matroska": _MATROSKA,
    "audio/wav": "wav",
}
_IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
# Two hours at 30 frames a second: far beyond any chunk or film, and still counted in a second.
_MAX_FRAMES = 216_000
#: What reading a broken file raises: some of ffmpeg's errors, such as an end that comes too soon, are neither
#: of the two that most of them are.
BROKEN = (OSError, ValueError, av.error.FFmpegError)


class Unreadable(Exception):
    """A file is not what it should be: another type, cut short, empty, or too large to be opened.

    Never worth reading again; worth fetching or making again once, for a transfer may have been cut.
    """


class WrongLength(Exception):
    """A file has another number of frames than was planned for it. Never worth a retry: the plan, or the
    file, has to change."""


def probe(path: Path, mime: str) -> Media:
    """Size, hash and the measured facts of a local file of type `mime` (`video/mp4`, `image/png`, …).

    Frames are counted packet by packet, without decoding; the rate is exact. `samples` is the true length
    of the sound at 48 kHz, without the encoder's padding. Raises `Unreadable`.
    """
    size, digest = _hash(path)
    facts: dict[str, int | Fraction | None]
    if mime in _IMAGES:
        facts = _image(path, _IMAGES[mime])
    else:
        with opened(path, mime) as container:
            facts = _sound(container) if mime.startswith("audio/") else _video(container)
    return Media.model_validate({"mime": mime, "bytes": size, "sha256": digest, **facts})


def opened(path: Path, mime: str = "video/mp4", formats: str | None = None) -> InputContainer:
    """The file, open for reading by its path with only the demuxers of its type. Raises `Unreadable`."""
    if formats is None and mime not in _DEMUXERS:
        raise Unreadable(f"{path.name}: files of type {mime} are not read here")
    allowed = formats or _DEMUXERS[mime]
    try:
        # By path and with both lists: given a file object and no lists, PyAV follows a playlist's addresses.
        container = av.open(
            f"file:{path.absolute()}",
            options={"protocol_whitelist": "file", "format_whitelist": allowed},
        )
    except BROKEN as error:
        raise Unreadable(f"{path.name} is not {mime}, or broken") from error
    streams = container.streams
    # PyAV types it as always there; it is None where the codec has no decoder.
    if any(getattr(one, "codec_context", None) is None for one in (*streams.video[:1], *streams.audio[:1])):
        container.close()
        raise Unreadable(f"{path.name} is of a codec that nothing here reads, or broken")
    return container


def count_frames(path: Path) -> int:
    """The frames of a video file of ours, in the containers that chunks and pieces have."""
    with opened(path, formats=f"{_MOV},{_MATROSKA}") as container:
        return _count(container)


def frame_times(path: Path) -> list[Fraction]:
    """When each frame of a video is shown, in seconds by its own clock, in order. Raises `Unreadable`."""
    with opened(path, formats=f"{_MOV},{_MATROSKA}") as container:
        stream = container.streams.video[0]
        try:
            packets = [packet for packet in container.demux(stream) if packet.size and not packet.is_discard]
        except BROKEN as error:
            raise Unreadable(f"{path.name} is broken") from error
        return sorted((packet.pts or 0) * (packet.time_base or Fraction(0)) for packet in packets)


def what_is_shown(path: Path) -> tuple[int, int, Fraction]:
    """Width, height and seconds from the first frame of a video to its last, as a player shows it: what a
    WebM says of its size and rate is its maker's word. Raises `Unreadable`."""
    times = frame_times(path)
    try:
        with opened(path, formats=f"{_MOV},{_MATROSKA}") as container:
            shown = next(container.decode(video=0), None)
    except BROKEN as error:
        raise Unreadable(f"{path.name} is broken") from error
    if shown is None:
        raise Unreadable(f"{path.name} shows no picture")
    return shown.width, shown.height, times[-1] - times[0]


def _hash(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read") from error
    if not size:
        raise Unreadable(f"{path.name} is empty")
    return size, digest


def _image(path: Path, kind: str) -> dict[str, int | Fraction | None]:
    try:
        with Image.open(path, formats=(kind,)) as image:
            width, height = image.size
            # The size stands in the header: a bomb is refused before anything is decoded.
            if width * height > MAX_PIXELS:
                raise Unreadable(f"{path.name} has {width} x {height} pixels, more than {MAX_PIXELS}")
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(f"{path.name} is not a whole {kind} image") from error
    return {"width": width, "height": height}


def _video(container: InputContainer) -> dict[str, int | Fraction | None]:
    frames = _count(container)
    stream = container.streams.video[0]
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < width * height <= MAX_PIXELS:
        raise Unreadable(f"pictures of {width} x {height} pixels")
    # The average is frames by time, exact for a constant rate; a single frame may carry only the guess.
    fps = stream.average_rate or stream.guessed_rate
    return {"width": width, "height": height, "frames": frames, "fps": fps}


def _count(container: InputContainer) -> int:
    if not container.streams.video:
        raise Unreadable("no video in the file")
    stream, frames, found = container.streams.video[0], 0, 0
    try:
        for packet in container.demux(stream):
            found += bool(packet.size)
            # An edit list hides frames that others are decoded from.
            frames += bool(packet.size and not packet.is_discard)
            if frames > _MAX_FRAMES:
                raise Unreadable(f"more than {_MAX_FRAMES} frames")
    except BROKEN as error:
        raise Unreadable(f"broken after {frames} frames") from error
    # An mp4 states its frames up front, so one that was cut short shows here.
    if not frames or found < stream.frames:
        raise Unreadable(f"cut short: {found} of {stream.frames} frames")
    return frames


def _sound(container: InputContainer) -> dict[str, int | Fraction | None]:
    if not container.streams.audio:
        raise Unreadable("no sound in the file")
    stream = container.streams.audio[0]
    if stream.duration is None or stream.time_base is None:
        raise Unreadable("sound without a stated length")
    end = 0
    try:
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None:
                end = max(end, packet.pts + (packet.duration or 0))
    except BROKEN as error:
        raise Unreadable("broken sound") from error
    if end < stream.duration:
        raise Unreadable(f"sound cut short: {end} of {stream.duration} ticks")
    return {"samples": round(stream.duration * stream.time_base * 48_000)}
