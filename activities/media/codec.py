"""Knows how pictures are encoded: one setting for what is delivered, one lossless for what is joined."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from typing import Any

from activities.media import ffmpeg

Options = dict[str, str | int]

#: Raise it whenever the same chunks would give other pictures: other looks, smoothing, fades or matching of
#: colour, none of which stands in a recipe by itself. A test sees the change, and asks for it.
REVISION = 3

# veryfast: the knee of the curve. superfast makes larger files, medium costs more than twice the time.
_PRESET = "veryfast"
# 18 is where x264 is commonly taken to be visually lossless; a film is watched, not archived.
_CRF = 18
# Makes the headers equal across pieces, whatever their rate control did.
_X264 = "stitchable=1"
#: How x264 looks for what moved where a program drew it: flat colour and soft light on a steady path need no
#: finer search. 5 s at 720p take 1.1 s of a core instead of 1.8 so, without smoothing, and a quarter more
#: bytes, at the same likeness. The headers are the same: both are joined by copying.
DRAWN = "subme=1:partitions=none"


def tagged(stream: Any) -> Any:
    """The end of every graph whose pieces are joined: pictures that are BT.709 already say so, and nothing
    else. The encoder writes its headers from what the first frame carries, not from its options, so whatever
    a model said of its file would make the headers of this piece differ from all others."""
    stream = stream.filter("format", "yuv420p").filter("sidedata", mode="delete")
    return stream.filter(
        "setparams",
        field_mode="prog",
        range="limited",
        color_primaries="bt709",
        color_trc="bt709",
        colorspace="bt709",
        chroma_location="left",
    )


def final(fps: int, drawn: bool = False) -> Options:
    """Bodies and transitions, as `.mp4`: they are joined by copying packets, so all are made with this.
    `drawn`: a program drew what they show.

    One thread. The time scale gives each frame 1000 ticks; frames are passed on as the graph made them.
    """
    return {
        "vcodec": "libx264",
        "preset": _PRESET,
        "crf": _CRF,
        "pix_fmt": "yuv420p",
        "x264-params": f"{_X264}:{DRAWN}" if drawn else _X264,
        "threads": 1,
        "fps_mode": "passthrough",
        "video_track_timescale": fps * 1000,
        "map_metadata": -1,
        "f": "mp4",
    }


def lossless() -> Options:
    """Heads and tails, as `.mkv`: bit-exact, decoded once, then thrown away.

    Ut Video, because it costs least: of 24 frames at 720p it encodes in 0.08 s and decodes in 0.05 s, where
    x264 at quantiser 0 (ultrafast) takes 0.2 and 0.25 and FFV1 0.6 and 0.7, to save 13 and 27 % of the size.
    """
    return {
        "vcodec": "utvideo",
        "pix_fmt": "yuv420p",
        "threads": 1,
        "fps_mode": "passthrough",
        "map_metadata": -1,
        "f": "matroska",
    }


@cache
def engine() -> str:
    """Whose pictures, by which encoder with which parameters; part of every recipe whose pieces are joined.

    Costs about 0.1 s, once a process. Raises `ffmpeg.EncodeFailed` where ffmpeg does not run.
    """
    asked = "color=black:size=64x64,format=yuv420p"
    # x264 writes its version into the first frame that it makes, and nowhere else.
    command = [ffmpeg.executable(), "-hide_banner", "-nostdin", "-f", "lavfi", "-i", asked, "-frames:v", "1"]
    command += ["-vcodec", "libx264", "-f", "h264", "pipe:1"]
    # One frame takes a tenth of a second; a minute allows for a disk that has yet to read the program.
    made = subprocess.run(command, capture_output=True, timeout=60, check=False)
    x264 = re.search(rb"x264 - core (\d+)(?: r(\w+))?", made.stdout)
    if made.returncode or x264 is None:
        raise ffmpeg.EncodeFailed("ffmpeg cannot encode with x264")
    core = x264[1].decode() + (f".{x264[2].decode()}" if x264[2] else "")
    parameters = f"{_PRESET} crf={_CRF} {_X264} yuv420p bt709 threads=1"
    return f"reelwright {REVISION}, ffmpeg {ffmpeg.version()}, x264 {core} {parameters}"
