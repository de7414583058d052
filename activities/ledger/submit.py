"""Knows the one moment that costs money: the intent, the clock, the request that is sent once, its answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from activities.faults import JobFailed, Permanent, ProviderUnavailable, StillWaiting, StudioError
from activities.ledger.claim import Claim, PaidAttempt
from activities.ledger.endings import kept
from activities.ledger.ingest import Arrival
from activities.ledger.services import Services
from activities.ledger.submissions import AlreadyOpen, InDoubt, Intent, Submission
from activities.media import Unreadable
from activities.models import Delivered, Job, Model, NotAccepted, Provider, Request
from activities.running import CarriedJob
from activities.storage import Expired, Unfetchable
from workflows.studio import PaidStep

log = logging.getLogger(__name__)


@dataclass
class Submit:
    """One submit under a claim, on its payer's terms. `wanted` turns false when whoever asked has been
    cancelled."""

    services: Services
    claim: Claim
    request: Request
    estimate: Decimal
    terms: PaidStep
    attempt: PaidAttempt
    wanted: bool = field(default=True, init=False)

    @property
    def key(self) -> str:
        return self.claim.key

    @property
    def model(self) -> Model:
        return self.request.model

    @property
    def provider(self) -> Provider:
        return self.services.roster.provider(self.model.provider)

    async def run(self) -> int | None:
        """Sends the request at most once and writes down what came of it; returns the attempt's number, None
        where nothing was sent. To be shielded whole: between the provider's answer and its record nobody may
        interrupt. Raises the refusal of a provider, `StillWaiting` while an identical request is in doubt."""
        try:
            entered = await self._intend()
        except ProviderUnavailable:
            # It may have been entered, but it was not sent, and only we can know that.
            await self._not_sent(None, ProviderUnavailable("the ledger did not answer; nothing was sent"))
            raise
        if entered is None:
            return None
        n, since = entered
        await self._noted(n)
        timeout_s = self.services.post_timeout(self.model)
        # Whoever was frozen may have been replaced. Nothing is awaited from here to the POST.
        if not self.wanted or time.monotonic() - since > self.services.times.send_window:
            await self._not_sent(n, ProviderUnavailable("too late, or no longer wanted; nothing was sent"))
            return None
        try:
            async with asyncio.timeout(timeout_s):
                answer = await self.provider.submit(self.request, timeout_s)
        except NotAccepted as refused:
            await self._not_sent(n, refused.why)
            await self.services.tell_failed(self.model, refused.why)
            raise refused.why from None
        except Exception as error:
            # Whatever it was, the request may have arrived: the ledger finds out what became of it.
            log.warning("attempt %s:%d: the answer was lost (%s)", self.key, n, type(error).__name__)
            await self.services.tell_failed(self.model, ProviderUnavailable("the answer was lost"))
            return n
        await (self._record(n, answer) if isinstance(answer, Job) else self._store(n, answer))
        return n

    async def _intend(self) -> tuple[int, float] | None:
        """The attempt's number, and the monotonic time before it was asked for."""
        intent = self._intent()
        latest = time.monotonic() + self.services.times.wait
        while self.wanted:
            since = time.monotonic()
            try:
                n = await self.services.submissions.intend(self.key, self.claim.epoch, intent)
                return None if n is None else (n, since)
            except AlreadyOpen:
                return None
            except InDoubt:
                self.attempt.report("waiting: an identical request is in doubt", 0, 0)
            if time.monotonic() > latest:
                raise StillWaiting(self.services.times.call_again)
            if not await self.claim.renewed():
                return None
            await asyncio.sleep(self.services.times.tick)
        return None

    def _intent(self) -> Intent:
        return Intent(
            tag=self.request.tag,
            request=self.request,
            account=self.provider.account,
            fingerprint=self.request.fingerprint if self.model.listed else None,
            estimate=self.estimate,
            payer=self.terms.film,
            towards=self.terms.towards,
            settle_s=self.services.settle(self.model),
        )

    async def _noted(self, n: int) -> None:
        """Whoever restores the ledger from a backup finds in the bucket what was sent since."""
        try:
            await self.services.notes.put(self.key, n, self._intent())
        except StudioError as error:
            await self._not_sent(n, error)
            if isinstance(error, Permanent):
                raise type(error)(f"nothing is bought, for it could not be stored: {error}") from None
            raise

    async def _not_sent(self, n: int | None, why: StudioError) -> None:
        said = kept(why)
        try:
            await self.services.patiently(
                lambda: self.services.submissions.not_sent(self.key, self.request.tag, said)
            )
        except ProviderUnavailable:
            # It stays in doubt, and is settled as if the answer had been lost.
            log.warning("%s: a submit that was not sent could not be entered", self.key)
        if n is not None:
            await self.services.notes.take_back(self.key, n)

    async def _record(self, n: int, job: Job) -> None:
        """The second copy first: should the database be away and this process die, the next attempt of the
        activity brings the id."""
        self.attempt.carry(CarriedJob(key=self.key, n=n, id=job.id, links=dict(job.links)))
        phase = await self.services.until_it_works(lambda: self.services.submissions.record(self.key, n, job))
        log.info("attempt %s:%d is job %s, %s", self.key, n, job.id, phase)
        if phase == "stray":
            await cancel_stray(self.provider, self.model, job)

    async def _store(self, n: int, answer: Delivered) -> None:
        """The answer is the output, and there is no other copy of it."""
        submission = await self.services.until_it_works(
            lambda: self.services.submissions.submission(self.key, n)
        )
        if submission is None:
            raise JobFailed(f"the ledger has lost attempt {self.key}:{n}")
        try:
            if not answer.outputs:
                raise Unreadable("the model returned nothing")
            await self._bring(submission, answer)
        except Unreadable as error:
            usd = submission.usd(answer.cost)
            # A file that cannot be used was sold all the same; where none came, only a stated cost is sure.
            sure = bool(answer.outputs) or answer.cost is not None
            why = answer.why or JobFailed(f"{self.model.id} returned no usable file: {error}")
            await self.services.patiently(
                lambda: self.services.submissions.settle(
                    submission, self.claim.epoch, "failed", usd, sure, kept(why)
                )
            )
            await self.services.tell_failed(self.model, why)
        except (Expired, Unfetchable) as error:
            # There is no job to ask for another address: it is held as soon as it has settled.
            log.error("attempt %s was paid, and its output cannot be had: %s", submission.name, error)
        else:
            await self.services.tell_worked(self.model)

    async def _bring(self, submission: Submission, answer: Delivered) -> None:
        arrival = Arrival(self.services, self._in_hand)
        while True:
            try:
                await arrival.bring(submission, self.model, answer.outputs[0], answer.cost)
                return
            except ProviderUnavailable as error:
                await self._in_hand(error)
            await asyncio.sleep(self.services.times.poll)

    async def _in_hand(self, why: StudioError) -> None:
        """Whoever took it over now would find nothing, and hold what we have: the claim is kept."""
        self.attempt.report(f"paid for, and kept here until it is stored: {why}", 0, 0)
        with contextlib.suppress(ProviderUnavailable):
            await self.claim.renewed()


async def cancel_stray(provider: Provider, model: Model, job: Job) -> None:
    """Asks for the end of a job that nobody needs; where that fails, the sweeper asks again."""
    try:
        await provider.cancel(model, job)
    except StudioError as error:
        log.warning("stray job %s not cancelled yet: %s", job.id, type(error).__name__)


def new_tag() -> str:
    """What tells one submit from all others."""
    return str(uuid.uuid4())
