"""Knows how the neighbouring shots of one film meet: by its method, and as it was asked for.

Beats fade into each other by their energy. Scenes share a keyframe, so that a cut between them is none to the
eye; who asks for a cross-fade has both clips run over it. Where two share none, the earlier one fades into
the other as far as its frames reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from workflows.film import clips, timeline
from workflows.film.planned import PlannedFilm
from workflows.film.timeline import Conform, Piece, Transition
from workflows.film.versions import Footage


class Joins(Protocol):
    """Of one planned film; shots are counted from 0."""

    @property
    def opening(self) -> int:
        """X, the frames of the piece that opens every shot but the first."""

    @property
    def layout(self) -> tuple[Piece, ...]:
        """The film's pieces in order."""

    def handle(self, number: int) -> int:
        """Frames that a shot should have beyond its end."""

    def conform(self, number: int, counts: Sequence[int], native: Fraction, apart: bool = False) -> Conform:
        """How a shot's measured chunks become its segment; `apart`: it does not end as the next one begins,
        and is to fade into it as far as it can. Raises `CannotCover`."""

    def transition(self, number: int, before: int) -> Transition:
        """Into a shot, from one that ended with `before` frames of handle."""


def are_apart(before: Footage, after: Footage) -> bool:
    """Whether the clips of neighbouring scenes meet in two pictures: one was made with other models, in other
    words, or is only drawn. Beats meet in none."""
    end = before.lasts[-1] if before.lasts else None
    return end is not None and after.image is not None and end.key != after.image.key


def joins_of(planned: PlannedFilm) -> Joins:
    """Those of the film's method."""
    return BetweenScenes(planned) if planned.plan.method == "keyframes" else BetweenBeats(planned)


class BetweenBeats:
    """As every release has joined them."""

    def __init__(self, planned: PlannedFilm) -> None:
        self._beats, self._fps = planned.plan.beats, planned.format.fps

    @property
    def opening(self) -> int:
        return timeline.transition_frames(self._fps)

    @property
    def layout(self) -> tuple[Piece, ...]:
        return timeline.film_layout(self._beats, self._fps)

    def handle(self, number: int) -> int:
        after = self._beats[number + 1].energy if number + 1 < len(self._beats) else None
        return timeline.wanted_handle(self._fps, after)

    def conform(self, number: int, counts: Sequence[int], native: Fraction, apart: bool = False) -> Conform:
        frames = self._beats[number].frames(self._fps)
        return timeline.conform(counts, native, self._fps, frames, self.handle(number))

    def transition(self, number: int, before: int) -> Transition:
        return timeline.transition(self._fps, before, self._beats[number].energy)


class BetweenScenes:
    """Cuts, or the cross-fades that are asked for, or needed."""

    def __init__(self, planned: PlannedFilm) -> None:
        self._planned, self._beats, self._fps = planned, planned.plan.beats, planned.format.fps

    @property
    def opening(self) -> int:
        return clips.opening_of(self._planned.crossfade, self._fps)

    @property
    def layout(self) -> tuple[Piece, ...]:
        return timeline.film_layout(self._beats, self._fps, self.opening)

    def handle(self, number: int) -> int:
        return clips.handle_of(number, self._planned)

    def conform(self, number: int, counts: Sequence[int], native: Fraction, apart: bool = False) -> Conform:
        frames, handle = self._beats[number].frames(self._fps), self.handle(number)
        if apart and not handle:
            handle = clips.handle_within(number, counts, native, self._fps, frames, self.opening)
        return clips.conform(number, counts, native, self._fps, frames, handle)

    def transition(self, number: int, before: int) -> Transition:
        return Transition(frames=self.opening, fade=min(before, self.opening))
