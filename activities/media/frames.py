"""Knows how to take the first and the exact last frame out of a video file, and in what form it is."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from activities.media import ffmpeg
from activities.media.film_form import Picture, foreign_rgb
from activities.media.form import WEIGHTS, Form, form_of
from activities.media.probing import Unreadable, count_frames, opened

# Finer than any chunk; as an array its planes come last.
_DEEP = "yuv444p16le"


def last_frame(path: Path, out: Path) -> None:
    """Write the last frame that is shown, as PNG. Raises `Unreadable`."""
    _save(last_picture(path), out)


def first_picture(path: Path, size: tuple[int, int] | None = None) -> Picture:
    """The first frame: RGB, height x width x 3, 8 bits; `size` is width and height. Raises `Unreadable`."""
    with _video(path) as container:
        for frame in _decoded(container):
            return _rgb(container, frame, size)
    raise Unreadable(f"{path.name} has no frame")


def first_pictures(path: Path, count: int, size: tuple[int, int]) -> list[Picture]:
    """The first `count` frames, or as many as there are, each as `first_picture`. Raises `Unreadable`."""
    with _video(path) as container:
        return [_rgb(container, frame, size) for frame in itertools.islice(_decoded(container), count)]


def pictures_over(path: Path, count: int, size: tuple[int, int]) -> list[Picture]:
    """So many frames, or as many as there are, evenly over all of it, its first and last among them, each as
    `first_picture`. Raises `Unreadable`."""
    frames = count_frames(path)
    wanted = {round(number * (frames - 1) / (count - 1)) for number in range(count)}
    with _video(path) as container:
        found = enumerate(_decoded(container))
        pictures = [_rgb(container, frame, size) for number, frame in found if number in wanted]
    if not pictures:
        raise Unreadable(f"{path.name} has no frame")
    return pictures


def picture_at(path: Path, number: int, size: tuple[int, int]) -> Picture:
    """The frame of that number, from 0, or the last of a shorter file, as `first_picture`. Raises
    `Unreadable`."""
    with _video(path) as container:
        # Those before it are decoded, and no more: making pictures of them costs five times as much.
        found = collections.deque(itertools.islice(_decoded(container), number + 1), maxlen=1)
        if found:
            return _rgb(container, found[0], size)
    raise Unreadable(f"{path.name} has no frame")


def last_pictures(path: Path, count: int, size: tuple[int, int]) -> list[Picture]:
    """The last `count` frames, or as many as there are, in their order, each as `first_picture`; found by
    decoding from a key frame before them. Raises `Unreadable`."""
    with _video(path) as container:
        stream = container.streams.video[0]
        last = collections.deque[VideoFrame](maxlen=count)
        near = 0
        if stream.duration and stream.average_rate and stream.time_base:
            # Twice as far back: timestamps that were written carelessly are seldom worse.
            back = int(2 * count / (stream.average_rate * stream.time_base))
            near = stream.duration + (stream.start_time or 0) - back
            container.seek(max(0, near), stream=stream, backward=True)
            # Until then, frames that no other needs are not looked at: half the cost.
            stream.codec_context.skip_frame = "NONREF"
        for frame in _decoded(container):
            if (frame.pts or 0) >= near:
                stream.codec_context.skip_frame = "DEFAULT"
            last.append(frame)
        return [_rgb(container, frame, size) for frame in last]


def last_picture(path: Path, size: tuple[int, int] | None = None, nearly: bool = False) -> Picture:
    """The last frame, as `first_picture`; found by decoding from the last key frame to the end.

    `nearly` skips frames that no other needs, which halves the cost and may end a frame early.
    """
    with _video(path) as container:
        stream = container.streams.video[0]
        if stream.duration:
            container.seek(stream.duration + (stream.start_time or 0), stream=stream, backward=True)
        if nearly:
            stream.codec_context.skip_frame = "NONREF"
        last: VideoFrame | None = None
        for frame in _decoded(container):
            if last is None or (frame.pts or 0) >= (last.pts or 0):
                last = frame
        if last is None:
            raise Unreadable(f"{path.name} has no frame")
        return _rgb(container, last, size)


def form(path: Path) -> Form:
    """In what form the video is. Raises `Unreadable`."""
    with _video(path) as container:
        first = None
        # Only a frame tells how it is turned; one that is broken is for whoever decodes them all.
        with suppress(Unreadable):
            first = next(_decoded(container), None)
        found = form_of(container.streams.video[0], first)
        if not found.width * found.height:
            raise Unreadable(f"{path.name} has pictures of {found.width} x {found.height}")
        return found


def _video(path: Path) -> InputContainer:
    container = opened(path, formats=ffmpeg.FORMATS)
    if not container.streams.video:
        container.close()
        raise Unreadable(f"no video in {path.name}")
    stream: VideoStream = container.streams.video[0]
    if stream.codec_context.width * stream.codec_context.height > ffmpeg.MAX_PIXELS:
        container.close()
        raise Unreadable(f"{path.name} has pictures of more than {ffmpeg.MAX_PIXELS} pixels")
    # One thread: the queue starts as many encodes as there are cores.
    stream.thread_type = "NONE"
    return container


def _decoded(container: InputContainer) -> Iterator[VideoFrame]:
    try:
        yield from container.decode(container.streams.video[0])
    except av.error.FFmpegError as error:
        raise Unreadable("broken video") from error


def _rgb(container: InputContainer, frame: VideoFrame, size: tuple[int, int] | None = None) -> Picture:
    """In the film's colours, rounded, where the converter of ffmpeg rounds down: a chain of chunks, each
    begun from the last frame of the one before, would darken by a level at every link. Turned as the file
    asks to be shown, which is what ffmpeg does in every graph."""
    stated = form_of(container.streams.video[0], frame)
    width, height = (size[::-1] if stated.turns % 2 else size) if size else (frame.width, frame.height)
    how = "AREA" if size else "BICUBIC"
    if stated.is_foreign:
        picture = foreign_rgb(frame.reformat(width=width, height=height, interpolation=how), stated)
    else:
        full = frame.reformat(
            width=width,
            height=height,
            format="yuv444p" if stated.depth == 8 else _DEEP,
            interpolation=how,
        )
        planes = full.to_ndarray()
        picture = _as_rgb(planes if stated.depth == 8 else np.moveaxis(planes, -1, 0), stated)
    return np.ascontiguousarray(np.rot90(picture, stated.turns)) if stated.turns else picture


def _as_rgb(planes: NDArray[Any], form: Form) -> Picture:
    """Luma and chroma of BT.709's primaries, whatever their matrix, range and depth, as RGB."""
    # Full range ends at the last number that there is, limited range at a multiple of what it has in 8 bits.
    step = 1 if form.depth == 8 else 257 if form.full_range else 256
    levels = planes.astype(np.float32) / step
    luma = levels[0] if form.full_range else (levels[0] - 16) * (255 / 219)
    blue, red = (levels[1:] - 128) * (2.0 if form.full_range else 2 * 255 / 224)
    kr, kb = WEIGHTS[form.meant_matrix]
    r, b = luma + (1 - kr) * red, luma + (1 - kb) * blue
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return np.asarray(np.stack([r, g, b], axis=-1).round().clip(0, 255), dtype=np.uint8)


def _save(picture: Picture, out: Path) -> None:
    # Level 1: the picture is fetched once or twice, and a higher level costs more than it saves.
    done, data = cv2.imencode(".png", picture[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise Unreadable(f"{out.name} cannot be written as PNG")
    part = out.with_name(f"{out.name}.part")
    part.write_bytes(data.tobytes())
    part.replace(out)
