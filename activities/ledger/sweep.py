"""Knows one sweep: finishes what nobody drives, finds jobs that nobody knows, closes what is left over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Literal, Protocol

from activities.faults import StudioError
from activities.ledger.orphan_rows import Payer, Sent, SweepRows
from activities.models import Job, ListedJob, Roster
from workflows.upkeep import Swept

log = logging.getLogger(__name__)

# Each waits for a provider, or moves one file: few enough to leave a worker's memory and wires to the films.
_AT_ONCE = 8
Outcome = Literal["tended", "adopted", "closed"]
#: The key of an open attempt to tend, or a stray or surplus attempt to close.
Item = str | tuple[str, int]


class Buys(Protocol):
    """What drives attempts to their end. Cancelled, it gives its claim back and leaves the job running."""

    async def tend(self, key: str) -> None: ...

    async def close(self, key: str, n: int) -> None: ...


class Records(Protocol):
    """What is told whose a job is: a fact, which may be told again."""

    async def record(self, key: str, n: int, job: Job) -> object: ...


class Sweeper:
    """Sweeps for the providers that this process has; other accounts' attempts are left alone."""

    def __init__(self, rows: SweepRows, records: Records, buyer: Buys, roster: Roster) -> None:
        self._rows, self._records, self._buyer = rows, records, buyer
        self._providers, self._catalogue = roster.providers, roster.catalogue

    async def sweep(self, limit_s: float, most: int, report: Callable[[int, int], None]) -> Swept:
        """Does what there is to do, for at most `limit_s` seconds and `most` attempts; `report` hears how
        many have ended of how many. What fails is logged, and stops nothing else. Raises
        `ProviderUnavailable` where the ledger cannot be asked at all."""
        latest, swept = time.monotonic() + limit_s, Swept()
        begun: set[object] = set(self._providers)
        running = {asyncio.create_task(self._adopt(name)): name for name in self._providers}
        look = self._rows.times.look_most
        try:
            while True:
                for item in await self._left_alone(most, begun):
                    if len(running) >= _AT_ONCE:
                        break
                    begun.add(item)
                    running[asyncio.create_task(self._do(item))] = str(item)
                left = latest - time.monotonic()
                if not running or left <= 0:
                    break
                # Looked for again meanwhile: a stop must not wait for somebody else's long job.
                ended, _ = await asyncio.wait(
                    running, timeout=min(look, left), return_when=asyncio.FIRST_COMPLETED
                )
                swept = _told(swept, ((running.pop(task), task) for task in ended))
                report(len(begun) - len(running), len(begun))
        finally:
            await _ended(running, self._rows.times.wind_down)
        return swept.model_copy(update={"left": len(running), "open": await self._rows.unfinished()})

    @property
    def _payers(self) -> list[Payer]:
        return [(name, one.account) for name, one in self._providers.items()]

    async def _left_alone(self, most: int, begun: set[object]) -> list[Item]:
        """What no film looks after: keys to tend, attempts to close; each once a sweep."""
        if len(begun) >= most + len(self._providers):
            return []
        found: list[Item] = [*await self._rows.loose(self._payers, most)]
        found += await self._rows.due(self._payers, most)
        return [item for item in found if item not in begun]

    async def _do(self, item: Item) -> tuple[Outcome, int]:
        if isinstance(item, str):
            await self._buyer.tend(item)
            return "tended", 1
        await self._buyer.close(*item)
        return "closed", 1

    async def _adopt(self, name: str) -> tuple[Outcome, int]:
        """Writes down every job of a provider that no attempt knows, though one has sent it."""
        provider, found = self._providers[name], 0
        adrift = timedelta(seconds=self._rows.times.adrift)
        payer = (name, provider.account)
        for model_id, since in (await self._rows.without_job(payer)).items():
            model = self._catalogue.models.get(model_id)
            if model is None or not model.listed:
                continue
            # Whatever is in the listing was meant before: asked in this order, no attempt is missed.
            listed = await provider.listed(model, since - adrift)
            tags = [one.tag for one in listed if one.tag]
            fingerprints = [one.fingerprint for one in listed if one.fingerprint]
            sent = await self._rows.meant(payer, tags, fingerprints, [one.job.id for one in listed])
            for key, n, job in adoptions(listed, sent, adrift):
                log.warning(
                    "job %s of %s was sent by attempt %s:%d, which did not know it", job.id, name, key, n
                )
                await self._records.record(key, n, job)
                found += 1
        return "adopted", found


def adoptions(
    listed: Sequence[ListedJob], sent: Sequence[Sent], adrift: timedelta
) -> list[tuple[str, int, Job]]:
    """Whose the listed jobs are that no attempt knows. By the tag, which one attempt alone has. By the
    request itself only where its attempts are closed: an open one is settled by whoever drives it. The
    provider's clock may be off by `adrift`."""
    known = {one.job_id for one in sent if one.job_id}
    free = {one.tag: one for one in sent if one.job_id is None}
    adopted = []
    # Those with a tag first: what is left may be told apart only by what was sent.
    for each in sorted(listed, key=lambda one: (one.tag is None, one.created_at)):
        if each.job.id in known:
            continue
        found = _alike(each, free.values(), adrift) if each.tag is None else free.get(each.tag)
        if found is not None:
            del free[found.tag]
            adopted.append((found.key, found.n, each.job))
    return adopted


def _alike(job: ListedJob, free: Iterable[Sent], adrift: timedelta) -> Sent | None:
    same = [one for one in free if job.fingerprint and one.fingerprint == job.fingerprint]
    if any(one.phase in ("intent", "held") for one in same):
        return None
    before = [one for one in same if one.intent_at - adrift <= job.created_at]
    # What was refused is the last to have a job. Which of the others has it makes no difference to the bill.
    return max(before, key=lambda one: (one.phase != "rejected", one.intent_at), default=None)


def _told(swept: Swept, ended: Iterable[tuple[str, asyncio.Task[tuple[Outcome, int]]]]) -> Swept:
    """The count with what has ended now. What failed is looked at again by the next sweep."""
    for item, task in ended:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StudioError):
            log.warning("the sweep could not finish %s: %s", item, error)
        elif isinstance(error, Exception):
            log.error("the sweep failed on %s", item, exc_info=error)
        elif error is not None:
            raise error
        name, count = ("failed", 1) if error or task.cancelled() else task.result()
        swept = swept.model_copy(update={name: getattr(swept, name) + count})
    return swept


async def _ended(running: Iterable[asyncio.Task[object]], patience_s: float) -> None:
    tasks = set(running)
    for task in tasks:
        task.cancel()
    if tasks:
        ended, _ = await asyncio.wait(tasks, timeout=patience_s)
        for task in ended:
            # Whatever it ended with, the next sweep finds what is left.
            task.cancelled() or task.exception()
