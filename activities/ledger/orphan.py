"""Knows what is done with attempts that nobody drives any more: their jobs live on when workflows do not."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Literal

from activities.faults import ProviderUnavailable, RateLimited
from activities.ledger.claim import Claim, claimed, uninterrupted
from activities.ledger.drive import Drive, Progress
from activities.ledger.ingest import Arrival
from activities.ledger.reconcile import search
from activities.ledger.renders import Stop
from activities.ledger.services import Services
from activities.ledger.submissions import Phase, Submission
from activities.media import Unreadable
from activities.models import Job, JobStatus, Model, Provider
from activities.running import CarriedJob
from activities.storage import Expired, Unfetchable
from workflows.studio import JobStanding

log = logging.getLogger(__name__)


class _Nobody:
    """The attempt of nobody: the sweeper's heartbeats are its own, and it is never asked to stop a job."""

    carried: CarriedJob | None = None

    def report(self, stage: str, done: int, total: int) -> None: ...

    def why_cancelled(self) -> Literal["stop", "release", None]:
        return "release"

    def report_job(self, stage: str, step: str, standing: JobStanding) -> None: ...

    def idle(self) -> AbstractContextManager[None]:
        return nullcontext()

    def carry(self, job: CarriedJob) -> None: ...


class Orphan:
    """The sweeper's part of a `Buyer`."""

    def __init__(self, services: Services) -> None:
        self._services, self._submissions = services, services.submissions

    async def tend(self, key: str, owner: str) -> None:
        """As `Buyer.tend`."""
        stop: Stop | None = None

        async def ask() -> int | None:
            nonlocal stop
            got = await self._submissions.claim_open(key, owner)
            if got is None:
                return None
            epoch, stop = got
            return epoch

        claim = await claimed(self._submissions, key, ask)
        if claim is None:
            return
        try:
            if stop == "asked":
                await claim.stop()
            await self._drive(claim, key)
        finally:
            await uninterrupted(claim.release())

    async def _drive(self, claim: Claim, key: str) -> None:
        while claim.ours:
            survey = await self._services.patiently(lambda: self._submissions.survey(key))
            if survey is None or survey.open is None or survey.row.epoch != claim.epoch:
                return
            if survey.open.phase == "held" or survey.row.done:
                return
            progress, stopping = Progress(_Nobody(), "swept", ""), survey.row.stop == "sent"
            await Drive(self._services, claim, survey.open, progress, stopping).run()

    async def close(self, key: str, n: int) -> None:
        """As `Buyer.close`."""
        submission = await self._submissions.submission(key, n)
        survey = await self._submissions.survey(key)
        if submission is None or survey is None:
            return
        surplus = submission.phase in ("intent", "held", "running") and survey.row.done
        if submission.phase != "stray" and not surplus:
            return
        model, provider = self._services.of(submission)
        if submission.job is None:
            await self._close_unknown(submission, model, provider)
        else:
            # What was let go is wanted no more, though its recipe may be made again.
            unwanted = survey.row.done or n <= survey.row.let_go
            await self._close_job(submission, model, provider, submission.job, unwanted)

    async def _close_unknown(self, mine: Submission, model: Model, provider: Provider) -> None:
        """A surplus request whose answer was lost: it may be a job that is being paid for."""
        try:
            found = await search(self._submissions, provider, model, mine)
        except (RateLimited, ProviderUnavailable):
            return
        if found.job is not None:
            await self._submissions.record(mine.key, mine.n, found.job)
            await self.close(mine.key, mine.n)
        elif mine.settled and found.proof:
            await self._close(mine, "absent", Decimal(0), True)
        elif mine.settled:
            # The recipe is done, so there is nothing left to decide: it counts as paid, uncertainly.
            await self._close(mine, "written_off", None, False)

    async def _close_job(
        self, mine: Submission, model: Model, provider: Provider, job: Job, done: bool
    ) -> None:
        try:
            status = await provider.poll(model, job)
            if status.state in ("queued", "running"):
                await provider.cancel(model, job)
                status = await self._end_of(provider, model, job)
        except (RateLimited, ProviderUnavailable):
            return
        if status.state == "succeeded" and not done and await self._used(mine, model, status):
            return
        usd = mine.usd(status.cost)
        if status.state in ("succeeded", "gone"):
            sure = bool(status.outputs) or status.cost is not None
            await self._close(mine, "stray_settled", usd, sure)
        elif status.state in ("failed", "canceled"):
            phase: Phase = "stray_settled" if mine.phase == "stray" else status.state
            await self._close(mine, phase, usd, status.cost is not None)

    async def _end_of(self, provider: Provider, model: Model, job: Job) -> JobStatus:
        """How the job stands within seconds of its cancellation."""
        latest = asyncio.get_running_loop().time() + self._services.times.wind_down
        while True:
            status = await provider.poll(model, job)
            if status.state not in ("queued", "running") or asyncio.get_running_loop().time() > latest:
                return status
            await asyncio.sleep(self._services.times.poll)

    async def _used(self, mine: Submission, model: Model, status: JobStatus) -> bool:
        """Whether what the stray made could be had: it is paid, and the recipe lacks it. Where it is merely
        not to be had now, the next sweep asks again."""
        try:
            if not status.outputs:
                return False
            await Arrival(self._services).bring(mine, model, status.outputs[0], status.cost)
        except (Unreadable, Expired, Unfetchable) as error:
            log.warning("stray %s cannot be used: %s", mine.name, type(error).__name__)
            return False
        except ProviderUnavailable:
            pass
        return True

    async def _close(self, mine: Submission, to: Phase, cost: Decimal | None, sure: bool) -> None:
        if await self._submissions.close(mine, to, cost, sure):
            log.info("attempt %s is closed: %s", mine.name, to)
