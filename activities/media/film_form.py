"""Knows how pictures of any form become the film's own: BT.709, limited range, 4:2:0 in 8 bits, square."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ffmpeg as graph
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from activities.media import ffmpeg
from activities.media.form import BT709, NONE, UNSAID, Form

# Models round their sizes to 8 or 16 pixels, and nobody sees one per cent. More is another shape, and is cut
# to the film's: stretched, a round cup would be an egg.
_ASPECT_TOLERANCE = Fraction(1, 100)
_SHARP = "lanczos+accurate_rnd+full_chroma_int"

# BT.2408: the white of a page in HDR, which is where SDR has its white. HLG is meant for a screen of 1000.
_WHITE_NITS, _PEAK_NITS = 203, 1000
# Up to here HDR is shown as SDR would show it; what is brighter shares the rest, so white comes out at 250 of
# 255. Hable and Reinhard, the usual curves, would put it at 172 and 206: a white page would be grey.
_KNEE = 0.9

Picture = NDArray[np.uint8]


def in_film_form(stream: Any, form: Form, width: int, height: int) -> Any:
    """A stream of pictures of `form`, upright as ffmpeg turns them, as those of a film of that size; what is
    so already passes through untouched."""
    kept = covering(form, width, height)
    size: dict[str, str | int] = {"w": width, "h": height, "flags": _SHARP} if kept != (width, height) else {}
    return _in_film_colours(stream, form, kept, size).filter("setsar", 1)


def in_film_colours(stream: Any, form: Form) -> Any:
    """The same in their own shape, of which an odd row or column is cut off."""
    return _in_film_colours(stream, form, even(form), {})


def _in_film_colours(stream: Any, form: Form, kept: tuple[int, int], size: dict[str, str | int]) -> Any:
    if kept != (form.width, form.height):
        stream = stream.filter("crop", *kept)
    options: dict[str, str | int] = {"out_color_matrix": "bt709", "out_range": "tv", **size}
    if not form.is_plain:
        # The converter of ffmpeg cuts off where it should round, and is 4 levels off between matrices.
        stream = _converted(stream, form, matrix=BT709, range="limited", format="yuv444p")
        options["in_color_matrix"] = "bt709"
    elif form.matrix == UNSAID:
        options["in_color_matrix"] = "bt709"
    return stream.filter("scale", **options).filter("format", "yuv420p")


def even(form: Form) -> tuple[int, int]:
    return form.width // 2 * 2, form.height // 2 * 2


def covering(form: Form, width: int, height: int) -> tuple[int, int]:
    """Width and height, both even, of what is kept of a picture, in its middle, so that it has the aspect of
    a film of that size."""
    # How much wider the picture is than the film.
    excess = Fraction(form.width, form.height) * form.pixel_aspect / Fraction(width, height)
    across, down = even(form)
    if abs(excess - 1) <= _ASPECT_TOLERANCE:
        return across, down
    if excess > 1:
        return max(2, round(form.width / excess / 2) * 2), down
    return across, max(2, round(form.height * excess / 2) * 2)


def foreign_rgb(frame: VideoFrame, form: Form) -> Picture:
    """A decoded frame of foreign colours as the film shows it: RGB, height x width x 3, in the frame's own
    size, not turned. Starts a process, which takes 0.1 s. Raises `ffmpeg.EncodeFailed`."""
    # Matrix and range stay as they are; the depth is that of the finest that is delivered.
    name = "rgb48le" if form.rgb else "yuv444p16le"
    levels = frame.reformat(format=name).to_ndarray()
    raw = np.ascontiguousarray(levels if form.rgb else np.moveaxis(levels, -1, 0))
    stream = graph.input(
        "pipe:0", f="rawvideo", pix_fmt=name, s=f"{frame.width}x{frame.height}", threads=1
    ).video
    stream = _converted(stream, form, matrix=NONE, range="full", format="gbrp")
    planes = np.frombuffer(ffmpeg.filtered(stream, raw.tobytes(), "rgb24"), np.uint8)
    return planes.reshape(frame.height, frame.width, 3)


def _converted(stream: Any, form: Form, *, matrix: int, range: str, format: str) -> Any:
    """By zimg. Tags are the numbers of H.273, which both filters take as they are."""
    stream = stream.filter(
        "setparams",
        colorspace=form.meant_matrix,
        color_primaries=form.meant_primaries,
        color_trc=form.meant_transfer,
        range="full" if form.full_range or form.rgb else "limited",
    )
    film: dict[str, str | int] = {"m": matrix, "r": range, "t": BT709}
    if not form.is_hdr:
        return stream.filter("zscale", **film, p=BT709).filter("format", format)
    stream = stream.filter("zscale", t="linear", npl=_WHITE_NITS, agamma=0).filter("format", "gbrpf32le")
    stream = stream.filter("zscale", p=BT709)
    peak = _PEAK_NITS / _WHITE_NITS
    stream = stream.filter("tonemap", "mobius", param=_KNEE, peak=f"{peak:.3f}", desat=0)
    return stream.filter("zscale", **film).filter("format", format)
