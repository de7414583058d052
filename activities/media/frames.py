"""Knows how to take one exact frame out of a video file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream
from numpy.typing import NDArray

from activities.media import ffmpeg
from activities.media.probe import Unreadable, opened

Picture = NDArray[np.uint8]

# The weights of red and blue in luma, and the H.264 numbers of the matrices that are BT.601.
_BT709, _BT601 = (0.2126, 0.0722), (0.299, 0.114)
_SAYS_BT601 = (5, 6)
#: The H.264 number of a matrix left open.
UNSAID = 2


def last_frame(path: Path, out: Path) -> None:
    """Write the last frame that is shown, as PNG. Raises `Unreadable`."""
    _save(last_picture(path), out)


def frame_at(path: Path, index: int, out: Path) -> None:
    """Write frame `index` in order of showing, counted from 0, as PNG. Raises `Unreadable`, `IndexError`."""
    with _video(path) as container:
        for frame in itertools.islice(_decoded(container), index, None):
            return _save(_rgb(frame), out)
    raise IndexError(f"frame {index} of {path.name}")


def first_picture(path: Path, size: tuple[int, int] | None = None) -> Picture:
    """The first frame: RGB, height x width x 3, 8 bits; `size` is width and height. Raises `Unreadable`."""
    with _video(path) as container:
        for frame in _decoded(container):
            return _rgb(frame, size)
    raise Unreadable(f"{path.name} has no frame")


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
        return _rgb(last, size)


def shape(path: Path) -> tuple[int, int, Fraction]:
    """Width and height as shown, and how wide a pixel is for its height. Raises `Unreadable`."""
    with _video(path) as container:
        stream = container.streams.video[0]
        width, height = stream.codec_context.width, stream.codec_context.height
        if not width * height:
            raise Unreadable(f"{path.name} has pictures of {width} x {height}")
        # 0 stands for unsaid, which means square.
        pixel = stream.sample_aspect_ratio or Fraction(1)
        # Only a frame tells how it is turned; one that is broken is for whoever decodes them all.
        with suppress(Unreadable):
            first = next(_decoded(container), None)
            if first is not None and _turns(first) % 2:
                return height, width, 1 / pixel
        return width, height, pixel


def _turns(frame: VideoFrame) -> int:
    """Quarter turns to the left, 0 to 3, that the file asks for."""
    return round(frame.rotation / 90) % 4


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


def _rgb(frame: VideoFrame, size: tuple[int, int] | None = None) -> Picture:
    """Rounded, where the converter of ffmpeg rounds down: a chain of chunks, each begun from the last frame
    of the one before, would darken by a level at every link. Turned as the file asks to be shown, which is
    what ffmpeg does in every graph."""
    turns = _turns(frame)
    width, height = (size[::-1] if turns % 2 else size) if size else (frame.width, frame.height)
    full = frame.reformat(
        width=width, height=height, format="yuv444p", interpolation="AREA" if size else "BICUBIC"
    )
    planes = full.to_ndarray().astype(np.float32)
    whole_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    luma = planes[0] if whole_range else (planes[0] - 16) * (255 / 219)
    blue, red = (planes[1:] - 128) * (2.0 if whole_range else 2 * 255 / 224)
    # Models mostly leave the matrix unsaid, and mean BT.709.
    kr, kb = _BT601 if frame.colorspace in _SAYS_BT601 else _BT709
    r, b = luma + (1 - kr) * red, luma + (1 - kb) * blue
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    picture = np.asarray(np.stack([r, g, b], axis=-1).round().clip(0, 255), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def _save(picture: Picture, out: Path) -> None:
    # Level 1: the picture is fetched once or twice, and a higher level costs more than it saves.
    done, data = cv2.imencode(".png", picture[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise Unreadable(f"{out.name} cannot be written as PNG")
    part = out.with_name(f"{out.name}.part")
    part.write_bytes(data.tobytes())
    part.replace(out)
