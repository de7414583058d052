"""How a step is called: its queue, its timeouts and retries, its label."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from workflows.studio.facts import Artifact, ModelFacts, NotBought
from workflows.studio.precedence import Stage, priority_of

#: Workflows, and activities that only move references and small files.
STUDIO_QUEUE = "reel"

#: Activities that wait for somebody else's machine: many slots, no CPU.
GENERATION_QUEUE = "reel-generation"

#: Activities that use a core of ours: as many slots as cores.
MEDIA_QUEUE = "reel-media"

QUEUES = (STUDIO_QUEUE, GENERATION_QUEUE, MEDIA_QUEUE)

# Retries are bounded by time (schedule_to_close), not by attempts: a deploy and an operator's pause
# each use up an attempt. An activity counts its real failures itself and ends after the third.
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    # A server that restarts is back within seconds; a longer wait would only idle the production.
    maximum_interval=timedelta(seconds=15),
)

# What works beats each 2 s. A killed worker is noticed after this; one on a loaded machine must not be.
_HEARTBEAT = timedelta(seconds=20)

LIGHT = workflow.ActivityConfig(
    # Rules, one small object, or a film brought, signed and put: 300 MB are signed in four seconds. Two
    # minutes allow for a busy disk, and a bucket that moves 5 MB a second.
    start_to_close_timeout=timedelta(minutes=2),
    # An outage of a server of ours may last a while; then the production fails and is resumed by hand.
    schedule_to_close_timeout=timedelta(minutes=30),
    heartbeat_timeout=_HEARTBEAT,
    retry_policy=_RETRY,
    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

WORK = workflow.ActivityConfig(
    # A 15 s chunk at 1080p takes under a minute a core; a loaded machine is ten times slower.
    start_to_close_timeout=timedelta(minutes=20),
    # Counts the time in the queue too: a hundred long films on two slots take days.
    schedule_to_close_timeout=timedelta(days=7),
    heartbeat_timeout=_HEARTBEAT,
    retry_policy=_RETRY,
    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

# What waits for a provider beats each 10 s: three may be lost, and the fourth is due.
WAITING_HEARTBEAT = timedelta(seconds=45)

_PAID: workflow.ActivityConfig = {
    **WORK,
    "heartbeat_timeout": WAITING_HEARTBEAT,
    # The longest run limit of the catalogue, an hour, with what settling a lost answer takes, and room.
    "start_to_close_timeout": timedelta(hours=2),
}

# The UI cuts a row's label at 120 characters, and some servers refuse a summary over 200 bytes.
_SUMMARY_BYTES = 120

Result = TypeVar("Result", bound=BaseModel)


class EndedAsCancelled(asyncio.CancelledError):
    """Work was cancelled in the very moment in which its activity had ended: `outcome` is what that came to,
    which nobody else is told."""

    def __init__(self, outcome: BaseModel | BaseException) -> None:
        super().__init__()
        self.outcome = outcome


def summary_of(text: str) -> str:
    """As much of it as every server takes for a summary."""
    return text.encode()[:_SUMMARY_BYTES].decode(errors="ignore")


def generation_queue(provider: str) -> str:
    """The queue of one provider's paid work: its server-side limit is the provider's requests a minute."""
    return f"{GENERATION_QUEUE}.{provider}"


async def run(
    name: str,
    step: BaseModel,
    result: type[Result],
    queue: str,
    config: workflow.ActivityConfig,
    summary: str,
    stage: Stage = Stage.MIDDLE,
) -> Result:
    options: workflow.ActivityConfig = {
        **config,
        "task_queue": queue,
        "summary": summary_of(summary),
        "priority": priority_of(stage),
    }
    # What is expected of a purchase ends its activity with an answer: in a timeline, red means wrong.
    told: Any = result | NotBought if getattr(step, "terms", None) is not None else result
    activity: workflow.ActivityHandle[Any] = workflow.start_activity(name, step, result_type=told, **options)
    try:
        outcome = _outcome(name, await activity)
    except asyncio.CancelledError:
        if not activity.done() or activity.cancelled():
            raise
        raise EndedAsCancelled(activity.exception() or _outcome(name, activity.result())) from None
    if isinstance(outcome, ActivityError):
        raise outcome
    return cast(Result, outcome)


def _outcome(name: str, told: Result | NotBought) -> Result | ActivityError:
    """The result; of what was not bought, the failure as which whoever buys knows what to do about it."""
    if not isinstance(told, NotBought):
        return told
    error = ActivityError(
        "nothing was bought",
        scheduled_event_id=0,
        started_event_id=0,
        identity="",
        activity_type=name,
        activity_id="",
        retry_state=None,
    )
    error.__cause__ = ApplicationError(told.message, *told.details, type=told.not_bought, non_retryable=True)
    return error


async def run_model(
    name: str, step: BaseModel, model: ModelFacts, summary: str, stage: Stage = Stage.MIDDLE
) -> Artifact:
    """Where the model's work runs: on a core of ours, or behind its provider's limit."""
    if model.work == "computes":
        return await run(name, step, Artifact, MEDIA_QUEUE, WORK, summary, stage)
    return await run(name, step, Artifact, generation_queue(model.provider), _PAID, summary, stage)
