"""Knows of which productions all that they delivered was deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from activities.faults import StudioError
from infra.errors import Unreachable
from starter.run import Run
from starter.session import Session
from workflows.film import FILM
from workflows.studio import Progress

if TYPE_CHECKING:
    from starter.finding import Found


async def deleted(session: Session, ids: Collection[str]) -> frozenset[str]:
    """Those of these ended productions whose cuts were all deleted. Histories tell of them as if they were
    there; where no ledger is at hand, nobody can tell."""
    known = session.stack.temporal_embedded or session.settings.database_url
    if not ids or not known:
        return frozenset()
    # Most have delivered nothing by then: who asks how they stand needs no client of the database.
    from activities.opening import open_ledger
    from activities.studio import Cuts

    try:
        async with open_ledger(session.stack, session.settings) as database:
            return await Cuts(database).gone(ids)
    except (StudioError, Unreachable):
        # It is only told beside what was asked for.
        return frozenset()


async def all_deleted(session: Session, found: Collection[Found]) -> frozenset[str]:
    """The ids of those that have ended, and of which nothing that they delivered is there."""
    ended = [one for one in found if one.ended]
    films = [one.id for one in ended if one.production == FILM.noun]
    others = {one.id: one.delivered for one in ended if one.production != FILM.noun and one.delivered}
    return await deleted(session, films) | await _missing(session, others)


async def is_deleted(session: Session, run: Run[Any], progress: Progress) -> bool:
    """Whether what it has delivered was deleted. Of a film the ledger knows; of what has no cuts the bucket
    does. Where neither is at hand, nobody can tell."""
    if progress.cut is not None:
        return run.id in await deleted(session, [run.id])
    if progress.delivered is None or progress.status in ("planning", "rendering", "stopping"):
        return False
    return run.id in await _missing(session, {run.id: progress.delivered})


async def as_there(session: Session, progress: Progress) -> Progress:
    """The same, where versions whose files the bucket has no more are told so: a run knows those of when it
    was planned."""
    objects = {one.object for row in progress.beats for one in row.versions if one.object}
    if not (gone := await _missing(session, {one: one for one in objects})):
        return progress
    rows = (
        row.model_copy(
            update={
                "versions": tuple(one.without_files if one.object in gone else one for one in row.versions)
            }
        )
        for row in progress.beats
    )
    return progress.model_copy(update={"beats": tuple(rows)})


async def _missing(session: Session, delivered: Mapping[str, str]) -> frozenset[str]:
    """The ids of those whose object is not in the bucket."""
    known = session.stack.temporal_embedded or session.settings.s3_configured
    # A bucket of this machine alone has nothing of a studio that runs elsewhere.
    if not delivered or not known:
        return frozenset()
    from starter.delivered import open_bucket

    try:
        async with open_bucket(session) as store:
            there = await asyncio.gather(*(store.exists(one) for one in delivered.values()))
    except Unreachable:
        # It is only told beside what was asked for.
        return frozenset()
    return frozenset(id for id, is_there in zip(delivered, there, strict=True) if not is_there)
