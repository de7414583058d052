"""Knows one call of `buy`: what it looks at, what it waits for, what it drives, when it may send.

One loop, which looks at the ledger before every step; what it remembers is never needed to go on elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from activities.faults import (
    InvalidInput,
    ModelGone,
    OverBudget,
    Permanent,
    ProviderUnavailable,
    StudioError,
)
from activities.ledger.artifact import artifact_of, is_there
from activities.ledger.claim import Claim, PaidAttempt, Waiting, claimed, uninterrupted
from activities.ledger.drive import Drive, Progress
from activities.ledger.endings import TRIES, bad_end, error_of, held, is_policy, refusal
from activities.ledger.ingest import Arrival
from activities.ledger.recipe import Recipe
from activities.ledger.reconcile import search
from activities.ledger.services import Services
from activities.ledger.submissions import Submission, Survey
from activities.ledger.submit import Submit, cancel_stray, new_tag
from activities.models import Job, Model, ModelCall
from activities.storage import ObjectMissing
from workflows.studio import Artifact, PaidStep, Size, usd

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PaidRecipe:
    """What is bought. `call` is asked only when there is something to send, with a folder for its files and
    the tag of the submit, which its signed URLs carry. `seconds` is a chunk's length, as asked, and `size`
    the film's; `usd` is the price where it follows from what goes in. `ceiling_usd` is what the caller lets a
    submit cost where nobody knows; then that is reserved, and counts as paid where the provider says nothing
    else."""

    recipe: Recipe
    model: Model
    call: Callable[[Path, str], Awaitable[ModelCall]]
    seconds: Decimal | None = None
    size: Size = "720p"
    ceiling_usd: Decimal | None = None
    usd: Decimal | None = None

    def __post_init__(self) -> None:
        if self.model.unpriced and self.ceiling_usd is None:
            raise InvalidInput(f"Nobody knows what {self.model.id} costs: say what a call may cost at most.")

    @property
    def price(self) -> Decimal:
        """USD of one submit."""
        if self.model.unpriced and self.ceiling_usd is not None:
            return self.ceiling_usd
        return self.usd if self.usd is not None else self.model.price(self.seconds, self.size)


class Purchase:
    """One call of `buy`. `_seen` is the attempt that was open when it last looked."""

    def __init__(
        self,
        services: Services,
        paid: PaidRecipe,
        terms: PaidStep,
        attempt: PaidAttempt,
        stage: str,
        owner: str,
    ) -> None:
        self._services, self._paid, self._terms = services, paid, terms
        self._attempt, self._stage, self._owner = attempt, stage, owner
        self._key, self._submissions = paid.recipe.key, services.submissions
        self._seen: int | None = None
        self._claim: Claim | None = None
        self._drove = False

    async def run(self) -> Artifact:
        await self._bring_along()
        self._claim = await self._entered()
        try:
            return await self._until_done()
        except asyncio.CancelledError:
            # Only a stop that somebody asked for is one; after a deploy, and whatever else, others go on.
            if self._claim:
                stop = self._attempt.why_cancelled() == "stop"
                await uninterrupted(self._stopped(self._claim) if stop else self._claim.release())
            raise
        except BaseException:
            if self._claim:
                await uninterrupted(self._claim.release())
            raise

    async def _entered(self) -> Claim | None:
        """The claim on a recipe that nobody has asked for before."""
        key, recipe, film = self._key, self._paid.recipe.canonical, self._terms.film
        if self._terms.found:
            await self._submissions.ensure(key, recipe, film)
            return None
        return await claimed(
            self._submissions, key, lambda: self._submissions.enter(key, recipe, film, self._owner)
        )

    async def _bring_along(self) -> None:
        """Writes down the job that an earlier attempt of this activity was given, should it have died, or the
        database been away, before it could."""
        carried = self._attempt.carried
        if carried is None:
            return
        job = Job(carried.id, carried.links)
        phase = await self._submissions.record(carried.key, carried.n, job)
        submission = await self._submissions.submission(carried.key, carried.n)
        if phase == "stray" and submission:
            model, provider = self._services.of(submission)
            await cancel_stray(provider, model, job)
        if carried.key == self._key:
            self._seen = carried.n

    async def _until_done(self) -> Artifact:
        waiting = Waiting(self._submissions, self._key)
        if self._claim:
            # It is new: no attempt of it is open, and none has failed.
            await self._submit(self._claim)
        while True:
            survey = await self._look()
            if survey.row.done:
                return await self._found(survey)
            if self._terms.found:
                raise OverBudget(f"{self._paid.model.id} has not made it by now", self._paid.price)
            await self._judge(survey.open)
            if survey.open and survey.open.phase == "held":
                await self._held(survey.open)
            elif self._claim is None:
                self._claim = await claimed(
                    self._submissions, self._key, lambda: self._submissions.claim(self._key, self._owner)
                )
                if self._claim is None:
                    self._attempt.report(f"{self._stage}: waiting for the worker that buys it", 0, 0)
                    with self._attempt.idle():
                        await waiting.a_little()
            elif self._claim.epoch != survey.row.epoch:
                log.info("the claim on %s was taken over", self._key)
                self._claim, waiting = None, Waiting(self._submissions, self._key)
            elif survey.open:
                await self._drive(self._claim, survey.open, stopping=survey.row.stop == "sent")
            else:
                await self._may_try()
                await self._submit(self._claim)

    async def _look(self) -> Survey:
        survey = await self._services.patiently(lambda: self._submissions.survey(self._key))
        if survey is None:
            raise ProviderUnavailable(f"the ledger has lost recipe {self._key}")
        return survey

    async def _judge(self, open: Submission | None) -> None:
        """Raises what the attempt ended with that was open when we last looked."""
        n, self._seen = self._seen, open.n if open else None
        if n is None or n == self._seen:
            return
        ended = await self._services.patiently(lambda: self._submissions.submission(self._key, n))
        if ended and (error := bad_end(ended, self._terms.film)):
            raise error

    async def _drive(self, claim: Claim, submission: Submission, stopping: bool) -> None:
        progress = Progress(self._attempt, self._stage, self._terms.step)
        drive = Drive(self._services, claim, submission, progress, stopping)
        self._drove = True
        await drive.run()

    async def _stopped(self, claim: Claim) -> None:
        """Somebody asked for the end of it: where nobody else waits, the job is cancelled, and what does not
        end within seconds is the sweeper's."""
        await claim.stop()
        try:
            async with asyncio.timeout(self._services.times.wind_down):
                while claim.ours:
                    survey = await self._look()
                    # Where the stop could not be written nobody was asked whether he waits.
                    ours = survey.row.epoch == claim.epoch and survey.row.stop == "sent"
                    if not ours or survey.open is None or survey.open.phase == "held":
                        break
                    await self._drive(claim, survey.open, stopping=True)
        except TimeoutError:
            log.info("the job of %s takes longer to end; the sweeper sees to it", self._key)
        except StudioError as error:
            log.warning("the job of %s is left to the sweeper (%s)", self._key, type(error).__name__)
        finally:
            await claim.release()

    async def _held(self, submission: Submission) -> None:
        """Raises what a person has to decide, unless the output or the job has turned up meanwhile."""
        model, provider = self._services.of(submission)
        if await Arrival(self._services).find(submission, model):
            return
        if submission.job is None:
            try:
                found = await search(self._submissions, provider, model, submission)
            except StudioError as error:
                log.warning("held attempt %s not listed: %s", submission.name, type(error).__name__)
            else:
                job = found.job
                if job and await self._submissions.record(self._key, submission.n, job):
                    return
        if submission.payment.usd < self._services.risk_limit_usd:
            log.warning("the risk of attempt %s is taken by policy", submission.name)
            await self._submissions.resolve(self._key, submission.n, "policy")
            return
        raise held(submission, self._terms.film)

    async def _submit(self, claim: Claim) -> None:
        """Sends one request, if it may be sent at all."""
        if await self._brought_back():
            return
        paid, terms, services = self._paid, self._terms, self._services
        if paid.model.retired(datetime.now(UTC).date()):
            # A film that it made is found to the end; what is missing in one is another model's.
            raise ModelGone(f"{paid.model.id} was retired on {paid.model.retires_at}: choose another model")
        if paid.price > terms.may_spend_usd:
            raise OverBudget(f"{paid.model.id} costs {usd(paid.price)}", paid.price)
        provider = services.roster.provider(paid.model.provider)
        await self._prove()
        # Before its images are put: each try puts them anew, under a tag of its own.
        await services.health.admit(paid.model, terms.has_fallback)
        async with services.workspace.cache.scratch() as folder:
            self._attempt.report(f"{self._stage}: preparing the request", 0, 0)
            tag = new_tag()
            call = await claim.during(paid.call(folder, tag), services.times.post_longest)
            request = provider.request(call, tag)
            self._attempt.report(f"{self._stage}: sending the request", 0, 0)
            submit = Submit(services, claim, request, paid.price, terms, self._attempt)
            n = await self._whole(claim, submit)
        if n is not None:
            self._seen, self._drove = n, True

    async def _prove(self) -> None:
        """Raises where the bucket would not take what is bought."""
        try:
            await self._services.workspace.store.prove()
        except Permanent as error:
            raise type(error)(f"nothing is bought, for it could not be stored: {error}") from None

    async def _brought_back(self) -> bool:
        """Whether something was sent that the ledger did not know: it was restored from a backup."""
        n = await self._services.notes.bring_back(self._key)
        if n is None:
            return False
        # Where this activity was given its job, nobody has to look for it.
        await self._bring_along()
        if self._claim:
            await self._claim.renewed()
        await asyncio.sleep(self._services.times.look_least)
        return True

    async def _whole(self, claim: Claim, submit: Submit) -> int | None:
        """Runs a submit to its end, whoever is cancelled meanwhile."""
        running = asyncio.create_task(submit.run())
        longest_s = self._services.post_timeout(submit.model) + self._services.times.post_longest
        try:
            return await claim.during(asyncio.shield(running), longest_s)
        except asyncio.CancelledError:
            submit.wanted = False
            patience_s = self._services.post_timeout(submit.model) + self._services.times.wind_down
            await uninterrupted(_ended(running, patience_s))
            raise

    async def _may_try(self) -> None:
        """Raises where the recipe has failed so often that another try would only cost more."""
        ended = await self._submissions.ended_badly(self._key)
        if refused := refusal(ended):
            raise refused
        since = self._terms.since
        failed = [
            one
            for one in ended
            if one.phase == "failed" and not is_policy(one)
            if since is None or one.ended_at is None or one.ended_at >= since
        ]
        if len(failed) >= TRIES:
            raise error_of(failed[-1], self._terms.film)

    async def _found(self, survey: Survey) -> Artifact:
        """The artifact of a done row. What was paid for is never made again by itself."""
        row, maker = survey.row, survey.maker
        artifact, store = artifact_of(row), self._services.workspace.store
        # What was put in this very call is there.
        if not self._drove and not await self._services.patiently(lambda: is_there(store, artifact)):
            raise ObjectMissing(f"{row.object} was paid for and is no longer in the bucket; restore it")
        payment = maker.payment if maker and maker.payer == self._terms.film else None
        paid = payment.usd if payment and self._drove else Decimal(0)
        return artifact.model_copy(update={"reused": not self._drove, "payment": payment, "cost_usd": paid})


async def _ended(task: asyncio.Task[int | None], patience_s: float) -> None:
    """Waits for a task, not for ever; what it ends with is in the ledger."""
    _, hangs = await asyncio.wait({task}, timeout=patience_s)
    if hangs:
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
