"""The sound of a room with nobody in it, for models that make sound."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np

from infra.standins.pictures.arrays import f32
from infra.standins.pictures.words import drawn

# AAC's own frame: pieces of any other length are cut again by the encoder.
_PIECE = 1024


def room(prompt: str, samples: int, rate: int) -> Iterator[av.AudioFrame]:
    """Air, and a low chord that swells once: stereo, quiet (about -34 dBFS), exactly so many samples."""
    chance = drawn(prompt)
    root = 55.0 * 2 ** (float(chance.integers(0, 8)) / 12)
    t = np.arange(samples) / rate
    swell = np.sin(np.pi * np.clip(t / max(t[-1], 1e-6), 0, 1)) ** 2
    for_air = chance.normal(size=(2, samples + 64))
    total = np.cumsum(for_air, 1)
    air = (total[:, 64:] - total[:, :-64]) / 64
    chord = sum(
        np.sin(2 * np.pi * root * k * t + p) / k for k, p in ((1, 0.0), (1.5, 1.0), (2.0, 2.0), (3.0, 0.5))
    )
    wave = f32(air * 0.02 + chord * swell * 0.012)
    for at in range(0, samples, _PIECE):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(wave[:, at : at + _PIECE]), "fltp", "stereo")
        frame.sample_rate, frame.pts = rate, at
        yield frame
