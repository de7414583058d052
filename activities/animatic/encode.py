"""How frames become a chunk: BT.709, near-lossless H.264, one closed file of exactly the frames written."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import cv2
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from activities.animatic.layer import Image
from activities.faults import JobFailed
from workflows.studio import FrameFormat

#: Chunks are decoded once and encoded again as segments: what counts is loss and time, not size. At 14
#: ultrafast loses less than veryfast at 13 (52.6 dB for 51.6 at 720p) in a third of the time, for three times
#: the bytes.
PRESET, CRF = "ultrafast", 14
#: BT.709 in studio range, for 8-bit blue, green, red: weights of luma and of both colour differences.
LUMA = (0.06200, 0.61423, 0.18259)
BLUE_DIFFERENCE = (0.43922, -0.33857, -0.10064)
RED_DIFFERENCE = (-0.04027, -0.39894, 0.43922)


class ChunkWriter:
    """Writes frames to an mp4 within a `with` block. Left by an exception, it kills the encoder and removes
    the file; left in order, the file is complete. Raises `JobFailed` where the encoder fails."""

    def __init__(self, out: Path, frame: FrameFormat) -> None:
        self._out = out
        self._planes = np.empty((frame.height * 3 // 2, frame.width), np.uint8)
        self._channels = _room(frame.height, frame.width)
        self._process = subprocess.Popen(
            _command(out, frame), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def write(self, frame: Image) -> None:
        """Adds one BGRA frame of the chunk's size."""
        to_i420(frame, self._planes, self._channels)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(self._planes.data)
        except BrokenPipeError as broken:
            raise JobFailed(f"the encoder ended early: {self._complaint()}") from broken

    def __enter__(self) -> ChunkWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException:
            self._abandon()
            raise
        if kind is not None:
            self._abandon()

    def _finish(self) -> None:
        _, complaint = self._process.communicate()
        if self._process.returncode:
            raise JobFailed(f"the encoder failed ({self._process.returncode}): {_tail(complaint)}")

    def _abandon(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._out.unlink(missing_ok=True)

    def _complaint(self) -> str:
        self._process.kill()
        return _tail(self._process.communicate()[1])


def to_i420(frame: Image, planes: NDArray[np.uint8], room: Sequence[NDArray[np.uint8]] = ()) -> None:
    """BGRA to planar 4:2:0 in `planes`, shape (height * 3 / 2, width). OpenCV's own conversion knows only the
    matrix of BT.601, which turns reds and greens by several levels. Whoever converts many frames of one size
    gives the same `room` for all of them: new memory would cost as much as the arithmetic."""
    height, width = frame.shape[:2]
    channels = cv2.split(frame, room or _room(height, width))[:3]
    _weighted(channels, LUMA, 16, planes[:height])
    halves = [cv2.resize(one, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for one in channels]
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    for plane, weights in zip(chroma, (BLUE_DIFFERENCE, RED_DIFFERENCE), strict=True):
        _weighted(halves, weights, 128, plane)


def _room(height: int, width: int) -> tuple[NDArray[np.uint8], ...]:
    """Of a frame's channels, blue, green, red and alpha."""
    return tuple(np.empty((height, width), np.uint8) for _ in range(4))


def _weighted(
    channels: Sequence[cv2.typing.MatLike],
    weights: tuple[float, float, float],
    offset: float,
    plane: NDArray[np.uint8],
) -> None:
    # The positive weight first: 8-bit sums clip at every step, and this order never does.
    parts = sorted(zip(weights, channels, strict=True), key=lambda part: -part[0])
    (first, a), (second, b), (third, c) = parts
    cv2.addWeighted(cv2.addWeighted(a, first, b, second, offset), 1.0, c, third, 0.0, plane)


def _command(out: Path, frame: FrameFormat) -> list[str]:
    # Tagged on both sides: an untagged source would be guessed, and the guess differs by height.
    matrix = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
    tags = (*matrix, "-color_range", "tv")
    size = f"{frame.width}x{frame.height}"
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-hide_banner", "-nostats", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-framerate", str(frame.fps)),
        *(*tags, "-i", "pipe:0", "-an"),
        *("-c:v", "libx264", "-preset", PRESET, "-crf", str(CRF), "-pix_fmt", "yuv420p"),
        # One thread: two chunks are made side by side on two cores.
        *("-threads", "1", "-flags", "+cgop", "-fps_mode", "passthrough"),
        *("-video_track_timescale", str(frame.fps * 1000)),
        *(*tags, "-f", "mp4", f"file:{out}"),
    ]


def _tail(complaint: bytes) -> str:
    return complaint.decode(errors="replace").strip()[-300:] or "no message"
