"""Knows in what form a video comes: its colours as they are meant, its pixels, and how it is turned.

Tags are the numbers of ITU-T H.273, as files and decoders have them; 2 stands for unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from workflows.studio import Facts, Rate

UNSAID: Final = 2
BT709: Final = 1
BT2020: Final = 9
#: The transfers of HDR: SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG).
PQ: Final = 16
HLG: Final = 18
#: What RGB has for a matrix.
NONE: Final = 0

#: The weights of red and blue in luma, by the number of the matrix.
WEIGHTS: Mapping[int, tuple[float, float]] = {
    BT709: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    BT2020: (0.2627, 0.0593),
}
# What zimg converts; what is none of them is taken for BT.709.
_MATRICES = (*WEIGHTS, NONE, 8, 10, 14)
_PRIMARIES = (BT709, 4, 5, 6, 7, 8, BT2020, 11, 12, 22)


class Form(Facts):
    """How one video is to be read. `width` and `height` are those of the picture as it is shown, `turns` the
    quarter turns to the left that the file asks for, `pixel_aspect` how wide a pixel of the shown picture is
    for its height, `chroma` the usual words (4:2:0), `depth` bits of a channel; `transfer`, `primaries` and
    `matrix` as tagged."""

    width: int
    height: int
    turns: int = 0
    pixel_aspect: Rate
    matrix: int = UNSAID
    primaries: int = UNSAID
    transfer: int = UNSAID
    full_range: bool = False
    rgb: bool = False
    chroma: str = "4:2:0"
    depth: int = 8

    @property
    def is_hdr(self) -> bool:
        return self.transfer in (PQ, HLG)

    @property
    def meant_matrix(self) -> int:
        """The matrix, and where it is unsaid the likely one: models mostly leave it out and mean BT.709,
        while ffmpeg would take it for BT.601."""
        if self.rgb:
            return NONE
        if self.matrix in _MATRICES and self.matrix != NONE:
            return self.matrix
        return BT2020 if self._is_wide else BT709

    @property
    def meant_primaries(self) -> int:
        """The primaries, and where they are unsaid the likely ones."""
        if self.primaries in _PRIMARIES:
            return self.primaries
        return BT2020 if self._is_wide else BT709

    @property
    def meant_transfer(self) -> int:
        """BT.709 for every curve of SDR, sRGB among them: players show them alike, stills have but one, and
        chunks begin with stills."""
        return self.transfer if self.is_hdr else BT709

    @property
    def is_foreign(self) -> bool:
        """Whether it takes more than another matrix and range to have the film's colours."""
        return self.is_hdr or self.meant_primaries != BT709 or self.meant_matrix not in WEIGHTS

    @property
    def is_plain(self) -> bool:
        """Whether its colours are the film's already, whatever its size and chroma."""
        return not self.is_foreign and self.meant_matrix == BT709 and not self.full_range and self.depth == 8

    @property
    def _is_wide(self) -> bool:
        """Whether anything says BT.2020; HDR comes in nothing else."""
        return self.is_hdr or self.matrix in (BT2020, 10) or self.primaries == BT2020


def form_of(stream: VideoStream, frame: VideoFrame | None) -> Form:
    """The form of a stream by its first frame; without one (it is broken), by what the stream says."""
    context = stream.codec_context
    shown = frame or context
    turns = round(frame.rotation / 90) % 4 if frame else 0
    # 0 stands for unsaid, which means square.
    width, height, pixel = context.width, context.height, stream.sample_aspect_ratio or Fraction(1)
    if turns % 2:
        width, height, pixel = height, width, 1 / pixel
    layout = frame.format if frame else context.format
    return Form(
        width=width,
        height=height,
        turns=turns,
        pixel_aspect=pixel,
        matrix=int(shown.colorspace),
        primaries=int(shown.color_primaries),
        transfer=int(shown.color_trc),
        full_range=shown.color_range == ColorRange.JPEG or (layout is not None and "yuvj" in layout.name),
        rgb=layout is not None and layout.is_rgb,
        chroma=_chroma(layout) if layout else "4:2:0",
        depth=layout.components[0].bits if layout else 8,
    )


def _chroma(layout: VideoFormat) -> str:
    if layout.is_rgb or len(layout.components) < 3:
        return "4:4:4" if layout.is_rgb else "4:0:0"
    # Of a picture in which every subsampling comes out even.
    width = layout.chroma_width(64)
    return f"4:{width // 16}:{width // 16 if layout.chroma_height(64) == 64 else 0}"
