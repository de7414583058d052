"""Knows a film as people direct it: its newest plan, what is wanted of its shots, what is there of that."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from activities.film.known import account_of, known
from activities.film.studio import FilmStudio
from activities.film.survey import found_of
from workflows.film import RUNGS, Direction, PlannedFilm, Version, VideoRequest


class Directed(NamedTuple):
    """A film's newest plan, with the facts of all models that may make its shots; what people want of these;
    the version of them that its request asks for; and the steps that are `found`, by name: of what is wanted
    of each shot, and of what it would be upgraded to."""

    planned: PlannedFilm
    direction: Direction
    own: Version
    found: Collection[str] = frozenset()


async def as_directed(studio: FilmStudio, request: VideoRequest, film: str) -> Directed:
    """Raises as `known` does."""
    account = await account_of(studio, request, film)
    it = await known(studio, request, film, account)
    planned, direction = it.planned.film, it.direction
    shots, found = [beat.id for beat in planned.plan.beats], set[str]()
    for rung in (one for one in RUNGS[1:] if planned.offered_by(one, "video")):
        decision = direction.upgrade(shots, rung)
        found |= {*await found_of(studio, film, request, account, decision)}
    return Directed(planned, direction, Version(rung=planned.own_rung(request.profile)), found)
