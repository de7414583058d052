"""How one note, hit or sweep of the score sounds: mono (or stereo, for the pad) float32 at 48 kHz.

Every sound starts and ends at zero, so that laying it anywhere can never click.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from activities.animatic.harmony import SAMPLE_RATE

Sound = NDArray[np.float32]
Response = Callable[[Sound], Sound]

TWO_PI = float(2 * np.pi)
# The pad rises slowly enough to have no attack of its own, and overlaps the next chord by its release.
PAD_ATTACK_S, PAD_RELEASE_S = 0.7, 1.2
PAD_PARTIALS = 6
# Detuning in cents and place between left (-1) and right (1) of the three voices of every pad note.
PAD_VOICES = ((-4.8, -0.6), (4.4, 0.6), (0.0, 0.0))


def hertz(note: float) -> float:
    """Frequency of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def fold(note: int, lowest: int) -> int:
    """The same note name in the octave that begins at `lowest`."""
    return lowest + (note - lowest) % 12


def clock(seconds: float) -> Sound:
    """The times of a sound's samples, seconds."""
    return np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)


def turning(hz: float, samples: int) -> Sound:
    """Phase of a steady tone, radians from 0 to 2 pi: counted in float64, or it grows noisy with time."""
    turns = np.arange(samples) * (hz / SAMPLE_RATE)
    # What `% 1.0` gives, in a tenth of the time.
    turns -= np.floor(turns)
    return (TWO_PI * turns).astype(np.float32)


def shape(sound: Sound, response: Response) -> Sound:
    """Filters along axis 0 by a gain for each frequency in hertz; no delay, same length."""
    length = _fast_length(len(sound) + SAMPLE_RATE // 2)
    gains = response(np.fft.rfftfreq(length, 1 / SAMPLE_RATE).astype(np.float32))
    if sound.ndim == 1:
        return _filtered(sound, gains, length)
    # A channel at a time: the spectra of both would be the largest arrays of a two-minute film.
    return np.stack([_filtered(sound[:, side], gains, length) for side in range(sound.shape[1])], axis=1)


def low_pass(hz: float, order: int = 2) -> Response:
    """Butterworth magnitude."""
    return lambda frequency: 1 / np.sqrt(1 + (frequency / np.float32(hz)) ** (2 * order))


def band_pass(low: float, high: float, order: int = 2) -> Response:
    """Butterworth magnitude on both sides."""

    def response(frequency: Sound) -> Sound:
        below = (np.maximum(frequency, 1e-3) / np.float32(low)) ** (2 * order)
        return np.sqrt(below / (1 + below)) * low_pass(high, order)(frequency)

    return response


def pad(notes: list[float], seconds: float, draw: np.random.Generator) -> Sound:
    """A chord of slow strings, stereo: six falling partials a voice, three voices a note."""
    time = clock(seconds + PAD_RELEASE_S)
    chord = np.zeros((len(time), 2), np.float32)
    for note in notes:
        for cents, place in PAD_VOICES:
            voice = _partials(hertz(note + cents / 100), float(draw.uniform(0, TWO_PI)), len(time))
            chord += voice[:, None] * placed(place)
    swell = np.minimum(1, time / PAD_ATTACK_S) * np.minimum(1, (time[-1] - time) / PAD_RELEASE_S)
    chord *= _eased(swell)[:, None]
    return chord


def sub(note: float, seconds: float) -> Sound:
    """The floor under a chord: one sine with a hint of its octave, so that small speakers hear it too."""
    time = clock(seconds + 0.3)
    phase = turning(hertz(note), len(time))
    swell = np.minimum(1, time / 0.12) * np.minimum(1, (time[-1] - time) / 0.3)
    floor: Sound = (np.sin(phase) + np.float32(0.18) * np.sin(2 * phase)) * _eased(swell)
    return floor


def pluck(note: float, brightness: float) -> Sound:
    """A felt-damped key: FM at 1:3 whose index falls with time, so that it speaks and then hums."""
    time = clock(1.4)
    phase = turning(hertz(note), len(time))
    index = np.float32(0.9 + 2.1 * brightness) * np.exp(-11 * time)
    return _tapered(
        np.sin(phase + index * np.sin(3 * phase)) * np.minimum(1, time / 0.004) * np.exp(-time / 0.28)
    )


def kick() -> Sound:
    """A soft drum: 80 Hz falling to 48, no beater."""
    time = clock(0.32)
    turns = 48 * time + np.float32(32 / 30) * (1 - np.exp(-30 * time))
    return _tapered(np.sin(np.float32(TWO_PI) * turns) * np.exp(-12 * time) * np.minimum(1, time / 0.003))


def shaker(noise: np.random.Generator) -> Sound:
    """A grain of shaker."""
    time = clock(0.09)
    grain = _noise(noise, len(time), band_pass(4200, 11000))
    return _tapered(grain * np.minimum(1, time / 0.009) * np.exp(-time / 0.02))


def brush(noise: np.random.Generator) -> Sound:
    """A brush on a snare."""
    time = clock(0.26)
    return _tapered(
        _noise(noise, len(time), band_pass(900, 6500)) * np.minimum(1, time / 0.004) * np.exp(-time / 0.055)
    )


def riser(noise: np.random.Generator) -> Sound:
    """Nine tenths of a second of breath that swells into a cut and is gone on it."""
    time = clock(0.9)
    along = time / time[-1]
    swell: Sound = along**3 * np.minimum(1, (1 - along) * 25)
    return _noise(noise, len(time), band_pass(700, 7000)) * swell


def bloom(note: float) -> Sound:
    """The low swell that a cut lands on."""
    time = clock(1.6)
    return _tapered(
        np.sin(turning(hertz(note), len(time))) * np.exp(-2.6 * time) * np.minimum(1, time / 0.012)
    )


def placed(place: float) -> Sound:
    """Gains of left and right for a place from -1 to 1, of constant power."""
    angle = (place + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def _partials(hz: float, phase: float, samples: int) -> Sound:
    """Partials of falling level by the sine recurrence: two trigonometric calls instead of six."""
    turn = turning(hz, samples) + np.float32(phase)
    twice_cosine, before, now = 2 * np.cos(turn), np.zeros_like(turn), np.sin(turn)
    total: Sound = now.copy()
    for partial in range(2, PAD_PARTIALS + 1):
        before, now = now, twice_cosine * now - before
        total += now * np.float32(partial**-1.3)
    return total


def _noise(noise: np.random.Generator, samples: int, response: Response) -> Sound:
    grain = shape(noise.standard_normal(samples, dtype=np.float32), response)
    grain /= np.sqrt(np.mean(grain**2))
    return grain


def _eased(along: Sound) -> Sound:
    """Squared sine instead of straight lines: no corner, hence no spectral splash at either end."""
    eased: Sound = np.sin(along * np.float32(np.pi / 2)) ** 2
    return eased


def _tapered(sound: Sound) -> Sound:
    """Lets the last tenth fall to exactly zero: an exponential alone never gets there."""
    tail = len(sound) // 10
    sound[-tail:] *= np.cos(np.linspace(0, np.pi / 2, tail, dtype=np.float32)) ** 2
    return sound


def _filtered(sound: Sound, gains: Sound, length: int) -> Sound:
    spectrum = np.fft.rfft(sound, length)
    spectrum *= gains
    return np.fft.irfft(spectrum, length)[: len(sound)].astype(np.float32, copy=False)


def _fast_length(samples: int) -> int:
    """The next multiple of a large power of two: the FFT then meets no prime above 13."""
    step = 1 << max(0, samples.bit_length() - 4)
    return -(-samples // step) * step
