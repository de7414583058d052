"""How long a film's sound is: frames turned into samples, exactly."""

from __future__ import annotations

from fractions import Fraction

SAMPLE_RATE = 48_000


def frames_to_samples(frames: int, fps: int | Fraction) -> int:
    """Samples at 48 kHz that last exactly as long as `frames` (2000 a frame at 24 fps, 1600 at 30).

    Raises `ValueError` where that is no whole number: sound that is rounded drifts away from its picture.
    """
    if frames < 0 or fps <= 0:
        raise ValueError(f"{frames} frames at {fps} fps is no length")
    samples = Fraction(frames) * SAMPLE_RATE / Fraction(fps)
    if samples.denominator != 1:
        raise ValueError(f"{frames} frames at {fps} fps is no whole number of samples")
    return int(samples)
