"""What the score plays and when: key, chords, patterns and bars, all on whole samples at 48 kHz.

Films are cut on multiples of five seconds, so music is written in phrases of five seconds and two bars.
Each tempo fills a phrase with whole beats (6, 8 or 10), and a beat is a whole number of samples, so a cut
is always a downbeat and nothing drifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SAMPLE_RATE = 48_000
PHRASE = 5 * SAMPLE_RATE

# Calm, walking, driving. Any tempo that is a multiple of 12 fills five seconds with whole beats.
TEMPOS = (72, 96, 120)
# The mean energies at which a film walks instead of resting, and drives instead of walking.
WALKING, DRIVING = 0.40, 0.75
# Beats of the two bars of a phrase; 4 + 6 keeps the backbeat on even beats across every cut.
BARS = {72: (3, 3), 96: (4, 4), 120: (4, 6)}

# Style words whose sets are near black, and their neighbours: these films are scored in minor.
DARK_STYLES = frozenset(
    (
        *("cinematic", "dark", "dramatic", "futuristic", "gothic", "gritty", "luxury"),
        *("midnight", "moody", "mysterious", "night", "noir", "tech"),
    )
)


@dataclass(frozen=True)
class Chord:
    """Semitones above the key's root: one bass note and the four notes over it."""

    bass: int
    upper: tuple[int, int, int, int]


# Every chord carries its ninth or its seventh, and neighbours share two notes or more, so that the pad
# glides instead of jumping.
_MAJOR = {
    "I": Chord(0, (4, 7, 11, 14)),
    "ii": Chord(2, (0, 4, 5, 9)),
    "iii": Chord(4, (2, 4, 7, 11)),
    "IV": Chord(5, (0, 4, 7, 9)),
    "V": Chord(7, (0, 2, 7, 9)),
    "vi": Chord(9, (0, 4, 7, 11)),
}
_MINOR = {
    "i": Chord(0, (3, 7, 10, 14)),
    "III": Chord(3, (2, 7, 10, 14)),
    "iv": Chord(5, (0, 3, 8, 12)),
    "v": Chord(7, (0, 2, 7, 10)),
    "VI": Chord(8, (0, 3, 7, 10)),
    "VII": Chord(10, (0, 2, 5, 10)),
}
# Loops of four bars; the bar before the last one of a film is the subdominant, the last one is home.
_MAJOR_LOOPS = ("I vi IV V", "I iii IV V", "I vi ii V", "I V vi IV", "I ii vi IV", "I IV vi V")
_MINOR_LOOPS = ("i VI III VII", "i VI iv v", "i III VI iv", "i iv VI VII", "i VII VI v")

# Which note of the chord each eighth takes, and how early each eighth joins in as energy grows (0 first).
_FIGURES = (
    (0, 2, 3, 1, 4, 2, 3, 1),
    (0, 1, 2, 3, 4, 3, 2, 1),
    (4, 3, 2, 1, 3, 2, 1, 0),
    (0, 3, 1, 4, 2, 3, 1, 2),
    (2, 4, 3, 1, 2, 0, 3, 1),
)
_ENTRIES = ((0, 3, 2, 1, 0, 3, 1, 2), (0, 2, 3, 0, 2, 3, 0, 1), (0, 3, 1, 2, 1, 3, 0, 2))


@dataclass(frozen=True)
class Bar:
    """One bar: first sample, length in samples, and its chord."""

    start: int
    samples: int
    chord: Chord


@dataclass(frozen=True)
class LeadSheet:
    """All that the players agree on before they play. `root` is a MIDI note; times are in samples."""

    samples: int
    bpm: int
    root: int
    bars: tuple[Bar, ...]
    figure: tuple[int, ...]
    entries: tuple[int, ...]
    syncopated: bool

    @property
    def beat(self) -> int:
        """Samples of one musical beat; whole for every tempo used."""
        return SAMPLE_RATE * 60 // self.bpm


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers of one purpose, so that one player's draws never move another's."""
    return np.random.default_rng((seed % 2**64, *purpose.encode()))


def tempo(cues: Sequence[tuple[float, float]]) -> int:
    """Beats a minute, from the film's mean energy weighted by the length of its beats."""
    seconds = sum(length for length, _ in cues)
    mean = sum(length * energy for length, energy in cues) / seconds
    return TEMPOS[(mean >= WALKING) + (mean > DRIVING)]


def is_dark(style: Sequence[str]) -> bool:
    """Whether any word of the style asks for the minor set."""
    return any(word in DARK_STYLES for phrase in style for word in phrase.lower().replace("-", " ").split())


def lead_sheet(
    samples: int, cues: Sequence[tuple[float, float]], style: Sequence[str], seed: int
) -> LeadSheet:
    """Writes the sheet of one film; the same arguments give the same sheet in any process."""
    choose = stream(seed, "sheet")
    dark, bpm = is_dark(style), tempo(cues)
    chords, loops = (_MINOR, _MINOR_LOOPS) if dark else (_MAJOR, _MAJOR_LOOPS)
    loop = [chords[name] for name in loops[choose.integers(len(loops))].split()]
    # Tonics from A to F sharp: the pad's top note stays under 1 kHz, where it is warm and not shrill.
    root = int(choose.integers(45, 53) if dark else choose.integers(48, 55))
    cadence = [chords["iv" if dark else "IV"], chords["i" if dark else "I"]]
    return LeadSheet(
        samples=samples,
        bpm=bpm,
        root=root,
        bars=_bars(samples, bpm, loop, cadence),
        figure=_FIGURES[choose.integers(len(_FIGURES))],
        entries=_ENTRIES[choose.integers(len(_ENTRIES))],
        syncopated=bool(choose.integers(2)),
    )


def _bars(samples: int, bpm: int, loop: list[Chord], cadence: list[Chord]) -> tuple[Bar, ...]:
    beat, at = SAMPLE_RATE * 60 // bpm, 0
    starts: list[tuple[int, int]] = []
    while at < samples:
        length = BARS[bpm][len(starts) % 2] * beat
        starts.append((at, length))
        at += length
    chords = [loop[index % len(loop)] for index in range(len(starts))]
    chords[-len(cadence) :] = cadence[-len(chords) :]
    return tuple(Bar(start, length, chord) for (start, length), chord in zip(starts, chords, strict=True))
