"""The animatic's music: which player plays what as the film's energy rises and falls.

Energy first opens the pad's filter and adds players (plucks, kick, shaker, brush), and only then level; what
the mix finally guarantees about level is `mixdown.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from activities.animatic import instruments
from activities.animatic.harmony import PHRASE, SAMPLE_RATE, Bar, Chord, LeadSheet, lead_sheet, stream
from activities.animatic.instruments import Sound
from activities.animatic.mixdown import EnergyCurve, Stems, mix
from activities.faults import InvalidInput
from activities.models import Advance, ScoreJob

# Energies at which a player joins. Below the first there is only the pad, which is what rest sounds like.
PLUCKS_AT, KICK_AT, SHAKER_AT, BRUSH_AT = 0.22, 0.42, 0.50, 0.60
# Nothing is struck this long before the end: the last chord rings out under the fade.
REST_S = 1.2
# A hand is never exact; 3 ms is felt as ease and not heard as error.
HAND_S = 0.003


def compose_score(job: ScoreJob, advance: Advance) -> NDArray[np.float32]:
    """Returns the film's music, shape (job.samples, 2), peaks under 1.0, not yet mastered.

    A cue is one film beat: its length in seconds and its energy from 0 to 1. Where energies differ by 0.15
    or more, the levels of the beats are ordered like them. The same job gives the same samples in any
    process. `advance` is told samples done. Raises `InvalidInput` for a job without samples or cues.
    """
    if job.samples < 1 or not job.cues or any(seconds <= 0 for seconds, _ in job.cues):
        raise InvalidInput("A score needs a length and at least one beat of more than 0 seconds.")
    sheet = lead_sheet(job.samples, job.cues, job.style, job.seed)
    curve = EnergyCurve.of(job.samples, job.cues)
    ensemble = Ensemble(sheet, curve, job.seed)
    for bar in sheet.bars:
        ensemble.play(bar)
        advance(bar.start)
    for cut in curve.cuts:
        ensemble.mark(cut)
    return mix(ensemble.stems, sheet, curve, job.seed, lambda: advance(job.samples))


@dataclass
class Ensemble:
    """The players and what they have played so far."""

    sheet: LeadSheet
    curve: EnergyCurve
    seed: int
    stems: Stems = field(init=False)
    _kept: dict[object, Sound] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.stems = Stems.silent(self.sheet.samples)
        self._hand = stream(self.seed, "hand")
        self._noise = stream(self.seed, "noise")
        self._last_strike = max(self.sheet.samples - round(REST_S * SAMPLE_RATE), 1)

    def play(self, bar: Bar) -> None:
        """One bar of everybody whose turn it is at this energy."""
        self._strings(bar)
        for step, at in self._eighths(bar):
            energy = self.curve.at(at)
            if energy > PLUCKS_AT:
                self._pluck(bar, step, at, energy)
            if energy > KICK_AT and self._kicks(step):
                self._lay("rhythm", self._keep("kick", instruments.kick), at, 0.34 * _joined(energy, KICK_AT))
            if energy > SHAKER_AT:
                self._shake(step, at, energy)
            if energy > BRUSH_AT and step % 4 == 2:
                # Four takes in turn: one brush stroke repeated exactly is heard as a machine.
                stroke = self._keep(("brush", step // 4 % 4), lambda: instruments.brush(self._noise))
                self._lay("melody", stroke, at, 0.11 * _joined(energy, BRUSH_AT))

    def mark(self, cut: int) -> None:
        """A riser into a cut of the film and a low bloom on it."""
        energy = self.curve.at(cut)
        riser = instruments.riser(self._noise)
        self._lay("melody", riser, cut - len(riser), 0.03 + 0.05 * energy)
        low = instruments.fold(self.sheet.root, 33)
        self._lay("rhythm", self._keep("bloom", lambda: instruments.bloom(low)), cut, 0.10)

    def _strings(self, bar: Bar) -> None:
        seconds, root = bar.samples / SAMPLE_RATE, self.sheet.root
        bass = instruments.fold(root + bar.chord.bass, 40)
        notes = [float(bass), *(float(root + 12 + note) for note in bar.chord.upper)]
        chord = self._keep(
            ("pad", bar.chord, bar.samples), lambda: instruments.pad(notes, seconds, self._noise)
        )
        self.stems.lay_wide("pad", chord, bar.start, 0.046)
        deep = instruments.fold(bass, 31)
        floor = self._keep(("sub", deep, bar.samples), lambda: instruments.sub(deep, seconds))
        self._lay("rhythm", floor, bar.start, 0.105)

    def _eighths(self, bar: Bar) -> Iterator[tuple[int, int]]:
        half = self.sheet.beat // 2
        for step in range(bar.samples // half):
            at = bar.start + step * half
            if at < self._last_strike:
                yield step, at

    def _pluck(self, bar: Bar, step: int, at: int, energy: float) -> None:
        figure, entries = self.sheet.figure, self.sheet.entries
        # Each further quarter of the energy range lets the next group of eighths in.
        if energy < PLUCKS_AT + 0.16 * entries[step % len(entries)]:
            return
        # The figure moves on by one note every phrase, or two minutes would hear it forty-eight times.
        turn = (step + bar.start // PHRASE) % len(figure)
        note = self.sheet.root + 12 + _tones(bar.chord)[figure[turn]]
        bright = round(energy * 6) / 6
        sound = self._keep(("pluck", note, bright), lambda: instruments.pluck(note, bright))
        accent = 0.21 if step % 2 == 0 else 0.15
        gain = accent * (0.45 + 0.55 * _joined(energy, PLUCKS_AT)) * float(self._hand.uniform(0.8, 1.05))
        late = round(float(np.clip(self._hand.normal(0, HAND_S), -2 * HAND_S, 2 * HAND_S)) * SAMPLE_RATE)
        place = 0.45 * float(np.sin(step * 1.9 + at / self.sheet.beat))
        self._lay("melody", sound, at + late, gain, place)

    def _kicks(self, step: int) -> bool:
        if self.sheet.bpm == 72:
            return step == 0
        if self.sheet.syncopated and self.sheet.bpm == 96:
            return step in (0, 3, 4)
        return step % 2 == 0

    def _shake(self, step: int, at: int, energy: float) -> None:
        half = self.sheet.beat // 2
        weight = _joined(energy, SHAKER_AT)
        for offset, gain in ((0, 0.5 if step % 2 == 0 else 1.0), (half // 2, 0.45 * (energy > 0.68))):
            grain = self._keep(("shaker", (step + offset) % 8), lambda: instruments.shaker(self._noise))
            self._lay("melody", grain, at + offset, 0.11 * weight * gain, 0.3)

    def _keep(self, name: object, make: Callable[[], Sound]) -> Sound:
        """Makes a sound once a film: the loop repeats, and so do its chords and notes."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def _lay(self, stem: str, sound: Sound, at: int, gain: float, place: float = 0.0) -> None:
        self.stems.lay_wide(stem, sound[:, None] * instruments.placed(place), at, gain)


def _tones(chord: Chord) -> tuple[int, ...]:
    """The five notes a pluck may take: the chord's own, and its lowest an octave higher."""
    low = min(chord.upper)
    return (*sorted(chord.upper), low + 12)


def _joined(energy: float, threshold: float) -> float:
    """How far a player has come in, 0.35 to 1: nobody starts at full strength or in silence."""
    return 0.35 + 0.65 * min(1.0, (energy - threshold) / 0.35)
