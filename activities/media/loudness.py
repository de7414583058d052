"""How loud a film is: measures what a listener's decoder returns, and masters sound to delivery levels.

Levels are set after encoding, not before: AAC moves noise-like programmes by up to 0.8 LU and raises peaks
by up to 0.8 dB, so the file itself is measured and its gain and limiter corrected until it is right.
"""

from __future__ import annotations

import contextlib
import math
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from activities.media import ffmpeg
from activities.media.sound import SAMPLE_RATE

Advance = Callable[[int], None]

#: Raise it whenever the same samples would give another file: other levels, limiter or encoding, none of
#: which stands in a recipe by itself. A test sees the change, and asks for it.
REVISION = 1

# Delivery tolerance of integrated loudness, and what the loop aims at: meters differ by 0.1 LU.
TOLERANCE_LU, AIM_LU = 0.5, 0.2
# Programmes from sparse drums to overdriven noise took 1 to 6 rounds; only lone clicks need more than twelve,
# and would need any number.
ROUNDS = 12
# Peaks are printed in tenths, so a peak that reads as the ceiling may lie 0.05 dB above it.
PEAK_MARGIN_DB = 0.1
# Where the limiter starts below the ceiling: what AAC usually adds to a limited peak.
LIMITER_HEADROOM_DB = 0.6
# Bounds of loudness gained per decibel of gain: 1 where nothing is limited, less the harder the limiter
# works. Below the lower bound a step would be too far for two readings in tenths to justify.
SLOPE_BOUNDS = (0.15, 1.2)
# The farthest one round may turn the gain: slopes flatten as the limiter bites, so far steps overshoot.
MAX_STEP_DB = 12.0
# Samples given to the encoder between two calls of `advance`: one second of sound, about 0.1 s of work.
BLOCK = SAMPLE_RATE
# How often a waiting encoder lets the caller say that the work is no longer wanted.
WAIT_S = 0.5

# What the meter prints where no block passes its absolute gate.
_SILENCE_LUFS = -70.0
_RAW = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0"]
_AAC = [
    *("-c:a", "aac", "-b:a", "192k", "-ar", str(SAMPLE_RATE), "-ac", "2"),
    # Nothing of this machine or this moment in the file: the same sound gives the same bytes.
    *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ipod", "-y"),
]
_NOTHING = np.zeros((0, 2), np.float32)
_METER = "ebur128=peak=true:framelog=quiet,astats=measure_overall=Number_of_samples:measure_perchannel=none"
_LOUDNESS = re.compile(r"^\s+I:\s+(-?[\d.]+|-?inf|nan) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s+Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", re.MULTILINE)
_COUNT = re.compile(r"Number of samples: (\d+)")


class MasteringFailed(Exception):
    """The programme cannot be brought to the asked level, or ffmpeg ended with an error.

    Never retry: the same samples give the same file. The film can be delivered without them.
    """


@dataclass(frozen=True)
class Mastered:
    """An encoded soundtrack as decoded again: its length in samples, LUFS, dBTP, and rounds it took."""

    samples: int
    lufs: float
    true_peak_db: float
    rounds: int


@dataclass(frozen=True)
class _Setting:
    """One round's gain, and the limiter's level if it is needed, both in decibels."""

    gain_db: float
    limit_db: float
    limited: bool


@dataclass(frozen=True)
class _Reading:
    samples: int
    lufs: float
    peak_db: float


def engine() -> str:
    """Whose mastering, by which encoder: part of the recipe of everything that `master` makes."""
    return f"mastering {REVISION}, ffmpeg {ffmpeg.version()}"


