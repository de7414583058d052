"""Knows how to make a chunk in any form that a model might return, of pictures whose colours are known.

Each picture is a row of 16 fields that say its number (`media_clips`) above a row of plain patches; what is
made of it is upright in the end, whatever the file says of its rotation.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from activities.media.ffmpeg import executable
from tests.support.media_clips import BITS
from workflows.studio.facts import FrameFormat

FILM = FrameFormat(width=192, height=108, fps=24)
#: As RGB. None is at the edge of what BT.709 shows, where conversions differ in what they cut off, nor
#: brighter than what HDR shows as SDR does.
PATCHES = ((200, 60, 50), (70, 180, 90), (60, 80, 190), (128, 128, 128), (30, 34, 40), (226, 226, 226))

#: Primaries, transfer and matrix as zimg and as `setparams` call them, by what people call it. Untagged is
#: BT.709 that does not say so.
COLOURS: dict[str, tuple[str, str, str]] = {
    "untagged": ("bt709", "bt709", "bt709"),
    "709": ("bt709", "bt709", "bt709"),
    "601-525": ("smpte170m", "smpte170m", "smpte170m"),
    "601-625": ("bt470bg", "bt709", "bt470bg"),
    "srgb": ("bt709", "iec61966-2-1", "bt709"),
    "2020": ("bt2020", "bt2020-10", "bt2020nc"),
    "p3": ("smpte432", "bt709", "bt709"),
    "pq": ("bt2020", "smpte2084", "bt2020nc"),
    "hlg": ("bt2020", "arib-std-b67", "bt2020nc"),
}
HDR = ("pq", "hlg")
SLOWED_FROM = 8


@dataclass(frozen=True)
class Made:
    """A form that a chunk is made in. `size` is that of the coded picture, before it is turned (degrees to
    the left); `pixel` how wide a coded pixel is for its height. `slowed`: from its eighth frame on, each is
    shown for as long as three. `fades`: so many frames at its end go to black."""

    colours: str = "709"
    full: bool = False
    chroma: str = "420"
    depth: int = 8
    size: tuple[int, int] = (192, 108)
    pixel: Fraction = Fraction(1)
    turned: int = 0
    rate: Fraction = Fraction(24)
    slowed: bool = False
    fades: int = 0

    def time(self, n: int) -> Fraction:
        """When frame `n` is shown, in seconds."""
        return (n + 2 * max(0, n - SLOWED_FROM) * self.slowed) / self.rate


def picture(number: int, width: int, height: int) -> NDArray[np.uint8]:
    frame = np.empty((height, width, 3), np.uint8)
    columns = np.arange(width)
    bits = np.array([number >> bit & 1 for bit in range(BITS)])
    frame[: height // 4] = (bits[columns * BITS // width] * 200 + 26)[None, :, None]
    frame[height // 4 :] = np.array(PATCHES)[columns * len(PATCHES) // width]
    return frame


def made(path: Path, numbers: Sequence[int], form: Made) -> Path:
    """A chunk in H.264 that shows `numbers`."""
    width, height = form.size
    turns = form.turned // 90
    shown = (height, width) if turns % 2 else (width, height)
    frames = b"".join(np.rot90(picture(n, *shown), -turns).tobytes() for n in numbers)
    primaries, transfer, matrix = COLOURS[form.colours]
    range_ = "full" if form.full else "limited"
    pixels = f"yuv{form.chroma}p" + ("10le" if form.depth == 10 else "")
    # Every curve of SDR is shown as one.
    curve = transfer if form.colours in HDR else "bt709"
    graph = f"fade=out:{len(numbers) - form.fades}:{form.fades - 1}," if form.fades else ""
    graph += f"zscale=pin=709:tin=709:min=gbr:rin=full:p={primaries}:t={curve}:m={matrix}:r={range_}"
    graph += f":npl=203:agamma=0:f=bicubic,format={pixels},setsar={form.pixel}"
    tags = ("unknown",) * 3 if form.colours == "untagged" else (primaries, transfer, matrix)
    graph += ",setparams=color_primaries={}:color_trc={}:colorspace={}".format(*tags)
    graph += f":range={'pc' if form.full else 'tv'}"
    if form.slowed:
        graph += f",setpts=(N+2*max(0\\,N-{SLOWED_FROM}))/({form.rate}*TB)"
    command = [executable(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{width}x{height}", "-r", str(form.rate), "-i", "-", "-vf", graph]
    command += [
        "-fps_mode",
        "passthrough",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-bf",
        "2",
        "-crf",
        "6",
        "-threads",
        "1",
    ]
    upright = path if not turns else path.with_name(f"upright-{path.name}")
    subprocess.run([*command, str(upright)], input=frames, check=True)
    if turns:
        turn = [executable(), "-v", "error", "-y", "-display_rotation", str(form.turned), "-i", str(upright)]
        subprocess.run([*turn, "-c", "copy", str(path)], check=True)
    return path


def off(path: Path, index: int = 0) -> float:
    """By how many levels of luma or chroma, at most, the patches of a BT.709 file are not what they were."""
    with av.open(str(path)) as container:
        frame = next(f for n, f in enumerate(container.decode(video=0)) if n == index)
    planes = frame.reformat(format="yuv444p").to_ndarray().astype(np.float64)
    height, width = planes.shape[1:]
    across, down = width // len(PATCHES), slice(height // 2, height * 9 // 10)
    worst = 0.0
    for n, colour in enumerate(PATCHES):
        inside = planes[:, down, n * across + across // 3 : n * across + across * 2 // 3]
        worst = max(worst, float(abs(inside.mean(axis=(1, 2)) - bt709(colour)).max()))
    return worst


def bt709(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """Luma and the two chromas, limited range, by the text of the standard."""
    r, g, b = (value / 255 for value in colour)
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return np.array([16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748])


def headers(path: Path) -> tuple[object, ...]:
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        tags = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        return *map(int, tags), context.extradata
