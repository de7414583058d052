"""`VerifyWorkflow`: the cheapest job of each model, held against what the catalogue says of it, in a budget.

A job is bought through the ledger as everything is, by a recipe of the day: a run that was killed finds it,
and so does a second one on that day, and nothing is paid again.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from workflows.studio import (
    LIGHT,
    STUDIO_QUEUE,
    WAITING_HEARTBEAT,
    Facts,
    cause_of,
    generation_queue,
    run,
    usd,
)

#: What the ids of its runs begin with; the day follows.
VERIFIER = "reel-doctor"

#: `failed`: no job came back; `not_run`: nothing was asked for.
State = Literal["verified", "differs", "failed", "not_run"]

_VERIFY = workflow.ActivityConfig(
    # The longest run limit of the catalogue, half an hour, twice where a job does not end; and its listing.
    start_to_close_timeout=timedelta(hours=2),
    # Somebody waits at a terminal: a provider that is away for longer is tried another day.
    schedule_to_close_timeout=timedelta(hours=3),
    heartbeat_timeout=WAITING_HEARTBEAT,
    # A server that restarts is back within seconds.
    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=15)),
    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)


class ModelJob(Facts):
    """The cheapest job of a model: `what` it is, in words, and its price."""

    model: str
    provider: str
    what: str
    usd: Decimal


class ChooseJobs(Facts):
    """Of these models, by id; of all where none is named."""

    models: tuple[str, ...] = ()


class ChosenJobs(Facts):
    """Those of providers that some worker serves, the cheapest first."""

    jobs: tuple[ModelJob, ...] = ()


class VerifyModel(Facts):
    """The job of one model on one day. Nothing is bought for more than `may_spend_usd`; what was bought
    before is found."""

    model: str
    day: str = Field(description="Of UTC, such as 2026-11-27.")
    deployment: str = ""
    payer: str
    may_spend_usd: Decimal


class Finding(Facts):
    """One field of the catalogue: what it says, and what was seen."""

    field: str
    says: str
    seen: str
    differs: bool


class Verdict(Facts):
    """What became of one model. `usd` is what its job has cost that day; `words` say why nothing came."""

    model: str
    state: State
    findings: tuple[Finding, ...] = ()
    usd: Decimal = Decimal(0)
    words: str = ""


class VerifyModels(Facts):
    """What is asked of a run. The budget is for the whole day: what these models have cost on it counts."""

    day: str
    budget_usd: Decimal
    models: tuple[str, ...] = ()
    deployment: str = ""


class Verdicts(Facts):
    """All verdicts of a run, the cheapest job first."""

    verdicts: tuple[Verdict, ...] = ()


async def choose_jobs(step: ChooseJobs, label: str) -> ChosenJobs:
    """Which models are verified, and by which job."""
    return await run("choose_jobs", step, ChosenJobs, STUDIO_QUEUE, LIGHT, label)


async def verify_model(step: VerifyModel, provider: str, label: str) -> Verdict:
    """Where the provider's key is."""
    return await run("verify_model", step, Verdict, generation_queue(provider), _VERIFY, label)


@workflow.defn(name="VerifyWorkflow")
class VerifyWorkflow:
    """Verifies as many models as the budget pays for, side by side."""

    def __init__(self) -> None:
        self._left = Decimal(0)
        self._said: dict[str, Verdict] = {}

    @workflow.run
    async def run(self, asked: VerifyModels) -> Verdicts:
        chosen = await choose_jobs(ChooseJobs(models=asked.models), "Choose the cheapest job of each model")
        self._left = asked.budget_usd
        waiting, running = list(chosen.jobs), list[asyncio.Task[None]]()
        while waiting:
            for job in tuple(waiting):
                if job.usd <= self._left:
                    waiting.remove(job)
                    self._left -= job.usd
                    running.append(asyncio.create_task(self._verify(asked, job, job.usd)))
            if not running:
                break
            # What costs less than was put aside may pay for another one.
            _, running = await workflow.wait(running, return_when=asyncio.FIRST_COMPLETED)
        # What was bought before costs nothing, whatever is left.
        running += [asyncio.create_task(self._verify(asked, job, Decimal(0))) for job in waiting]
        if running:
            await workflow.wait(running)
        return Verdicts(verdicts=tuple(self._said[job.model] for job in chosen.jobs))

    async def _verify(self, asked: VerifyModels, job: ModelJob, may_spend: Decimal) -> None:
        step = VerifyModel(
            model=job.model,
            day=asked.day,
            deployment=asked.deployment,
            payer=f"{VERIFIER}-{asked.day}",
            may_spend_usd=may_spend,
        )
        try:
            verdict = await verify_model(step, job.provider, f"{job.model}: {job.what}, {usd(job.usd)}")
        except ActivityError as error:
            # One that cannot be asked says nothing of the others; what it has cost nobody can say, so that
            # its money stays put aside.
            words = cause_of(error).message
            self._said[job.model] = Verdict(model=job.model, state="failed", words=words)
            return
        self._said[job.model] = verdict
        self._left += max(Decimal(0), may_spend - verdict.usd)
