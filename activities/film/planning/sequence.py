"""Which beats make a film of a given length, in which order, and how long each lasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from activities.film.planning.brief import Brief
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from workflows.film import BeatSeconds, BeatTemplate, Position
from workflows.studio import FieldProblem

SHORTEST, LONGEST = 5, 15
# Beats of a film that has a middle.
MIDDLE_FROM = 3
# How much a beat too many or too few weighs against one step of 5 s away from the default lengths.
_COUNT_WEIGHT = 1.5
# How far the number of beats strays at creativity 1, either way: a short film keeps its three.
_COUNT_JITTER = 0.45
# How much the archetype's own number of beats is preferred, in the same measure, at creativity 0.
_FAITH = 3.0
# Chance at creativity 1 that an end of the film is another than the archetype's.
_OTHER_END = 0.7
# Places that a middle may move at creativity 1.
_WANDER = 3.0

_LENGTHS: dict[int, BeatSeconds] = {5: 5, 10: 10, 15: 15}


@dataclass(frozen=True)
class Slot:
    """A beat of the film and its length in seconds."""

    template: BeatTemplate
    seconds: BeatSeconds


@dataclass(frozen=True)
class _Cast:
    """Candidates in order of preference; the ends are there where the library has them."""

    opening: BeatTemplate | None
    middles: Sequence[BeatTemplate]
    closing: BeatTemplate | None

    def of(self, count: int) -> list[BeatTemplate] | None:
        """The film of `count` beats; None where the library has too few, or the ends leave no room."""
        if count == 1:
            # One beat is both ends; an opening says most alone.
            alone = [beat for beat in (self.opening, *self.middles, self.closing) if beat]
            return alone[:1]
        ends = (self.opening is not None) + (self.closing is not None)
        if not 0 <= count - ends <= len(self.middles):
            return None
        chosen = [self.opening, *self.middles[: count - ends], self.closing]
        return [beat for beat in chosen if beat]


def arrange(brief: Brief, library: Library, duration_s: int, rng: Random) -> list[Slot]:
    """The beats of a film of `duration_s` seconds, each once, adding up to it exactly.

    At creativity 0 the archetype's own sequence, shortened from its end of the middle or extended by
    what it names as extra. Raises `InvalidPlan` when the library cannot fill the film.
    """
    cast = _cast(brief, library, rng)
    beats = _film(cast, brief, duration_s, rng)
    if beats is None:
        raise InvalidPlan([_cannot_fill(library, duration_s)])
    return _lengths(beats, duration_s, brief.creativity, rng)


def _pick(options: Sequence[BeatTemplate], rng: Random) -> BeatTemplate:
    # Only random() is the same in every version of Python.
    return options[int(rng.random() * len(options))]


def _suits(template: BeatTemplate, brief: Brief) -> bool:
    kinds = {kind.casefold() for kind in template.products}
    return "any" in kinds or brief.kind in kinds or not kinds.isdisjoint(brief.product.casefold().split())


def ranked(brief: Brief, library: Library, position: Position) -> list[BeatTemplate]:
    """Beats of a position, best first: those that suit the product, then in the archetype's order."""
    order = [*brief.archetype.sequence, *brief.archetype.extra]
    places = {name: place for place, name in enumerate(order)}
    listed = [beat for beat in library.beats.values() if beat.position == position]
    return sorted(listed, key=lambda beat: (not _suits(beat, brief), places.get(beat.id, len(order))))


def _end(brief: Brief, library: Library, position: Position, rng: Random) -> BeatTemplate | None:
    listed = ranked(brief, library, position)
    if not listed:
        return None
    suiting = [beat for beat in listed if _suits(beat, brief)] or listed
    vary = rng.random() < brief.creativity * _OTHER_END
    return _pick(suiting, rng) if vary else suiting[0]


def _cast(brief: Brief, library: Library, rng: Random) -> _Cast:
    middles = ranked(brief, library, "middle")
    wander = brief.creativity * _WANDER
    # A beat made for this kind of product comes earlier, the more so the freer the planner is.
    drawn = {
        beat.id: place
        + (rng.random() * 2 - 1) * wander
        - (wander / 3 if brief.kind in beat.products else 0.0)
        for place, beat in enumerate(middles)
    }
    return _Cast(
        opening=_end(brief, library, "opening", rng),
        middles=sorted(middles, key=lambda beat: (not _suits(beat, brief), drawn[beat.id])),
        closing=_end(brief, library, "closing", rng),
    )


def _film(cast: _Cast, brief: Brief, duration_s: int, rng: Random) -> list[BeatTemplate] | None:
    """The film whose default lengths and number of beats come closest to what is asked."""
    archetype, loose = brief.archetype, brief.creativity
    ideal = 1 + duration_s / archetype.pace_s + (rng.random() * 2 - 1) * _COUNT_JITTER * loose
    usual = archetype.shortest_s <= duration_s <= archetype.longest_s

    def cost(beats: list[BeatTemplate]) -> float:
        off = abs(sum(beat.seconds for beat in beats) - duration_s) / 5
        faith = _FAITH * (1 - loose) if usual and len(beats) == len(archetype.sequence) else 0.0
        return off + _COUNT_WEIGHT * abs(len(beats) - round(ideal)) - faith

    counts = range(max(1, math.ceil(duration_s / LONGEST)), duration_s // SHORTEST + 1)
    films = [film for count in counts if (film := cast.of(count))]
    # An opening and a closing alone are no film, where there is time for more.
    films = [film for film in films if len(film) >= MIDDLE_FROM] or films
    return min(films, key=cost) if films else None


def _lengths(beats: Sequence[BeatTemplate], duration_s: int, creativity: float, rng: Random) -> list[Slot]:
    """Default lengths, moved in steps of 5 s until they add up: calm beats grow, lively ones shrink."""
    seconds = [int(beat.seconds) for beat in beats]
    while (missing := duration_s - sum(seconds)) != 0:
        step, limit = (5, LONGEST) if missing > 0 else (-5, SHORTEST)
        movable = [at for at in range(len(beats)) if seconds[at] != limit]
        moved = {at: abs(seconds[at] + step - beats[at].seconds) for at in movable}
        least = [at for at in movable if moved[at] == min(moved.values())]
        # Middles first: an end that lingers is noticed more.
        inner = [at for at in least if beats[at].position == "middle"] or least
        if rng.random() < creativity:
            at = inner[int(rng.random() * len(inner))]
        else:
            sign = 1 if step > 0 else -1
            at = min(inner, key=lambda each: (sign * beats[each].energy, each))
        seconds[at] += step
    return [Slot(template=beat, seconds=_LENGTHS[each]) for beat, each in zip(beats, seconds, strict=True)]


def _cannot_fill(library: Library, duration_s: int) -> FieldProblem:
    ends = bool(library.openings) + bool(library.closings)
    most = max(LONGEST * (ends + len(library.middles)), LONGEST)
    return FieldProblem(
        field="library",
        problem=f"its beats cannot fill {duration_s} s: each is used once and lasts at most 15 s",
        suggestion=f"ask for at most {most} s, or add middle beats",
    )
