"""How a schedule and the runs that it began stand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from temporalio.client import (
    ScheduleActionExecution,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleDescription,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
)

from starter.errors import FilmEnded, NoAnswer, NoSuchFilm
from starter.run import Run
from starter.timing import OVERLAPS, Overlap
from starter.waits import waiting_for, ways_on
from workflows.studio import Progress

#: How a run is asked for its progress.
Asking = Callable[[Run[Any]], Awaitable[Progress]]
# Under `allow-all` any number of runs may wait; a person answers the newest first.
_RUNNING_TOLD = 5


class ScheduledRun(NamedTuple):
    """A run of a schedule. `state` is how it ended (`completed`, `stopped`, `failed`, `canceled`,
    `terminated`, `timed_out`), or `running`, `unanswered` where no worker says how it stands, `expired` where
    the server has forgotten it. `waits` is what it waits for a person for, in words, and `ways` are the
    commands that answer it."""

    id: str
    state: str
    waits: str = ""
    ways: tuple[str, ...] = ()


class Standing(NamedTuple):
    """How a schedule stands: its next times, UTC, and the runs that it began, newest first."""

    name: str
    noun: str
    paused: bool
    note: str
    overlap: Overlap | None
    catch_up: timedelta
    next: tuple[datetime, ...]
    runs: tuple[ScheduledRun, ...]

    @property
    def waiting(self) -> ScheduledRun | None:
        """The newest run that waits for a person."""
        return next((one for one in self.runs if one.waits), None)


def workflow_of(told: ScheduleDescription) -> str:
    """The registered name of what it starts; empty where that is no workflow."""
    action = told.schedule.action
    return str(action.workflow) if isinstance(action, ScheduleActionStartWorkflow) else ""


def overlap_of(told: ScheduleDescription) -> Overlap | None:
    """None for a policy that is not made here, such as to terminate what runs."""
    policy = told.schedule.policy.overlap
    return next((name for name, one in OVERLAPS.items() if one == policy), None)


def begun(told: ScheduleDescription, recent: int) -> list[str]:
    """The ids of the last `recent` runs, and of others that run still; newest first, each once."""
    last = [id for each in reversed(told.info.recent_actions) if (id := _started(each.action))]
    running = [id for each in reversed(told.info.running_actions) if (id := _started(each))]
    return list(dict.fromkeys((*last[:recent], *running[:_RUNNING_TOLD])))


def _started(action: ScheduleActionExecution) -> str | None:
    return action.workflow_id if isinstance(action, ScheduleActionExecutionStartWorkflow) else None


async def standing_of(run: Run[Any], ask: Asking) -> ScheduledRun:
    """How one of them stands. Raises `Unreachable`."""
    try:
        told = await run.describe()
    except NoSuchFilm:
        return ScheduledRun(run.id, "expired")
    if told.status != WorkflowExecutionStatus.RUNNING:
        return ScheduledRun(run.id, await _ending(told))
    with suppress(NoAnswer, NoSuchFilm, FilmEnded):
        progress = await ask(run)
        waits = waiting_for(progress)
        return ScheduledRun(run.id, "running", waits, tuple(ways_on(run.id, progress)))
    return ScheduledRun(run.id, "unanswered")


async def _ending(told: WorkflowExecutionDescription) -> str:
    """A stop ends a run in order, so that Temporal calls it completed: its memo knows better."""
    said = (await told.memo()).get("status")
    if told.status == WorkflowExecutionStatus.COMPLETED and isinstance(said, str):
        return said
    return told.status.name.lower() if told.status else "running"


async def standings_of(runs: list[Run[Any]], ask: Asking) -> tuple[ScheduledRun, ...]:
    return tuple(await asyncio.gather(*(standing_of(run, ask) for run in runs)))
