"""What the animatic's music and its mastering promise: exact lengths, a level that follows energy, and
delivery levels that hold in the encoded file."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from activities.animatic.harmony import BARS, PHRASE, SAMPLE_RATE, lead_sheet
from activities.animatic.score import compose_score
from activities.faults import InvalidInput
from activities.media.loudness import MasteringFailed, master, measure
from activities.media.sound import frames_to_samples
from activities.models.local import ScoreJob

Cues = Sequence[tuple[float, float]]
Sound = NDArray[np.float32]

ENERGIES = st.integers(0, 20).map(lambda twentieths: twentieths / 20)
CUES = st.lists(st.tuples(st.sampled_from([5.0, 10.0]), ENERGIES), min_size=1, max_size=3)
STYLES = st.sampled_from([("warm", "minimal"), ("cinematic",), ("tech",), ("fresh",), ()])
SEEDS = st.integers(0, 2**63)
# The fade-out of the last beat, which is no part of its level, seconds.
FADE_OUT_S = 1.6
AAC_FRAME = 1024


def ignore(_: int) -> None:
    pass


def compose(cues: Cues, style: Sequence[str] = ("warm",), seed: int = 1) -> Sound:
    samples = round(sum(seconds for seconds, _ in cues) * SAMPLE_RATE)
    return compose_score(ScoreJob(samples, cues, style, seed), ignore)


def decoded(path: Path) -> Sound:
    """All that PyAV returns, the padding of the last AAC frame included."""
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1).T


def levels(sound: Sound, cues: Cues) -> list[float]:
    """Root mean square of each film beat, decibels."""
    ends = np.cumsum([seconds for seconds, _ in cues])
    starts = [0.0, *ends[:-1]]
    ends[-1] -= FADE_OUT_S
    beats = [
        sound[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)] for a, b in zip(starts, ends, strict=True)
    ]
    return [float(10 * np.log10(np.mean(np.square(beat, dtype=np.float64)))) for beat in beats]


def assert_ordered(sound: Sound, cues: Cues) -> None:
    loudness = levels(sound, cues)
    for (high, (_, more)), (low, (_, less)) in permutations(zip(loudness, cues, strict=True), 2):
        if more - less >= 0.15 - 1e-9:
            assert high > low, f"energy {more} at {high:.2f} dB, energy {less} at {low:.2f} dB"


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cues=CUES, style=STYLES, seed=SEEDS)
def test_level_follows_energy_in_every_composition(cues: Cues, style: Sequence[str], seed: int) -> None:
    music = compose(cues, style, seed)
    assert np.isfinite(music).all()
    assert np.abs(music).max() < 1
    assert_ordered(music, cues)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(frames=st.integers(1, 60), fps=st.sampled_from([8, 16, 24, 25, 30]), seed=SEEDS)
def test_music_has_exactly_the_samples_of_its_frames(frames: int, fps: int, seed: int) -> None:
    samples = frames_to_samples(frames, fps)
    music = compose_score(ScoreJob(samples, [(samples / SAMPLE_RATE, 0.6)], (), seed), ignore)
    assert music.shape == (samples, 2)
    assert music.dtype == np.float32


@given(frames=st.integers(0, 10**6), fps=st.sampled_from([8, 16, 24, 25, 30]))
def test_frames_and_samples_last_equally_long(frames: int, fps: int) -> None:
    assert Fraction(frames_to_samples(frames, fps), SAMPLE_RATE) == Fraction(frames, fps)


def test_frames_that_are_no_whole_number_of_samples_are_refused() -> None:
    assert frames_to_samples(5, Fraction(30000, 1001)) == 8008
    with pytest.raises(ValueError, match="whole number"):
        frames_to_samples(1, Fraction(30000, 1001))


@given(cues=CUES, style=STYLES, seed=SEEDS)
def test_every_cut_falls_on_a_downbeat_and_the_film_ends_at_home(
    cues: Cues, style: Sequence[str], seed: int
) -> None:
    samples = round(sum(seconds for seconds, _ in cues) * SAMPLE_RATE)
    sheet = lead_sheet(samples, cues, style, seed)
    assert PHRASE % sheet.beat == 0
    assert sum(BARS[sheet.bpm]) * sheet.beat == PHRASE
    downbeats = {bar.start for bar in sheet.bars}
    assert set(range(0, samples, PHRASE)) <= downbeats
    assert sheet.bars[-1].chord.bass == 0
    assert sheet.bars[-1].start + sheet.bars[-1].samples == samples


@pytest.mark.parametrize(("energy", "bpm"), [(0.2, 72), (0.39, 72), (0.4, 96), (0.75, 96), (0.76, 120)])
def test_tempo_follows_mean_energy(energy: float, bpm: int) -> None:
    assert lead_sheet(10 * SAMPLE_RATE, [(5, energy), (5, energy)], (), 1).bpm == bpm


def test_the_same_job_sounds_the_same_in_another_process() -> None:
    script = (
        "import hashlib; from activities.models.local import ScoreJob;"
        "from activities.animatic.score import compose_score;"
        "job = ScoreJob(240000, [(2.5, 0.4), (2.5, 0.9)], ('bold',), 5);"
        "print(hashlib.sha256(compose_score(job, lambda n: None).tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    here = hashlib.sha256(compose([(2.5, 0.4), (2.5, 0.9)], ("bold",), 5).tobytes()).hexdigest()
    assert there.stdout.strip() == here


def test_two_films_do_not_sound_the_same() -> None:
    sheets = {lead_sheet(15 * SAMPLE_RATE, [(15, 0.6)], ("warm",), seed) for seed in range(20)}
    assert len(sheets) >= 15


def test_energy_adds_treble_before_level() -> None:
    calm, lively = compose([(5, 0.3)]), compose([(5, 0.9)])

    def treble(sound: Sound) -> float:
        power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
        return float(power[5 * 2000 :].sum() / power.sum())

    assert treble(lively) > 2 * treble(calm)


def test_what_advance_raises_stops_the_composer_and_the_encoder(tmp_path: Path) -> None:
    class Unwanted(Exception):
        pass

    def refuse(_: int) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        compose_score(ScoreJob(PHRASE, [(5, 0.5)], (), 1), refuse)
    with pytest.raises(Unwanted):
        master(np.full((PHRASE, 2), 0.1, np.float32), tmp_path / "score.m4a", refuse)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("cues", [[], [(0.0, 0.5)]])
def test_a_job_without_beats_is_refused(cues: Cues) -> None:
    with pytest.raises(InvalidInput):
        compose_score(ScoreJob(PHRASE, cues, (), 1), ignore)


@pytest.mark.parametrize(
    ("cues", "style", "seed"),
    [
        ([(5.0, 0.6)], ("fresh",), 1),
        ([(5.0, 0.1), (5.0, 0.25)], ("calm",), 2),
        ([(5.0, 0.85), (5.0, 1.0)], ("tech", "bold"), 3),
        ([(5.0, 0.35), (5.0, 0.9), (5.0, 0.5)], ("cinematic",), 4),
    ],
)
def test_delivered_music_is_at_level_and_still_follows_energy(
    cues: Cues, style: Sequence[str], seed: int, tmp_path: Path
) -> None:
    music, out = compose(cues, style, seed), tmp_path / "score.m4a"
    mastered = master(music, out, ignore)
    assert measure(out) == (mastered.lufs, mastered.true_peak_db)
    assert abs(mastered.lufs + 14) <= 0.5
    assert mastered.true_peak_db <= -1
    assert mastered.samples == len(music)
    sound = decoded(out)
    assert len(music) <= len(sound) < len(music) + AAC_FRAME
    assert_ordered(sound[: len(music)], cues)


def _programmes() -> dict[str, Sound]:
    noise = np.random.default_rng(1).standard_normal((PHRASE, 2), np.float32)
    time = np.arange(PHRASE) / SAMPLE_RATE
    tick = np.exp(-100 * (time % 1)) * np.sin(2 * np.pi * 900 * (time % 1))
    square = np.sign(np.sin(2 * np.pi * 220 * time))
    return {
        "dense": noise * 3,
        "faint": noise * np.float32(1e-3),
        "sparse": np.stack([tick, tick], axis=1).astype(np.float32),
        "square": np.stack([square, square], axis=1).astype(np.float32),
        "odd length": noise[:100_001],
        "one side": noise * np.array([0.2, 0], np.float32),
    }


@pytest.mark.parametrize("name", _programmes())
def test_any_programme_reaches_delivery_level(name: str, tmp_path: Path) -> None:
    programme, out = _programmes()[name], tmp_path / "score.m4a"
    mastered = master(programme, out, ignore)
    lufs, peak = measure(out)
    assert abs(lufs + 14) <= 0.5
    assert peak <= -1
    assert mastered.samples == len(programme)


def test_a_click_stays_on_its_sample(tmp_path: Path) -> None:
    """The limiter must be at work, or this would not see its delay: hence clicks 30 dB over their bed."""
    clicks = np.arange(12_000, PHRASE, 24_000)
    programme = np.random.default_rng(2).standard_normal((PHRASE, 2), np.float32) * np.float32(0.03)
    programme[clicks] = 1
    master(programme, tmp_path / "clicks.m4a", ignore)
    sound = np.abs(decoded(tmp_path / "clicks.m4a").mean(axis=1))
    found = [at - 2_000 + int(sound[at - 2_000 : at + 2_000].argmax()) for at in clicks]
    assert found == clicks.tolist()


def test_the_same_sound_is_mastered_to_the_same_bytes(tmp_path: Path) -> None:
    music = compose([(5, 0.7)])
    for name in ("one.m4a", "two.m4a"):
        master(music, tmp_path / name, ignore)
    assert (tmp_path / "one.m4a").read_bytes() == (tmp_path / "two.m4a").read_bytes()


@pytest.mark.parametrize(
    "programme", [np.zeros((PHRASE, 2), np.float32), np.full((PHRASE, 2), np.nan, np.float32)]
)
def test_what_cannot_be_mastered_is_named_and_leaves_no_file(programme: Sound, tmp_path: Path) -> None:
    with pytest.raises(MasteringFailed):
        master(programme, tmp_path / "score.m4a", ignore)
    assert not list(tmp_path.iterdir())
