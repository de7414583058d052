"""Knows which productions' cuts were all deleted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from activities.faults import StudioError
from infra.errors import Unreachable
from starter.run import Run
from starter.session import Session
from workflows.studio import Progress


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


async def is_deleted(session: Session, run: Run[Any], progress: Progress) -> bool:
    """Whether what it has delivered was deleted. Of a film the ledger knows; of what has no cuts the bucket
    does. Where neither is at hand, nobody can tell."""
    if progress.cut is not None:
        return run.id in await deleted(session, [run.id])
    if progress.delivered is None or progress.status in ("planning", "rendering", "stopping"):
        return False
    if not (session.stack.temporal_embedded or session.settings.s3_configured):
        # A bucket of this machine alone has nothing of a studio that runs elsewhere.
        return False
    from starter.delivered import open_bucket

    try:
        async with open_bucket(session) as store:
            return not await store.exists(progress.delivered)
    except Unreachable:
        # It is only told beside what was asked for.
        return False
