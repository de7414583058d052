"""What every plan must meet, whether composed by rules, by a model, or brought by a caller."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from activities.film.planning.library import Library
from workflows.film import (
    LONGEST_S,
    SHORTEST_S,
    Beat,
    BeatDraft,
    BeatSeconds,
    Position,
    is_legal,
    nearest_legal,
)
from workflows.studio import FieldProblem

BEAT_SECONDS: tuple[BeatSeconds, ...] = (5, 10, 15)
#: What a draft must say of a beat that the library does not know.
OWN_FIELDS = ("seconds", "action", "prompt", "camera", "energy")


def due_position(index: int, count: int, library: Library) -> Position | None:
    """The position that belongs at this place; None where any may stand.

    A film of one beat has no room for an order. Otherwise openings come first and closings last,
    where the library has them, and middles fill the rest.
    """
    if count == 1:
        return None
    if index == 0 and library.openings:
        return "opening"
    if index == count - 1 and library.closings:
        return "closing"
    return "middle"


def violations(beats: Sequence[Beat], duration_s: int, library: Library) -> list[FieldProblem]:
    """Everything wrong with `beats` as a film of `duration_s` seconds; empty when it is sound."""
    if not beats:
        return [FieldProblem(field="plan.beats", problem="is empty", suggestion="give at least one beat")]
    return [
        *_lengths(beats),
        *_total(beats, duration_s),
        *_repeats(beats),
        *_places(beats, library),
        *_starts(beats),
    ]


def unknown(drafts: Sequence[BeatDraft], library: Library, there: Collection[str] = ()) -> list[FieldProblem]:
    """Drafted beats that the library does not know and that do not say enough to stand alone; those that are
    `there` already need not."""
    problems = []
    for index, draft in enumerate(drafts):
        missing = [name for name in OWN_FIELDS if getattr(draft, name) is None]
        if draft.id in library.beats or draft.id in there or not missing:
            continue
        near = difflib.get_close_matches(draft.id, library.beats, n=1)
        suggestion = (
            f"did you mean {near[0]}? else" if near else f"one of {', '.join(list(library.beats)[:4])}, …; or"
        )
        problems.append(
            FieldProblem(
                field=f"plan.beats[{index}].id",
                problem=f"the library has no beat {draft.id}",
                suggestion=f"{suggestion} describe your own: add {', '.join(missing)}",
            )
        )
    return problems


def _lengths(beats: Sequence[Beat]) -> Iterator[FieldProblem]:
    for index, beat in enumerate(beats):
        if beat.seconds not in BEAT_SECONDS:
            yield FieldProblem(
                field=f"plan.beats[{index}].seconds",
                problem=f"{beat.id} lasts {beat.seconds} s",
                suggestion="beats last 5, 10 or 15 s",
            )


def _total(beats: Sequence[Beat], duration_s: int) -> Iterator[FieldProblem]:
    total = sum(beat.seconds for beat in beats)
    if not is_legal(duration_s):
        yield FieldProblem(
            field="duration_s",
            problem=f"{duration_s} s is not {SHORTEST_S} to {LONGEST_S} in steps of 5",
            suggestion=f"the nearest is {nearest_legal(duration_s)}",
        )
    if total != duration_s:
        yield FieldProblem(
            field="duration_s",
            problem=f"the film is to last {duration_s} s, but its beats add up to {total} s",
            suggestion=f"ask for {total} s, or change the beats' seconds",
        )


def _repeats(beats: Sequence[Beat]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for index, beat in enumerate(beats):
        if beat.id in seen:
            yield FieldProblem(
                field=f"plan.beats[{index}].id",
                problem=f"{beat.id} appears twice",
                suggestion="use every beat once",
            )
        seen.add(beat.id)


def _places(beats: Sequence[Beat], library: Library) -> Iterator[FieldProblem]:
    for index, beat in enumerate(beats):
        due = due_position(index, len(beats), library)
        if due is None or beat.position == due:
            continue
        fitting = [each.id for each in library.beats.values() if each.position == due]
        yield FieldProblem(
            field=f"plan.beats[{index}].id",
            problem=f"{beat.id} is {_named(beat.position)}; {_named(due)} belongs here",
            suggestion=f"use one of {', '.join(fitting[:5])}" if fitting else "leave this beat out",
        )


def _named(position: Position) -> str:
    return {"opening": "an opening beat", "middle": "a middle beat", "closing": "a closing beat"}[position]


def _starts(beats: Sequence[Beat]) -> Iterator[FieldProblem]:
    clock = 0
    for index, beat in enumerate(beats):
        if beat.start_s != clock:
            yield FieldProblem(
                field=f"plan.beats[{index}].start_s",
                problem=f"{beat.id} starts at {beat.start_s} s, but the beats before it end at {clock} s",
                suggestion=f"start it at {clock} s",
            )
        clock += beat.seconds
