"""Knows how an open attempt is driven to its end, by whoever holds the claim: an owner, an heir, the sweeper.

It never starts an attempt, and never cancels a job unasked, but for one that is past its model's limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from activities.faults import (
    JobFailed,
    OutputExpired,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    SubmitOutcomeUnknown,
)
from activities.ledger.claim import Claim, PaidAttempt
from activities.ledger.endings import kept
from activities.ledger.ingest import POLLS, SECONDS, Arrival
from activities.ledger.reconcile import search
from activities.ledger.services import Services
from activities.ledger.standing import standing_of
from activities.ledger.submissions import Phase, Submission, Survey
from activities.media import Unreadable
from activities.models import Job, JobStatus, Model, Provider
from activities.storage import Expired, Unfetchable
from workflows.studio import JobStanding

log = logging.getLogger(__name__)

# A transfer may be cut, and a file come a moment after its success; what is broken three times is broken.
_DOWNLOADS = 3


class Progress(NamedTuple):
    """Where it is told how far a job is: to an attempt, of a stage, for a step of the film."""

    attempt: PaidAttempt
    stage: str
    step: str

    def say(self, what: str, standing: JobStanding | None = None) -> None:
        self.attempt.report_job(f"{self.stage}: {what}", self.step, standing or JobStanding())


@dataclass
class Drive:
    """One drive of one open attempt. Returns when the attempt is no longer what it was, or the claim is
    lost: look again. `stopping`: somebody asked for the end of it, and nobody else waits."""

    services: Services
    claim: Claim
    submission: Submission
    progress: Progress
    stopping: bool
    model: Model = field(init=False)
    provider: Provider = field(init=False)
    _broken: int = field(default=0, init=False)
    _expired: int = field(default=0, init=False)
    _polls: int = field(default=0, init=False)
    _asked: bool = field(default=False, init=False)
    _begun: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        """Raises `UnknownModel`, `Unauthorized`."""
        self.model, self.provider = self.services.of(self.submission)

    async def run(self) -> None:
        if self.submission.phase == "running" and self.submission.job:
            await self._follow(self.submission.job)
        elif self.submission.phase == "intent":
            await self._reconcile()

    # ---- a request whose answer was lost

    async def _reconcile(self) -> None:
        """Until the ledger knows what became of it: the bucket, the provider's listing, or time tells."""
        mine, times = self.submission, self.services.times
        while True:
            if await Arrival(self.services, self._in_hand).find(mine, self.model):
                return
            # Whether it has settled was read before the listing begins.
            if await self._searched(mine):
                return
            self.progress.say("finding out whether the request was accepted")
            with self.progress.attempt.idle():
                await asyncio.sleep(times.list_every)
            if not await self.claim.renewed():
                return
            survey = await self._looked()
            if survey is None or survey.open is None or survey.row.epoch != self.claim.epoch:
                return
            if (survey.open.n, survey.open.phase) != (mine.n, mine.phase):
                return
            mine = self.submission = survey.open

    async def _looked(self) -> Survey | None:
        return await self.services.patiently(lambda: self.services.submissions.survey(self.submission.key))

    async def _searched(self, mine: Submission) -> bool:
        """Whether the attempt is an intent no longer."""
        try:
            found = await search(self.services.submissions, self.provider, self.model, mine)
        except (RateLimited, ProviderUnavailable):
            return False
        if found.job is not None:
            job = found.job
            phase = await self.services.patiently(
                lambda: self.services.submissions.record(mine.key, mine.n, job)
            )
            log.info("attempt %s found as job %s", mine.name, job.id)
            return phase is not None
        if not mine.settled:
            return False
        if found.proof:
            await self._settle("absent", Decimal(0), True, ProviderUnavailable("it was never accepted"))
        else:
            await self._settle("held", None, False, SubmitOutcomeUnknown("", mine.name, mine.estimate))
        return True

    # ---- a job

    async def _follow(self, job: Job) -> None:
        limit_s = self.model.run_limit_s * self.services.times.second
        due = time.monotonic() + limit_s - self.submission.age_s
        while await self.claim.renewed():
            late_s = time.monotonic() - due
            if (self.stopping or late_s > 0) and not self._asked:
                self._asked = await self._cancelled(job)
            status = await self._poll(job)
            if status and await self._closed(status, late_s > 0):
                return
            goes_on = status is not None and status.state in ("queued", "running")
            if late_s > limit_s and goes_on:
                # Neither an end nor a cancellation in twice its time: only a person can say what to do. Asked
                # first: nobody may have looked since it ended.
                await self._hold("its job does not end, though it was told to")
                return
            # What does not answer, or has an output that cannot be had yet, is not hurried.
            if not await self._paused(self._age_s if goes_on else math.inf):
                return

    async def _paused(self, age_s: float) -> bool:
        """Until its job is due to be asked about again; False where the claim was lost meanwhile."""
        pause = await self.services.pace.of(self.model, self.submission.account, age_s)
        latest = time.monotonic() + pause
        while (left := latest - time.monotonic()) > 0:
            # With thousands of jobs open the next look may be further off than a lease is long.
            with self.progress.attempt.idle():
                await asyncio.sleep(min(left, self.services.times.renew_every))
            if not await self.claim.renewed():
                return False
        return True

    async def _closed(self, status: JobStatus, overdue: bool) -> bool:
        """Whether the attempt is over, or at least not what it was."""
        match status.state:
            case "queued" | "running":
                return False
            case "succeeded":
                return await self._brought(status)
            case "gone" if self._asked and self.stopping:
                # A queue that drops what it was told to cancel does not know it any more.
                await self._ended(JobStatus("canceled"), overdue)
            case "gone":
                await self._gone(status)
            case "failed" | "canceled":
                await self._ended(status, overdue)
        return True

    async def _brought(self, status: JobStatus) -> bool:
        """Whether the output is home, or never will be."""
        try:
            await self._bring(status)
        except Unreadable as error:
            self._broken += 1
            if self._broken < _DOWNLOADS:
                return False
            # A file that cannot be used was sold all the same; where none came, nobody knows.
            await self._fail(status, f"returned no usable file: {error}", paid=bool(status.outputs))
        except Expired:
            # The job may know a fresh address.
            self._expired += 1
            if self._expired < _DOWNLOADS:
                return False
            await self._gone(status)
        except Unfetchable as error:
            # To buy it again would end the same way.
            await self._hold(f"its output cannot be fetched: {error}", status)
        except ProviderUnavailable:
            self.progress.say("its output cannot be reached yet")
            return False
        return True

    async def _poll(self, job: Job) -> JobStatus | None:
        try:
            self._polls += 1
            # An answer may hold the output itself, and come as slowly as any.
            asked = self.provider.poll(self.model, job)
            status = await self.claim.during(asked, self.services.times.fetch_longest)
        except (RateLimited, ProviderUnavailable) as error:
            self.progress.say("the provider does not answer")
            if isinstance(error, RateLimited):
                # Never so long that the lease would end meanwhile.
                await asyncio.sleep(min(error.retry_after_s, self.services.times.renew_every))
            return None
        if status.state in ("queued", "running"):
            self.progress.say(status.state, standing_of(status, self._usual_wait_s()))
        return status

    def _usual_wait_s(self) -> float | None:
        """Until its model is usually done, where a provider says nothing; None once that is over."""
        left_s = self.model.typical_s - self._age_s
        return round(left_s) if left_s > 0 else None

    @property
    def _age_s(self) -> float:
        """Since its submit."""
        return self.submission.age_s + time.monotonic() - self._begun

    async def _cancelled(self, job: Job) -> bool:
        try:
            await self.provider.cancel(self.model, job)
        except (RateLimited, ProviderUnavailable):
            return False
        log.info("attempt %s: cancellation asked for", self.submission.name)
        return True

    async def _bring(self, status: JobStatus) -> None:
        if not status.outputs:
            raise Unreadable("the job succeeded without an output")
        self.progress.say("fetching the result")
        home = Arrival(self.services, self._in_hand, self._come)
        told = {POLLS: self._polls, SECONDS: round(self._age_s, 1)}
        arrival = home.bring(self.submission, self.model, status.outputs[0], status.cost, told)
        # Whoever sends nothing is given up on long before; and what is in hand keeps the claim by itself.
        await self.claim.during(arrival, self.services.times.fetch_longest)
        await self.services.tell_worked(self.model)

    async def _in_hand(self, why: StudioError) -> None:
        self.progress.say(f"paid for, and kept here until it is stored: {why}")
        with contextlib.suppress(ProviderUnavailable):
            await self.claim.renewed()

    async def _ended(self, status: JobStatus, overdue: bool) -> None:
        if status.state == "canceled" and self.stopping:
            await self._settle("canceled", self.submission.usd(status.cost), status.cost is not None, None)
        elif status.state == "canceled":
            why = "took too long and was canceled" if overdue else "was canceled at the provider"
            await self._fail(status, why)
        else:
            await self._fail(status, "failed")

    async def _fail(self, status: JobStatus, what: str, paid: bool = False) -> None:
        why = status.why or JobFailed(f"{self.model.id}: the job {what}")
        if isinstance(why, RateLimited):
            # Who accepts a job and then has no room for it has failed it: there is nothing left to wait for.
            why = ProviderUnavailable(str(why))
        sure = paid or status.cost is not None
        await self._settle("failed", self.submission.usd(status.cost), sure, why)
        await self.services.tell_failed(self.model, why)

    async def _gone(self, status: JobStatus) -> None:
        if not await Arrival(self.services, self._in_hand).find(self.submission, self.model):
            await self._hold("the provider has deleted its output", status)

    async def _hold(self, why: str, status: JobStatus | None = None) -> None:
        """For a person to decide; `status` where it was said how it ended, and perhaps for how much."""
        mine, said = self.submission, status.cost if status else None
        usd = mine.usd(said)
        await self._settle("held", usd, said is not None, OutputExpired(why, mine.name, usd))

    async def _settle(self, to: Phase, cost: Decimal | None, sure: bool, why: StudioError | None) -> None:
        """What is refused was decided by others meanwhile: whoever called looks again."""
        said = None if why is None else kept(why)
        settled = await self.services.patiently(
            lambda: self.services.submissions.settle(self.submission, self.claim.epoch, to, cost, sure, said)
        )
        if settled:
            log.info("attempt %s is %s", self.submission.name, to)

    def _come(self, come: int) -> None:
        self.progress.say(f"fetching the result, {come / 1e6:.1f} MB so far")
