"""Knows how pictures that change now and then are laid over a stream, and how the stream under them is seen.

Both belong to the one pass that encodes it: what lies under type is measured on the very frames it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import ffmpeg as graph
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from activities.media import ffmpeg
from activities.media.film_form import Picture

#: Pictures a second that are looked at, and their short side: type stands for seconds, and its strokes are
#: wider than the three pixels of 720p that become one.
LOOKS_PER_S, LOOK_SIDE = 4, 240


@dataclass(frozen=True)
class Overlay:
    """A video of `write_overlay`, stretched to an even `width` and `height`, its left top corner at `x`, `y`,
    both even; over the frames from `since` until before `until`."""

    path: Path
    x: int
    y: int
    width: int
    height: int
    since: int
    until: int


class Lettering(Protocol):
    """Draws over footage of which it sees a few pictures: RGB, of `look_size`."""

    def draw(self, seen: Sequence[Picture], whole: bool) -> Sequence[Overlay]:
        """Draws for this ground; `whole` where no more of it is to come."""

    def reads_on(self, seen: Sequence[Picture]) -> bool:
        """Whether what was drawn last reads on this ground as well."""


def write_overlay(pictures: Sequence[tuple[int, NDArray[np.uint8]]], path: Path, fps: int) -> None:
    """Writes straight RGBA pictures of one size and even sides, each shown from its frame on, as a .mov."""
    rows, columns = pictures[0][1].shape[:2]
    options = {"video_track_timescale": str(fps * 1000)}
    with av.open(str(path.absolute()), "w", format="mov", options=options) as file:
        stream = file.add_stream("png", rate=fps)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = columns, rows, "rgba"
        for frame, pixels in pictures:
            picture = VideoFrame.from_ndarray(pixels, format="rgba")
            picture.pts, picture.time_base = frame, Fraction(1, fps)
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))


def laid(stream: Any, overlays: Sequence[Overlay], fps: int) -> Any:
    """The overlays on a stream whose frame n is shown at n / fps, one over the other."""
    for overlay in overlays:
        over = ffmpeg.source(overlay.path).video
        # The converter's own matrix for RGB would be that of BT.601.
        over = over.filter("scale", overlay.width, overlay.height, out_color_matrix="bt709", out_range="tv")
        over = over.filter("format", "yuva420p")
        over = over.filter("settb", f"1/{fps}")
        # Past its end the last picture stays; before and after it shows, nothing is blended at all.
        shows = f"between(n,{overlay.since},{overlay.until - 1})"
        place = {"x": overlay.x, "y": overlay.y, "format": "yuv420", "enable": shows}
        stream = graph.filter([stream, over], "overlay", **place)
    return stream


def look_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of a picture that is looked at, of a film of that size."""
    scale = min(1.0, LOOK_SIDE / min(width, height))
    return round(width * scale), round(height * scale)


def look_at(stream: Any, width: int, height: int, fps: int, path: Path) -> ffmpeg.Output:
    """A few small pictures a second of a stream of that size, to be written to `path` for `seen_in`."""
    columns, rows = look_size(width, height)
    stream = stream.filter("select", f"not(mod(n,{max(1, fps // LOOKS_PER_S)}))")
    stream = stream.filter("scale", columns, rows, flags="area", in_color_matrix="bt709", in_range="tv")
    options = {"vcodec": "rawvideo", "fps_mode": "passthrough", "f": "rawvideo"}
    return ffmpeg.Output(stream.filter("format", "rgb24"), path, options)


def seen_in(path: Path, width: int, height: int) -> list[Picture]:
    """The pictures of `look_at`."""
    columns, rows = look_size(width, height)
    return list(np.fromfile(path, np.uint8).reshape(-1, rows, columns, 3))
