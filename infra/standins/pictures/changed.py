"""Files that are there, changed: a picture or a video made larger, a picture without its background."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

import av
import cv2
import numpy as np
from av.container import InputContainer, OutputContainer
from PIL import Image

from infra.standins.pictures.arrays import Array, Pixels, f32, u8
from infra.standins.spec import Spec

# What is in front is looked for in a picture of this size, (pixels of its long side).
_LOOKED_AT = 256
# Of each side: what a picture is of seldom reaches its edge.
_MARGIN = 0.04
_ROUNDS = 3
BROKEN = (OSError, ValueError, SyntaxError, av.error.FFmpegError)


class Held(NamedTuple):
    """What a file holds; of a picture one frame."""

    width: int
    height: int
    frames: int = 1
    fps: Fraction = Fraction(24)


def held(data: bytes, role: Literal["image", "video"]) -> Held:
    """Raises one of `BROKEN` for what is no picture, or no video."""
    if role == "image":
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return Held(*picture.size)
    with _opened(data) as container:
        stream = container.streams.video[0]
        counted = sum(bool(packet.size) for packet in container.demux(stream))
        return Held(stream.width, stream.height, counted, Fraction(stream.average_rate or 24))


def _opened(data: bytes) -> InputContainer:
    return av.open(io.BytesIO(data), "r")


def picture_of(spec: Spec) -> Pixels:
    """The picture that it gives, (height, width, 3 or 4), BGR."""
    picture = cv2.imdecode(np.frombuffer(spec.inputs["image"], np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("this is no image")
    size = (spec.width, spec.height)
    if spec.task == "cut_out":
        made = np.dstack([picture, _in_front(u8(picture))])
        return u8(made if made.shape[1::-1] == size else cv2.resize(made, size))
    larger = cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4)
    # As they do: crisper than what it was made from.
    soft = cv2.GaussianBlur(larger, (0, 0), 1.2)
    return u8(cv2.addWeighted(larger, 1.4, soft, -0.4, 0))


def _in_front(picture: Pixels) -> Pixels:
    """How opaque each pixel is, 0 to 255: what differs from what lies along the edges."""
    height, width = picture.shape[:2]
    scale = min(1.0, _LOOKED_AT / max(height, width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tall, wide = small.shape[:2]
    x, y = max(1, int(wide * _MARGIN)), max(1, int(tall * _MARGIN))
    mask, back, front = np.zeros((tall, wide), np.uint8), np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    if small.std() > 1:
        box = (x, y, wide - 2 * x, tall - 2 * y)
        cv2.grabCut(small, mask, box, back, front, _ROUNDS, cv2.GC_INIT_WITH_RECT)
    shown = _largest(u8(np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)))) * 255
    large = cv2.resize(cv2.GaussianBlur(shown, (0, 0), 1.0), (width, height), interpolation=cv2.INTER_LINEAR)
    return u8(np.clip(np.round(large), 0, 255))


def _largest(mask: Pixels) -> Array:
    """The largest of its patches, 0 or 1: what lies about beside it is of the background."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return f32(labels == 1 + int(areas.argmax())) if len(areas) else f32(mask)


def enlarged(spec: Spec, path: Path) -> None:
    """Writes the video of a spec in its size: H.264 in an mp4, frame by frame, with the sound that it has."""
    with (
        _opened(spec.inputs["video"]) as given,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        _pictures(given, out, spec)
    if _sounds(spec.inputs["video"]):
        _with_sound(spec.inputs["video"], path)


def _pictures(given: InputContainer, out: OutputContainer, spec: Spec) -> None:
    source = given.streams.video[0]
    video = out.add_stream("libx264", rate=spec.fps)
    video.width, video.height, video.pix_fmt = spec.width, spec.height, "yuv420p"
    video.options = {"preset": "ultrafast", "crf": "17", "threads": "1"}
    for name in ("colorspace", "color_primaries", "color_trc", "color_range"):
        setattr(video.codec_context, name, getattr(source.codec_context, name))
    for number, frame in enumerate(given.decode(source)):
        larger = frame.reformat(spec.width, spec.height, "yuv420p", interpolation="LANCZOS")
        larger.pts, larger.time_base = number, 1 / Fraction(spec.fps)
        out.mux(video.encode(larger))
    out.mux(video.encode())


def _sounds(data: bytes) -> bool:
    with _opened(data) as container:
        return bool(container.streams.audio)


def _with_sound(data: bytes, path: Path) -> None:
    """Puts the sound of a video beside the pictures of a file, packet by packet."""
    whole = path.with_name(f"{path.name}.whole")
    with (
        _opened(path.read_bytes()) as shown,
        _opened(data) as heard,
        av.open(str(whole), "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        streams = [shown.streams.video[0], heard.streams.audio[0]]
        copies = [out.add_stream_from_template(stream) for stream in streams]
        for container, stream, copy in zip((shown, heard), streams, copies, strict=True):
            for packet in container.demux(stream):
                if packet.dts is not None:
                    packet.stream = copy
                    out.mux(packet)
    whole.replace(path)
