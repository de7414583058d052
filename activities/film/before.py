"""Knows which versions of a film's shots earlier runs finished, and where their pictures lie: looked up by
the recipes that they are made by, also what is drawn here, which nobody writes down."""

from __future__ import annotations

import asyncio

from activities.film.rehearsal import Rehearsal, rehearsing
from activities.film.studio import FilmStudio
from activities.ledger import is_there
from workflows.film import (
    Direction,
    Film,
    FinishedBefore,
    PlannedFilm,
    Version,
    VideoRequest,
    decisions,
)
from workflows.studio import Account


async def finished_before(
    studio: FilmStudio, film: str, request: VideoRequest, planned: PlannedFilm, account: Account, plan: int
) -> tuple[FinishedBefore, ...]:
    """Of the film of that id, by its plan of that number; of what was deleted nothing. Nothing is made."""
    shots = [beat.id for beat in planned.plan.beats]
    direction = Direction(shots, planned.own_rung(request.profile), plan, decisions(account.edits))
    # Nothing is wanted that is drawn: no drawing waits for what the shot before shows.
    direction.wanted = {shot: Version(rung="final") for shot in shots}
    crew = rehearsing(film, Rehearsal(studio, {}, film), account.choices)
    rehearsed = Film(planned, request, crew, direction, account)
    await rehearsed.shots.seek(rehearsed.review)
    found = [
        FinishedBefore(
            shot=shot.id,
            name=name,
            models=shot.finished[name].models,
            chunks=tuple(chunk.key for chunk in shot.finished[name].chunks),
            segment=segment.artifact,
        )
        for shot in rehearsed.shots.all
        for name, segment in shot.segments.items()
        if segment.artifact.reused
    ]
    there = await asyncio.gather(*(is_there(studio.store, one.segment) for one in found))
    return tuple(one for one, is_so in zip(found, there, strict=True) if is_so)
