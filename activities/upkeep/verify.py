"""The verification of models as activities: one job of each, bought, looked for, measured, written down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from temporalio import activity

from activities.faults import AtCap, JobFailed, ModelResting, OverBudget, Permanent, StudioError
from activities.models import Model
from activities.running import ActivityAttempt, translated
from activities.studio import EVERY_PROVIDER, Stage, Studio
from activities.upkeep.findings import of_bill, of_clock, of_identity, of_listing, of_output, of_tag
from activities.upkeep.jobs import CheapestJob, PaidJobs, cheapest_jobs
from activities.upkeep.listing import Sight, Watch, seconds_apart
from activities.upkeep.verdicts import VerdictRows
from workflows.studio import STUDIO_QUEUE, Artifact, PaidStep, usd
from workflows.upkeep import ChooseJobs, ChosenJobs, Finding, Verdict, VerifyModel

# What keeps a job from being asked for at all; it says nothing of the model.
_NOT_ASKED = (AtCap, ModelResting)


class Verify:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._paid, self._rows = PaidJobs(studio.inputs), VerdictRows(studio.storage.database)

    @activity.defn(name="choose_jobs")
    @translated
    async def choose_jobs(self, step: ChooseJobs) -> ChosenJobs:
        """Of providers that some worker serves."""
        sellers, today = await self._studio.fleet.providers(), datetime.now(UTC).date()
        jobs = cheapest_jobs(self._studio.catalogue, sellers, step.models, today)
        return ChosenJobs(jobs=tuple(job.told for job in jobs))

    @activity.defn(name="verify_model")
    @translated
    async def verify_model(self, step: VerifyModel) -> Verdict:
        """What the day's job says of the model; asked again that day, the same for nothing. One that was not
        asked for, or ended without an output, is an answer too."""
        job, day = CheapestJob.of(self._studio.catalogue.model(step.model)), date.fromisoformat(step.day)
        key = job.recipe(step.day, step.deployment).key
        if known := await self._rows.of_job(step.model, step.deployment, day, key):
            return known
        try:
            verdict = await self._verified(job, step)
        except OverBudget as error:
            words = f"the budget leaves less than its price, {usd(error.needs_usd)}"
            return Verdict(model=step.model, state="not_run", words=words)
        except _NOT_ASKED as error:
            return Verdict(model=step.model, state="not_run", words=str(error))
        except (Permanent, JobFailed) as error:
            verdict = _failed(job, error)
        await self._rows.write(verdict, step.deployment, day, key)
        return verdict

    async def _verified(self, job: CheapestJob, step: VerifyModel) -> Verdict:
        recipe = job.recipe(step.day, step.deployment)
        model, provider = job.model, self._studio.roster.provider(job.model.provider)
        watch = Watch(self._studio.ledger, model, provider, recipe.key)
        beside = asyncio.create_task(watch.beside()) if model.ledger == "lists" else None
        terms = PaidStep(film=step.payer, step=model.id, may_spend_usd=step.may_spend_usd)
        try:
            paid = self._paid.paid(job, recipe, provider)
            made = await self._studio.buy(paid, terms, f"verify {model.id}")
            # Nothing is lost where a worker leaves meanwhile: another one finds the job, and looks again.
            with ActivityAttempt().idle():
                sight = await beside if beside else await watch.after() if model.listed else None
        finally:
            if beside:
                beside.cancel()
        findings = await self._findings(job, recipe.key, made, sight)
        differs = any(one.differs for one in findings)
        usd = made.payment.usd if made.payment else Decimal(0)
        return Verdict(
            model=model.id, state="differs" if differs else "verified", findings=tuple(findings), usd=usd
        )

    async def _findings(
        self, job: CheapestJob, key: str, made: Artifact, sight: Sight | None
    ) -> Sequence[Finding]:
        ledger = self._studio.ledger
        survey = await ledger.survey(key)
        assert survey is not None and survey.row.made_by is not None, "it was bought"
        mine = await ledger.submission(key, survey.row.made_by)
        assert mine is not None, "it was bought"
        answer = await self._studio.read(made.object) if job.model.makes == "plan" else b""
        found = [*of_output(job, made, answer), of_bill(job, mine.payment.usd)]
        if sight is not None:
            found += of_listing(job.model, sight, ledger.times)
            if sight.found is not None:
                tagged = self._tagged(job.model)
                found += of_identity(sight.found, mine.tag, mine.fingerprint, tagged)
        elif mine.job is not None and job.model.makes == "plan":
            # Asked once more: of other jobs that have an id and no listing the answer is the whole video.
            status = await self._studio.roster.provider(mine.provider).poll(job.model, mine.job)
            found.append(of_tag(status.tag, mine.tag))
            if status.created_at is not None:
                latest = mine.ended_at or datetime.now(UTC)
                apart_s = seconds_apart(status.created_at, mine.intent_at, latest)
                found.append(of_clock(apart_s, ledger.times))
        return found

    def _tagged(self, model: Model) -> bool:
        """Whether the job carried its tag where a listing shows it: in the address of a picture of ours."""
        return bool(model.needs) and self._studio.inputs.tags


def _failed(job: CheapestJob, error: StudioError) -> Verdict:
    usd = error.payment.usd if error.payment else Decimal(0)
    finding = Finding(field="job", says=job.what, seen=str(error), differs=True)
    return Verdict(model=job.model.id, state="failed", findings=(finding,), usd=usd, words=str(error))


STAGES = (
    Stage(Verify.choose_jobs, (STUDIO_QUEUE,)),
    Stage(Verify.verify_model, (EVERY_PROVIDER,)),
)
