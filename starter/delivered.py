"""Knows what a production of any kind has delivered, whoever started it and whether it still runs.

What Temporal knows is asked first; where nobody answers for it, or its history has expired, the bucket: a cut
is never replaced there, and its number is in its name.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from activities.faults import StudioError
from activities.film import cuts_of
from activities.storage import ObjectMissing, ObjectStore
from infra.errors import Unreachable
from starter.errors import GONE, NoAnswer, NoSuchCut, NoSuchFilm
from starter.run import Run
from starter.session import Session

_CUT = re.compile(r"(?P<folder>.+/cuts/)(?P<number>\d+)(?P<file>/[^/]+)")


@dataclass(frozen=True)
class Delivered:
    """One thing that was delivered: the key of an object, and the number of the cut where it is one."""

    id: str
    object: str
    cut: int | None

    @classmethod
    def of(cls, id: str, object: str) -> Delivered:
        found = _CUT.fullmatch(object)
        return cls(id, object, int(found["number"]) if found else None)


@asynccontextmanager
async def open_bucket(session: Session) -> AsyncIterator[ObjectStore]:
    """The bucket of a session, without its database. Raises `Unreachable`, also for what the bucket refuses
    meanwhile, and `NoSuchCut` for what it has no more."""
    store = await session.open_store()
    try:
        yield store
    except ObjectMissing as error:
        raise NoSuchCut(f"{error}: it {GONE}") from error
    except StudioError as error:
        raise Unreachable(f"The bucket cannot be used: {error}") from error


async def delivered(session: Session, store: ObjectStore, id: str, cut: int | None = None) -> Delivered:
    """What it delivered last, or the `cut` of that number. Raises `NoSuchFilm`, `NoSuchCut`,
    `Unreachable`."""
    newest = await _newest(session, store, id)
    if cut is None or newest.cut == cut:
        if not await store.exists(newest.object):
            # Histories tell of it as of when it was there.
            raise NoSuchCut(f"{newest.object} {GONE}")
        return newest
    found = _CUT.fullmatch(newest.object)
    folder, file = (found["folder"], found["file"]) if found else ("", "")
    numbers = await _numbers(store, folder, file)
    if cut not in numbers:
        known = f"it has {_listed(numbers)}" if numbers else "what it delivered has no number"
        raise NoSuchCut(f"{id} has no cut {cut}: {known}.")
    return Delivered(id, f"{folder}{cut}{file}", cut)


async def _newest(session: Session, store: ObjectStore, id: str) -> Delivered:
    try:
        object = await _known(session, await session.productions.find(id))
    except NoSuchFilm as error:
        # Temporal forgets what has ended; the bucket does not.
        if object := await _in_bucket(store, id):
            return Delivered.of(id, object)
        raise error
    if object := object or await _in_bucket(store, id):
        return Delivered.of(id, object)
    raise NoSuchCut(f"{id} has delivered nothing yet: `reel status {id}` says how it stands.")


async def _known(session: Session, run: Run[Any]) -> str | None:
    """By its result, or by how it stands; None where nobody answers for it."""
    if (await run.describe()).status == WorkflowExecutionStatus.COMPLETED:
        return run.production.delivered(await run.result())
    try:
        return (await session.progress(run)).delivered
    except NoAnswer:
        return None


async def _in_bucket(store: ObjectStore, id: str) -> str | None:
    """The newest cut that lies under its name."""
    folder, file = cuts_of(id), "/film.mp4"
    numbers = await _numbers(store, folder, file)
    return f"{folder}{numbers[-1]}{file}" if numbers else None


async def _numbers(store: ObjectStore, folder: str, file: str) -> list[int]:
    if not folder:
        return []
    found = (_CUT.fullmatch(key) for key in await store.list(folder))
    return sorted(int(one["number"]) for one in found if one and one["file"] == file)


def _listed(numbers: list[int]) -> str:
    """A film may have a hundred."""
    if len(numbers) > 5 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))
