"""Knows what buying takes: the ledger, the bucket, the providers, and how patient to be with each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from activities.faults import JobFailed, ProviderUnavailable, StudioError
from activities.ledger.claim import through_outage
from activities.ledger.pace import Pace
from activities.ledger.sent_notes import SentNotes
from activities.ledger.submissions import Submission, Submissions
from activities.ledger.times import Times
from activities.ledger.work import Workspace
from activities.models import Model, Provider, Roster

log = logging.getLogger(__name__)
# Jobs that take longer than so many times the usual are few.
_LATE_ENDS = 3
T = TypeVar("T")


class Fetches(Protocol):
    """Whoever downloads what a provider's URL names; raises `Expired`, `Unfetchable`,
    `ProviderUnavailable`."""

    async def get(
        self, url: str, path: Path, *, max_bytes: int, longest_s: float, advance: Callable[[int], None]
    ) -> None: ...


class Watches(Protocol):
    """Whoever keeps the circuit breakers of the models."""

    async def admit(self, model: Model, moves: bool) -> None: ...

    async def failed(self, model: Model, why: StudioError | None = None) -> None: ...

    async def worked(self, model: Model) -> None: ...


@dataclass(frozen=True)
class Services:
    """What one process buys with. Held attempts that may have cost less than `risk_limit_usd` wait for
    nobody."""

    submissions: Submissions
    workspace: Workspace
    roster: Roster
    health: Watches
    fetch: Fetches
    risk_limit_usd: Decimal = Decimal(0)

    @property
    def times(self) -> Times:
        return self.submissions.times

    @cached_property
    def notes(self) -> SentNotes:
        """The second copy of what was sent."""
        return SentNotes(self.submissions, self.workspace)

    @cached_property
    def pace(self) -> Pace:
        """How often jobs are asked about."""
        return Pace(self.submissions, self.roster.catalogue)

    def of(self, submission: Submission) -> tuple[Model, Provider]:
        """The model and the provider that an attempt was sent to. Raises `UnknownModel`,
        `Unauthorized`."""
        return self.roster.catalogue.model(submission.model), self.roster.provider(submission.provider)

    def post_timeout(self, model: Model) -> float:
        """Seconds that the whole call of a submit may take."""
        if model.ledger != "synchronous":
            return self.times.post_timeout
        return min(model.run_limit_s * self.times.second, self.times.post_longest)

    def settle(self, model: Model) -> float:
        """Seconds after which a submit whose answer was lost is known to the provider, or never will be."""
        # A listing that shows what has ended shows nothing before: three times the usual covers a long queue,
        # and a person who is asked too early cannot know more than it does.
        ends_s = _LATE_ENDS * model.typical_s * self.times.second if model.ledger == "ended" else 0.0
        return self.times.settle - self.times.post_timeout + self.post_timeout(model) + ends_s

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What a server of ours answers, which may be away for a minute."""
        return await through_outage(ask, self.times)

    async def until_put(
        self, put: Callable[[], Awaitable[str]], meanwhile: Callable[[StudioError], Awaitable[None]]
    ) -> None:
        """Returns once the bucket has what was paid for, whatever it says before: tokens are renewed, rights
        granted, buckets made again. `meanwhile` hears why not yet. Whoever calls sets the end."""
        said = ""
        while True:
            try:
                await put()
                return
            except StudioError as error:
                if str(error) != said:
                    log.error("what was paid for is kept, and put again until the bucket takes it: %s", error)
                said = str(error)
                await meanwhile(error)
            await asyncio.sleep(self.times.tick)

    async def until_it_works(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What a server of ours answers, however long it is away or garbles what it is given: for what is
        paid. Whoever calls sets the end."""
        while True:
            try:
                return await ask()
            except (ProviderUnavailable, JobFailed):
                await asyncio.sleep(self.times.tick)

    async def tell_failed(self, model: Model, why: StudioError) -> None:
        """Says that the model has failed; whether that counts is the breaker's to judge."""
        await self._tell(self.health.failed(model, why))

    async def tell_worked(self, model: Model) -> None:
        await self._tell(self.health.worked(model))

    async def _tell(self, said: Awaitable[None]) -> None:
        try:
            await said
        except ProviderUnavailable:
            # A breaker that misses a count costs a try; what was bought must not wait for it.
            log.warning("the health of a model was not written: the database is away")
