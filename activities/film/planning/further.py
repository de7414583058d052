"""Chooses beats that extend a film, by rules: what it has not shown yet, before it closes.

They are put into words with the film's own, when it is planned (`forked`); here is only which they are, where
they stand, and how lively they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from activities.film.planning.constraints import BEAT_SECONDS
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.forked import brief_of
from activities.film.planning.library import Library
from activities.film.planning.sequence import ranked
from workflows.film import LONGEST_S, Beat, BeatDraft, BeatSeconds, BeatTemplate, Camera, Plan, VideoRequest
from workflows.studio import FieldProblem

_SHORTEST: BeatSeconds = BEAT_SECONDS[0]


def further(request: VideoRequest, plan: Plan, count: int) -> tuple[int, tuple[BeatDraft, ...]]:
    """`count` more beats for the film of `plan`, and the place that they go to. The library is the request's
    own, else that of the film's genre. Raises `InvalidPlan` where it has not as many, or the film has no room
    for them."""
    library = Library.for_request(request).for_genre(plan.genre)
    brief, there = brief_of(request, plan, library), {beat.id for beat in plan.beats}
    left = [each for each in ranked(brief, library, "middle") if each.id not in there]
    if count > len(left):
        raise InvalidPlan([_too_many(count, len(left), "the library has no others that it does not show")])
    room = LONGEST_S - plan.seconds
    if count * _SHORTEST > room:
        raise InvalidPlan([_too_many(count, room // _SHORTEST, f"films last up to {LONGEST_S} s")])
    chosen = left[:count]
    fits = sum(each.seconds for each in chosen) <= room
    closing = (at for at, beat in enumerate(plan.beats) if at and beat.position == "closing")
    place = next(closing, len(plan.beats))
    return place, _placed(chosen, plan.beats[:place], plan.beats[place:], library, shortest=not fits)


def _placed(
    chosen: Sequence[BeatTemplate],
    before: Sequence[Beat],
    after: Sequence[Beat],
    library: Library,
    shortest: bool,
) -> tuple[BeatDraft, ...]:
    """Between their neighbours: the energy goes evenly from one to the other, and no move is made twice in
    a row."""
    first = before[-1].energy
    step = ((after[0].energy if after else first) - first) / (len(chosen) + 1)
    moves: list[Camera] = [before[-1].camera]
    for number, template in enumerate(chosen, 1):
        taken = {moves[-1], after[0].camera} if after and number == len(chosen) else {moves[-1]}
        options = (template.camera, *library.guide.cameras[template.camera])
        moves.append(next((move for move in options if move not in taken), template.camera))
    return tuple(
        BeatDraft(
            id=template.id,
            seconds=_SHORTEST if shortest else template.seconds,
            camera=move,
            energy=round(first + step * number, 2),
        )
        for number, (template, move) in enumerate(zip(chosen, moves[1:], strict=True), 1)
    )


def _too_many(count: int, most: int, why: str) -> FieldProblem:
    return FieldProblem(
        field="add_beats",
        problem=f"{count} more beats cannot be added: {why}",
        suggestion=f"add at most {most}" if most else "drop a beat, or replace one in the plan",
    )
