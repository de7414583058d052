"""Knows one claim on a recipe: how its work is watched, kept, handed over and finished."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, TypeVar

from pydantic import JsonValue

from activities.faults import JobFailed, ProviderUnavailable, StillWaiting
from activities.ledger.renders import Ledger
from activities.ledger.times import Times
from activities.ledger.work import Work
from activities.running import CarriedJob
from workflows.studio import JobStanding

log = logging.getLogger(__name__)
T = TypeVar("T")


class Attempt(Protocol):
    """On whose behalf the work is done: it hears how far it is, and knows why it was cancelled."""

    def report(self, stage: str, done: int, total: int) -> None: ...

    def why_cancelled(self) -> Literal["stop", "release", None]: ...


class PaidAttempt(Attempt, Protocol):
    """On whose behalf something is bought: it hears how the provider's job stands, and keeps a second copy
    of its id."""

    def report_job(self, stage: str, step: str, standing: JobStanding) -> None: ...

    def idle(self) -> AbstractContextManager[None]: ...

    @property
    def carried(self) -> CarriedJob | None: ...

    def carry(self, job: CarriedJob) -> None: ...


class Waiting:
    """The wait for somebody else's result: wishes for it, looks now and then, and ends in time."""

    def __init__(self, ledger: Ledger, key: str) -> None:
        self._ledger, self._key, self._times = ledger, key, ledger.times
        self._since = time.monotonic()
        self._wished: float | None = None

    async def a_little(self) -> None:
        """Until it is time to look again; raises `StillWaiting` when it has lasted long enough."""
        now = time.monotonic()
        if self._wished is None or now - self._wished >= self._times.wish_every:
            await self._ledger.wish(self._key)
            self._wished = now
        if now - self._since >= self._times.wait:
            raise StillWaiting(self._times.call_again)
        await asyncio.sleep(random.uniform(self._times.look_least, self._times.look_most))


class Claim:
    """The claim of one epoch. `since` is the monotonic time *before* the claim was asked for."""

    def __init__(self, ledger: Ledger, key: str, epoch: int, since: float) -> None:
        self._ledger, self.key, self._epoch, self._times = ledger, key, epoch, ledger.times
        self._kept = since
        self._ours = True

    @property
    def epoch(self) -> int:
        """The fencing token of its decisions."""
        return self._epoch

    @property
    def ours(self) -> bool:
        """Whether it was not given back or handed over; somebody else may have taken it all the same."""
        return self._ours

    async def keep(
        self, job: asyncio.Task[Any], work: Work, attempt: Attempt, stage: str, total: int
    ) -> bool:
        """Watches the job until it has ended; False when the claim was lost under it.

        The lease is prolonged only while the work is heard of, so that work that hangs loses it by itself;
        then it raises `JobFailed`, since the next try may go better.
        """
        quiet, before = 0.0, work.heard
        while not job.done():
            await asyncio.wait({job}, timeout=self._times.tick)
            attempt.report(stage, work.done, total)
            heard, now = work.heard, time.monotonic()
            # Counted in looks, not by the clock: a process that was frozen itself has not listened.
            quiet, before = (quiet + self._times.tick if heard == before else 0.0), heard
            if quiet > self._times.lease and not job.done():
                raise JobFailed(f"{stage}: nothing was heard of the work for {self._times.lease:g} s")
            due = heard > self._kept and now - self._kept >= self._times.renew_every
            if due and not job.done() and not await self._renew(now):
                return False
        return True

    async def renewed(self) -> bool:
        """Prolongs the lease where that is due, before a step of bounded length; False when it is lost."""
        now = time.monotonic()
        return now - self._kept < self._times.renew_every or await self._renew(now)

    async def during(self, step: Awaitable[T], longest_s: float) -> T:
        """What the step returns. The lease is prolonged meanwhile, for `longest_s` and not for ever, so that
        a step that hangs loses it. The step goes on where it is lost: what it writes are facts."""
        task, since = asyncio.ensure_future(step), time.monotonic()
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=self._times.tick)
                if not task.done() and time.monotonic() - since < longest_s:
                    with contextlib.suppress(ProviderUnavailable):
                        await self.renewed()
        except BaseException:
            task.cancel()
            # Its folder goes with the caller: a moment for it to let go.
            await asyncio.wait({task}, timeout=self._times.tick)
            raise
        return task.result()

    async def _renew(self, now: float) -> bool:
        try:
            held = await self._ledger.renew(self.key, self._epoch)
        except ProviderUnavailable:
            # Nobody else can take it over while the database is away; but not for ever.
            if now - self._kept > self._times.outage:
                raise
            return True
        self._kept = now
        return held

    async def finish(self, object: str, facts: dict[str, JsonValue]) -> bool:
        """Marks it done; False when the claim was lost before."""
        return await through_outage(
            lambda: self._ledger.finish(self.key, self._epoch, object, facts), self._times
        )

    async def release(self) -> None:
        """Gives it back, if that was not done yet; where it cannot be said, the lease ends by itself."""
        if not self._ours:
            return
        self._ours = False
        try:
            await self._ledger.release(self.key, self._epoch)
        except ProviderUnavailable:
            log.warning("claim on %s not released: the database is away", self.key)

    async def stop(self) -> None:
        """Somebody asked for an end of the work. Where others wait for it, the claim is theirs at once; else
        it is kept, so that nobody begins before the work has ended: `release` it then."""
        try:
            self._ours = await self._ledger.stop(self.key, self._epoch) == "sent"
        except ProviderUnavailable:
            log.warning("stop of %s not written: the database is away", self.key)


async def claimed(ledger: Ledger, key: str, ask: Callable[[], Awaitable[int | None]]) -> Claim | None:
    """The claim whose epoch `ask` returns, None where somebody else has it; cancelled, it leaves none."""
    since = time.monotonic()
    asking = asyncio.ensure_future(ask())
    try:
        epoch = await asyncio.shield(asking)
    except asyncio.CancelledError:
        await uninterrupted(_given_back(ledger, key, asking))
        raise
    return None if epoch is None else Claim(ledger, key, epoch, since)


async def _given_back(ledger: Ledger, key: str, asking: asyncio.Future[int | None]) -> None:
    await asyncio.wait({asking})
    if asking.exception() is None and (epoch := asking.result()) is not None:
        await Claim(ledger, key, epoch, time.monotonic()).release()


async def uninterrupted(last: Coroutine[Any, Any, None]) -> None:
    """Runs to its end what must be said before leaving, however often we are cancelled meanwhile."""
    task = asyncio.create_task(last)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
    task.result()


async def through_outage(ask: Callable[[], Awaitable[T]], times: Times) -> T:
    """What `ask` returns; asked again while the server is away, for `times.outage` after it first was. For
    work that is finished: to make it again takes longer than most servers are away."""
    latest: float | None = None
    while True:
        try:
            return await ask()
        except ProviderUnavailable:
            now = time.monotonic()
            latest = latest or now + times.outage
            if now >= latest:
                raise
        await asyncio.sleep(times.tick)