def measure(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) of the first audio stream of an mp4 or m4a.

    Raises `MasteringFailed` where there is no sound to read.
    """
    reading = _read(["-f", "mov", "-i", f"file:{path.resolve()}"], _ignore)
    return reading.lufs, reading.peak_db


def master(
    samples: NDArray[np.float32],
    out: Path,
    advance: Advance,
    *,
    target_lufs: float = -14.0,
    ceiling_db: float = -1.0,
) -> Mastered:
    """Writes `samples`, shape (n, 2) at 48 kHz, as AAC in an m4a of the same length and without delay.

    The decoded file has `target_lufs` within 0.5 LU and a true peak of at most `ceiling_db`. `advance` is
    told samples done in the round. Raises `MasteringFailed`, and leaves no file behind, where that cannot
    be reached: silence, or a few lone clicks.
    """
    if samples.ndim != 2 or samples.shape[1] != 2 or not len(samples) or not np.isfinite(samples).all():
        raise MasteringFailed(f"A soundtrack is finite and of shape (n, 2), not {samples.shape}")
    take = out.with_name(f"{out.stem}.take.m4a")
    try:
        mastered = _search(samples, take, advance, target_lufs, ceiling_db)
        take.replace(out)
        return mastered
    finally:
        take.unlink(missing_ok=True)


def _search(
    samples: NDArray[np.float32], take: Path, advance: Advance, target: float, ceiling: float
) -> Mastered:
    source = _read(_RAW, advance, samples)
    if not math.isfinite(source.lufs) or source.lufs <= _SILENCE_LUFS:
        raise MasteringFailed(
            "The soundtrack is silent, or shorter than the 0.4 s that loudness is measured over"
        )
    setting = _first(source, target, ceiling)
    before = (0.0, source.lufs)
    for round_ in range(1, ROUNDS + 1):
        _encode(samples, setting, take, advance)
        got = _read(["-f", "mov", "-i", f"file:{take.resolve()}"], advance)
        if got.samples != len(samples):
            raise MasteringFailed(f"{len(samples)} samples became {got.samples}")
        # The first half of the rounds tries for the aim; after that, what may be delivered is delivered.
        near = AIM_LU if round_ <= ROUNDS // 2 else TOLERANCE_LU - PEAK_MARGIN_DB
        if abs(got.lufs - target) <= near and got.peak_db <= ceiling - PEAK_MARGIN_DB:
            return Mastered(got.samples, got.lufs, got.peak_db, round_)
        setting, before = _corrected(setting, before, got, target, ceiling), (setting.gain_db, got.lufs)
    raise MasteringFailed(
        f"After {ROUNDS} rounds the soundtrack is at {got.lufs} LUFS and {got.peak_db} dBTP, "
        f"not at {target} LUFS under {ceiling} dBTP"
    )


def _first(source: _Reading, target: float, ceiling: float) -> _Setting:
    """Plain gain, with the limiter where that would pass the ceiling or come near it."""
    gain, limit = target - source.lufs, ceiling - LIMITER_HEADROOM_DB
    return _Setting(gain, limit, source.peak_db + gain > limit)


def _corrected(
    setting: _Setting, before: tuple[float, float], got: _Reading, target: float, ceiling: float
) -> _Setting:
    """The next round's setting: gain by the slope between the last two rounds, limit by the overshoot."""
    slope = 1.0
    if abs(setting.gain_db - before[0]) > 0.05:
        slope = (got.lufs - before[1]) / (setting.gain_db - before[0])
    low, high = SLOPE_BOUNDS
    step = (target - got.lufs) / min(max(slope, low), high)
    over = got.peak_db - (ceiling - PEAK_MARGIN_DB)
    return replace(
        setting,
        gain_db=setting.gain_db + min(max(step, -MAX_STEP_DB), MAX_STEP_DB),
        # Half a tenth more than what was measured, which is rounded to tenths.
        limit_db=setting.limit_db - (over + 0.05 if over > 0 else 0),
        limited=setting.limited or over > 0,
    )


def _encode(samples: NDArray[np.float32], setting: _Setting, take: Path, advance: Advance) -> None:
    chain = [f"volume={setting.gain_db:.3f}dB:precision=float"]
    if setting.limited:
        # At 192 kHz a sample peak is nearly the true peak. Without `latency=1` the limiter delays by 5 ms.
        level = 10 ** (setting.limit_db / 20)
        chain += [
            f"aresample={4 * SAMPLE_RATE}",
            f"alimiter=level=0:limit={level:.6f}:attack=5:release=50:latency=1",
            f"aresample={SAMPLE_RATE}",
        ]
    _ffmpeg([*_RAW, "-af", ",".join(chain), *_AAC, f"file:{take.resolve()}"], advance, samples)


def _read(source: list[str], advance: Advance, samples: NDArray[np.float32] = _NOTHING) -> _Reading:
    report = _ffmpeg([*source, "-map", "0:a:0", "-af", _METER, "-f", "null", "-"], advance, samples)
    loudness, peak, count = _LOUDNESS.findall(report), _PEAK.findall(report), _COUNT.findall(report)
    if not (loudness and peak and count):
        raise MasteringFailed("ffmpeg measured nothing")
    return _Reading(int(count[-1]), float(loudness[-1]), float(peak[-1]))


def _ffmpeg(arguments: list[str], advance: Advance, samples: NDArray[np.float32]) -> str:
    """Runs ffmpeg on one core, with `samples` on its standard input, and returns what it reports."""
    head = [ffmpeg.executable(), "-hide_banner", "-nostdin", "-nostats", "-threads", "1"]
    # A file, not a pipe: a report nobody reads would fill a pipe and stop the encoder.
    with tempfile.TemporaryFile() as report:
        process = subprocess.Popen(
            [*head, "-filter_threads", "1", "-protocol_whitelist", "file,pipe", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=report,
        )
        try:
            _feed(process, samples, advance)
            while not _ended(process):
                advance(len(samples))
        finally:
            # Whatever `advance` raised, no encoder stays behind.
            process.kill()
            process.wait()
        report.seek(0)
        text = report.read().decode(errors="replace")
    if process.returncode:
        raise MasteringFailed(f"ffmpeg ended with {process.returncode}: {ffmpeg.cause(text[-2000:])}")
    return text


def _feed(process: subprocess.Popen[bytes], samples: NDArray[np.float32], advance: Advance) -> None:
    pipe = process.stdin
    assert pipe is not None
    # ffmpeg may go before it has read all; its exit status and report then say why.
    with contextlib.suppress(BrokenPipeError), pipe:
        for at in range(0, len(samples), BLOCK):
            pipe.write(np.ascontiguousarray(samples[at : at + BLOCK], "<f4").tobytes())
            advance(min(at + BLOCK, len(samples)))


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=WAIT_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _ignore(_: int) -> None:
    """For callers that nobody can cancel."""
