"""Knows how to draw clips in which every frame says its own number, and how to read it back.

The number stands as a row of 16 black or white fields across the top; it survives encoding, scaling,
grading and smoothing, so "the right frame" is a matter of identity and not of likeness.
"""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from activities.media.ffmpeg import executable

BITS = 16
WIDTH, HEIGHT = 192, 108


def picture(
    number: int, width: int = WIDTH, height: int = HEIGHT, drift: int = 0, numbered: bool = True
) -> NDArray[np.uint8]:
    """One frame, RGB: its number above a textured ground that moves with it; or that ground alone."""
    y, x = np.mgrid[0:height, 0:width]
    ground = 120 + 50 * np.sin((x + 2 * number) / 9) * np.cos(y / 7)
    frame = np.stack([ground, ground * 0.9, ground * 0.8 + 10], axis=-1) + drift
    if numbered:
        bits = [number >> bit & 1 for bit in range(BITS)]
        frame[: height // 4] = np.repeat(bits, width // BITS)[None, :, None] * 215 + 20
    return frame.clip(0, 255).astype(np.uint8)


def clip(
    path: Path,
    numbers: Sequence[int],
    rate: Fraction = Fraction(24),
    size: tuple[int, int] = (WIDTH, HEIGHT),
    drift: int = 0,
    numbered: bool = True,
) -> Path:
    """A chunk as a model would deliver it: H.264 with B-frames, one frame for each of `numbers`."""
    width, height = size
    command = [executable(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    command += [
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    command += ["-bf", "2", "-crf", "12", "-pix_fmt", "yuv420p", "-threads", "1", str(path)]
    frames = b"".join(picture(number, width, height, drift, numbered).tobytes() for number in numbers)
    subprocess.run(command, input=frames, check=True)
    return path


def numbers(path: Path) -> list[int]:
    """The number that each frame shows, in order of showing."""
    with av.open(str(path)) as container:
        return [
            number_in(np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8))
            for frame in container.decode(video=0)
        ]


def number_in(grey: NDArray[np.uint8]) -> int:
    """The number that a grey frame shows, (height, width)."""
    height, width = grey.shape
    row = grey[height // 16 : height // 5, : width // BITS * BITS].astype(np.float64).mean(axis=0)
    fields = row.reshape(BITS, -1)[:, 2:-2].mean(axis=1)
    return sum(int(value > 127) << bit for bit, value in enumerate(fields))


def sound(directory: Path, samples: int, clicks: Sequence[int]) -> Path:
    """Stereo AAC of exactly `samples` at 48 kHz, with a click of one millisecond at each of `clicks`."""
    wave_path, path = directory / "sound.wav", directory / "sound.m4a"
    data = np.zeros((samples, 2), dtype="<i2")
    for click in clicks:
        data[click : click + 48] = 24_000
    with wave.open(str(wave_path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(data.tobytes())
    command = [
        executable(),
        "-v",
        "error",
        "-y",
        "-i",
        str(wave_path),
        "-c:a",
        "aac",
        "-b:a",
        "192k",
        str(path),
    ]
    subprocess.run(command, check=True)
    return path
