"""Knows one claim on a recipe: how its work is watched, kept, handed over and finished."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from typing import Any, Literal, Protocol

from pydantic import JsonValue

from activities.generation.provider import JobFailed, ProviderUnavailable
from activities.generation.work import Work
from activities.storage.ledger import Ledger

log = logging.getLogger(__name__)


class Attempt(Protocol):
    """On whose behalf the work is done: it hears how far it is, and knows why it was cancelled."""

    def report(self, stage: str, done: int, total: int) -> None: ...

    def why_cancelled(self) -> Literal["stop", "release", None]: ...


class StillWaiting(Exception):
    """Somebody else is making it, and the slot is given back. Come again after `call_again_s` seconds."""

    def __init__(self, call_again_s: float) -> None:
        super().__init__("somebody else is making it")
        self.call_again_s = call_again_s


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
        self._ledger, self._key, self._epoch, self._times = ledger, key, epoch, ledger.times
        self._kept = since

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

    async def _renew(self, now: float) -> bool:
        try:
            held = await self._ledger.renew(self._key, self._epoch)
        except ProviderUnavailable:
            # Nobody else can take it over while the database is away; but not for ever.
            if now - self._kept > self._times.lease:
                raise
            return True
        self._kept = now
        return held

    async def finish(self, object: str, facts: dict[str, JsonValue]) -> bool:
        """Marks it done; False when the claim was lost before."""
        return await self._ledger.finish(self._key, self._epoch, object, facts)

    async def release(self) -> None:
        """Gives it back; where that cannot be said, the lease ends by itself."""
        try:
            await self._ledger.release(self._key, self._epoch)
        except ProviderUnavailable:
            log.warning("claim on %s not released: the database is away", self._key)

    async def give_up(
        self, why: Literal["stop", "release", None], job: asyncio.Task[Any], work: Work
    ) -> None:
        """Cancelled. Only a stop that somebody asked for ends the work for good, and only where nobody else
        waits for it; everything else, an unknown cause too, gives the claim back for the next attempt."""
        if why != "stop":
            return await self.release()
        try:
            answer = await self._ledger.stop(self._key, self._epoch)
        except ProviderUnavailable:
            log.warning("stop of %s not written: the database is away", self._key)
            return None
        if answer == "sent":
            await work.end(job, self._times.wind_down)
            await self.release()
        return None
