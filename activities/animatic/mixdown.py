"""How the score's stems become one piece of music: filter, duck, room, and a level that follows energy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from activities.animatic.harmony import SAMPLE_RATE, LeadSheet, stream
from activities.animatic.instruments import Sound, band_pass, low_pass, shape

# Control signals run at 100 Hz: faster than any move a listener would notice, 480 times less to compute.
TICK = 480
# The level of a beat rises by this over the whole range of energy. 0.15 of energy is then 1.5 dB, more than
# AAC (0.8 dB) and the limiter take back, and the softest beat still stands clear of a room's own noise.
LEVEL_RANGE_DB = 10.0
# Time a change of level takes, and of the filter: the first is heard as the cut, the second prepares it.
LEVEL_TURN_S, FILTER_TURN_S = 0.4, 1.6
FADE_IN_S, FADE_OUT_S = 0.25, 1.6
# Root mean square of the loudest beat before mastering: 18 dB of room for its peaks.
REFERENCE_DB = -18.0


@dataclass(frozen=True)
class EnergyCurve:
    """Energy over time. `starts` are the film beats' first samples, `energies` their energies."""

    samples: int
    starts: tuple[int, ...]
    energies: tuple[float, ...]
    ticks: NDArray[np.float32]

    @classmethod
    def of(cls, samples: int, cues: Sequence[tuple[float, float]]) -> EnergyCurve:
        """From (seconds, energy) a beat; the last beat holds on where the cues end early."""
        ends = np.cumsum([round(seconds * SAMPLE_RATE) for seconds, _ in cues])
        begins = [0, *(int(end) for end in ends[:-1])]
        kept = [
            (at, float(np.clip(energy, 0, 1)))
            for at, (_, energy) in zip(begins, cues, strict=True)
            if at < samples
        ]
        starts, energies = tuple(at for at, _ in kept), tuple(energy for _, energy in kept)
        ticks = _held(samples, starts, energies)
        # Every beat grows a little towards its end, so that fifteen seconds of one energy still go somewhere;
        # the last one comes to rest instead.
        lengths = _held(samples, starts, np.diff([*starts, samples]))
        place = (np.arange(len(ticks)) * TICK - _held(samples, starts, starts)) / lengths
        growth = 0.08 * (place - 0.5) * np.where(np.arange(len(ticks)) * TICK >= starts[-1], -1, 1)
        return cls(samples, starts, energies, np.clip(ticks + growth, 0, 1).astype(np.float32))

    @property
    def cuts(self) -> tuple[int, ...]:
        return self.starts[1:]

    def at(self, sample: int) -> float:
        """Energy at a sample, growth within the beat included."""
        return float(self.ticks[min(sample // TICK, len(self.ticks) - 1)])


@dataclass(frozen=True)
class Stems:
    """What has been played, stereo: the pad, the rhythm (heard dry) and the melody (heard in the room)."""

    pad: Sound
    rhythm: Sound
    melody: Sound

    @classmethod
    def silent(cls, samples: int) -> Stems:
        return cls(*(np.zeros((samples, 2), np.float32) for _ in range(3)))

    def lay_wide(self, stem: str, sound: Sound, at: int, gain: float) -> None:
        """Adds a stereo sound from sample `at`; what lies outside the film is cut off."""
        bus: Sound = getattr(self, stem)
        sound, at = sound[max(0, -at) :], max(0, at)
        length = min(len(sound), len(bus) - at)
        if length > 0:
            bus[at : at + length] += sound[:length] * np.float32(gain)


def mix(stems: Stems, sheet: LeadSheet, curve: EnergyCurve, seed: int, tick: Callable[[], None]) -> Sound:
    """Mixes the stems, shape (samples, 2); `tick` is called between the slow steps."""
    opening = _spread(_turned(curve.ticks, FILTER_TURN_S), curve.samples)[:, None]
    pad = _opened(stems.pad, opening) * _ducked(sheet, curve)[:, None]
    tick()
    wet = _room(pad * np.float32(0.55) + stems.melody * np.float32(0.9), tick)
    pad += stems.rhythm
    pad += stems.melody
    pad += wet * np.float32(0.5)
    pad += _air(curve.samples, seed) * opening
    tick()
    # Below 32 Hz there is no note, only what costs the limiter room.
    music = shape(pad, _above_rumble)
    tick()
    return _faded(_levelled(music, curve, tick))


def _opened(pad: Sound, opening: Sound) -> Sound:
    """A filter that opens with energy: a closed and an open copy, blended."""
    blend = np.float32(0.15) + np.float32(0.75) * opening
    return shape(pad, low_pass(520)) * (1 - blend) + shape(pad, low_pass(4200)) * blend


def _ducked(sheet: LeadSheet, curve: EnergyCurve) -> Sound:
    """The pad makes up to 28 % room for the kick; 12 ms of onset, or every duck would click."""
    since = (np.arange(curve.samples) % sheet.beat).astype(np.float32) / sheet.beat
    depth = np.float32(0.28) * np.clip(_spread(curve.ticks, curve.samples) - 0.35, 0, 1)
    onset = np.minimum(1, since * (60 / sheet.bpm) / 0.012).astype(np.float32)
    duck: Sound = 1 - depth * np.exp(-5 * since) * onset
    return duck


def _room(send: Sound, tick: Callable[[], None]) -> Sound:
    """Reverberation: 2.2 s of decaying noise, the same room for every film."""
    time = np.arange(round(2.2 * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    noise = stream(0, "room").standard_normal((len(time), 2), dtype=np.float32)
    # The last tenth of a second is faded: a decay that is cut off rings at the cut.
    decay = np.exp(-3.1 * time) * np.minimum(1, (time[-1] - time) / 0.1)
    tail = shape(noise * decay[:, None], band_pass(220, 7500, order=1))
    tail /= np.sqrt((tail**2).sum(axis=0))
    return np.stack([_convolved(send[:, side], tail[:, side], tick) for side in (0, 1)], axis=1)


def _convolved(signal: Sound, kernel: Sound, tick: Callable[[], None]) -> Sound:
    """Linear convolution cut to the signal's length, by overlap-add, so that memory stays small."""
    size = 1 << 18
    block = size - len(kernel) + 1
    spectrum, out = np.fft.rfft(kernel, size), np.zeros(len(signal) + size, np.float32)
    for at in range(0, len(signal), block):
        out[at : at + size] += np.fft.irfft(np.fft.rfft(signal[at : at + block], size) * spectrum, size)
        tick()
    return out[: len(signal)]


def _air(samples: int, seed: int) -> Sound:
    """A breath of band noise, far below the music: silence between notes sounds like a fault without it."""
    noise = stream(seed, "air").standard_normal((samples, 2), dtype=np.float32)
    return shape(noise, band_pass(3000, 11000)) * np.float32(0.006)


def _levelled(music: Sound, curve: EnergyCurve, tick: Callable[[], None]) -> Sound:
    """Sets the level of each beat by its energy, whatever was played in it.

    A beat's level is the mean, in decibels, of its plain and its ear-weighted root mean square, so that it is
    ordered by either measure. Turning from one level to the next moves both beats, hence the few rounds.
    """
    plain, heard = _power(music), _power(shape(music, _ear))
    tick()
    spans = _spans(curve)
    aims = REFERENCE_DB + LEVEL_RANGE_DB * (np.array(curve.energies) - max(curve.energies))
    gains = np.zeros(len(spans))
    ramp = np.zeros(len(plain))
    for _ in range(6):
        power = 10 ** (ramp / 10)
        levels = [
            5 * np.log10(np.mean(plain[span] * power[span]) * np.mean(heard[span] * power[span]) + 1e-24)
            for span in spans
        ]
        gains += aims - np.array(levels)
        ramp = _turned(_held(curve.samples, curve.starts, gains), LEVEL_TURN_S)
    levelled = music * _spread(10 ** (ramp / 20), curve.samples)[:, None]
    return levelled * np.float32(min(1.0, 0.98 / max(float(np.abs(levelled).max()), 1e-9)))


def _spans(curve: EnergyCurve) -> list[slice]:
    """Ticks that count for each beat's level: all of it, except the last beat's fade-out."""
    ends = [*curve.cuts, curve.samples - _fade_out(curve.samples)]
    return [
        slice(start // TICK, max(start // TICK + 1, end // TICK))
        for start, end in zip(curve.starts, ends, strict=True)
    ]


def _power(music: Sound) -> NDArray[np.float64]:
    """Mean square of each tick, the last one included if it is cut short."""
    sums = np.add.reduceat(np.square(music).sum(axis=1), np.arange(0, len(music), TICK), dtype=np.float64)
    return sums / TICK + 1e-12


def _above_rumble(frequency: Sound) -> Sound:
    gains = 1 / np.sqrt(1 + (32 / np.maximum(frequency, 1e-3)) ** 4)
    return gains.astype(np.float32)


def _ear(frequency: Sound) -> Sound:
    """Magnitude of the K-weighting of ITU-R BS.1770: less below 60 Hz, 4 dB more above 2 kHz."""
    low, high = (frequency / 38) ** 2, (frequency / 1682) ** 2
    gains = low / (1 + low) * np.sqrt((1 + 10**0.4 * high**2) / (1 + high**2))
    return gains.astype(np.float32)


def _faded(music: Sound) -> Sound:
    rise, fall = min(len(music) // 4, round(FADE_IN_S * SAMPLE_RATE)), _fade_out(len(music))
    music[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:, None] ** 1.5
    if fall:
        # Half a cosine towards the end; the power makes the last chord leave a little sooner than the room.
        along = np.linspace(0, np.pi / 2, fall)
        music[-fall:] *= (np.maximum(np.cos(along), 0) ** 1.6).astype(np.float32)[:, None]
    return music


def _fade_out(samples: int) -> int:
    return min(samples // 4, round(FADE_OUT_S * SAMPLE_RATE))


def _held(
    samples: int, starts: Sequence[int], values: Sequence[float] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Ticks that hold each value from its start to the next."""
    index = np.searchsorted(np.array(starts), np.arange(0, samples, TICK), side="right") - 1
    return np.asarray(values, np.float64)[index]


def _turned(ticks: NDArray[np.float64] | NDArray[np.float32], seconds: float) -> NDArray[np.float64]:
    """Every step becomes a smooth turn of that length, centred on the step."""
    width = round(seconds * SAMPLE_RATE / TICK) | 1
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(ticks.astype(np.float64), width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def _spread(ticks: NDArray[np.float64] | NDArray[np.float32], samples: int) -> Sound:
    """A control signal at full rate, in straight lines between ticks."""
    at = np.arange(samples, dtype=np.float32) / np.float32(TICK)
    spread: Sound = np.interp(at, np.arange(len(ticks)), ticks).astype(np.float32)
    return spread
