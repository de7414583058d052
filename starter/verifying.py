"""Models held against their providers: what it would cost, when each was verified last, the run itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError

from activities.faults import InvalidInput
from activities.models import catalogue_of, hosted
from activities.upkeep import CheapestJob, LastVerified, VerdictRows, cheapest_jobs
from infra.settings import Settings
from starter.books import never_used, open_database
from starter.errors import FilmFailed, InvalidAnswer
from starter.session import open_session
from workflows.studio import STUDIO_QUEUE
from workflows.upkeep import VERIFIER, Verdict, Verdicts, VerifyModels, VerifyWorkflow


@dataclass(frozen=True)
class Due:
    """A model that would be verified, and when it was last; `found`: its job of today is there already."""

    job: CheapestJob
    last: LastVerified | None
    found: bool

    @property
    def usd(self) -> Decimal:
        """What verifying it would cost now."""
        return Decimal(0) if self.found else self.job.usd


async def due(settings: Settings, models: Sequence[str]) -> tuple[Due, ...]:
    """What a run would verify by the keys that are set here. Starts nothing where nothing was ever made.
    Raises `InvalidAnswer`, `Unreachable`."""
    today = _today()
    try:
        jobs = cheapest_jobs(catalogue_of(settings), hosted(settings), models, today)
    except InvalidInput as error:
        raise InvalidAnswer(str(error)) from None
    last, own = await last_verified(settings), settings.deployment or ""
    return tuple(Due(job, known := last.get(job.model.id), _is_of(known, job, today, own)) for job in jobs)


def _is_of(last: LastVerified | None, job: CheapestJob, today: date, deployment: str) -> bool:
    return last is not None and last.day == today and last.key == job.recipe(str(today), deployment).key


async def last_verified(settings: Settings) -> Mapping[str, LastVerified]:
    """By model; empty where nothing was ever made. Raises `Unreachable`."""
    if never_used(settings):
        return {}
    async with open_database(settings) as database:
        return await VerdictRows(database).newest(settings.deployment or "")


async def verify(settings: Settings, budget: Decimal, models: Sequence[str]) -> tuple[Verdict, ...]:
    """Verifies these models, by default all whose keys some worker has, after a run that was left or is
    another's: what that has bought is found. Raises `InvalidAnswer`, `FilmFailed`, and what `open_session`
    raises."""
    known = catalogue_of(settings)
    try:
        for name in models:
            known.bought(name)
    except InvalidInput as error:
        raise InvalidAnswer(str(error)) from None
    asked = VerifyModels(
        day=str(_today()), budget_usd=budget, models=tuple(models), deployment=settings.deployment or ""
    )
    async with open_session(settings) as session:
        await session.host()
        while (verdicts := await _run(session.client, asked)) is None:
            pass
    return verdicts


async def _run(client: Client, asked: VerifyModels) -> tuple[Verdict, ...] | None:
    """None once a run has ended that was under way: it may have been asked for other models."""
    id = f"{VERIFIER}-{asked.day}{asked.deployment and f'-{asked.deployment}'}"
    try:
        told: Verdicts = await client.execute_workflow(
            VerifyWorkflow.run,
            asked,
            id=id,
            task_queue=STUDIO_QUEUE,
            static_summary="Hold models against what the catalogue says of them",
        )
    except WorkflowAlreadyStartedError:
        with suppress(WorkflowFailureError):
            await client.get_workflow_handle(id).result()
        return None
    except WorkflowFailureError as error:
        raise _failed(error) from error
    return told.verdicts


def _failed(error: WorkflowFailureError) -> FilmFailed:
    cause = error.cause.cause if isinstance(error.cause, ActivityError) else error.cause
    kind = cause.type if isinstance(cause, ApplicationError) and cause.type else "WorkFailed"
    return FilmFailed(str(cause or error), kind)


def _today() -> date:
    return datetime.now(UTC).date()
