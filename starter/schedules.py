"""Productions by the clock: Temporal's own Schedules, as good when somebody creates one in the Web UI.

A schedule starts a production under its own name and the time of the run. What is asked for may name that
time (`workflows.studio.scheduled`). Nothing is remembered outside of Temporal.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.service import RPCError

from starter.errors import FilmEnded, NoAnswer, NoSuchFilm, NoSuchSchedule, ScheduleExists
from starter.productions import Productions
from starter.refused import is_gone, refused
from workflows.studio import STUDIO_QUEUE, Production, at_its_time, in_zone

Overlap = Literal["skip", "buffer-one", "allow-all", "cancel-other"]
OVERLAPS: Mapping[Overlap, ScheduleOverlapPolicy] = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer-one": ScheduleOverlapPolicy.BUFFER_ONE,
    "allow-all": ScheduleOverlapPolicy.ALLOW_ALL,
    "cancel-other": ScheduleOverlapPolicy.CANCEL_OTHER,
}
# The server's own default of a year would buy films for a whole outage.
CATCH_UP = timedelta(minutes=10)
# Any time will do: whether a request can be used does not depend on when.
_SOME_TIME = "-2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Timing:
    """When runs begin: by `cron` expressions in `time_zone`, or `every` so often since 1970. `jitter` puts
    each off by a random time up to that."""

    cron: tuple[str, ...] = ()
    every: timedelta | None = None
    time_zone: str = "UTC"
    jitter: timedelta | None = None
    overlap: Overlap = "skip"
    catch_up: timedelta = CATCH_UP

    def spec(self) -> ScheduleSpec:
        return ScheduleSpec(
            cron_expressions=self.cron,
            intervals=[ScheduleIntervalSpec(every=self.every)] if self.every else [],
            jitter=self.jitter,
            time_zone_name=self.time_zone,
        )

    def policy(self) -> SchedulePolicy:
        return SchedulePolicy(overlap=OVERLAPS[self.overlap], catchup_window=self.catch_up)


class Standing(NamedTuple):
    """How a schedule stands. `last` is the id of the run that it began last, `waits` what that waits for a
    person for, in words."""

    name: str
    noun: str
    paused: bool
    note: str
    next: datetime | None
    last: str | None
    waits: str


def request_for(
    production: Production[Any, Any], asked: bytes, name: str, time_zone: str = "UTC"
) -> dict[str, Any]:
    """The request of a schedule of that name, as every run is sent it. Raises `InvalidRequest` for what no
    run could use, `UnknownZone`."""
    production.parse(at_its_time(asked, name + _SOME_TIME))
    return in_zone(json.loads(asked.decode("utf-8-sig")), time_zone)


class Schedules:
    """Those of one namespace that start a production of `productions`."""

    def __init__(self, client: Client, productions: Productions) -> None:
        self._client, self._productions = client, productions

    async def create(
        self, name: str, production: Production[Any, Any], request: Mapping[str, Any], timing: Timing
    ) -> None:
        """Raises `ScheduleExists`, `InvalidRequest` for a time that cannot be read, `Unreachable`."""
        action = ScheduleActionStartWorkflow(production.workflow, request, id=name, task_queue=STUDIO_QUEUE)
        schedule = Schedule(action=action, spec=timing.spec(), policy=timing.policy(), state=ScheduleState())
        try:
            await self._client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            raise ScheduleExists(f"There is a schedule {name} already: delete it first.") from None
        except RPCError as error:
            raise refused(error, name, "schedule") from error

    async def standings(self) -> AsyncIterator[Standing]:
        """All of them, by name as the server lists them. Raises `Unreachable`."""
        try:
            async for listed in await self._client.list_schedules():
                if (found := await self._standing(listed.id)) is not None:
                    yield found
        except RPCError as error:
            raise refused(error, "them", "schedule") from error

    async def show(self, name: str) -> Standing:
        """Raises `NoSuchSchedule`, `Unreachable`."""
        found = await self._standing(name)
        if found is None:
            raise NoSuchSchedule(f"There is no schedule {name} here.")
        return found

    async def pause(self, name: str, note: str = "") -> None:
        """Begins no run until `resume`; runs that have begun go on. All of these raise `NoSuchSchedule`,
        `Unreachable`."""
        await self._told(name, self._client.get_schedule_handle(name).pause(note=note or None))

    async def resume(self, name: str) -> None:
        await self._told(name, self._client.get_schedule_handle(name).unpause())

    async def trigger(self, name: str) -> None:
        """Begins a run now, which is named by this moment."""
        await self._told(name, self._client.get_schedule_handle(name).trigger())

    async def backfill(self, name: str, start: datetime, end: datetime, overlap: Overlap) -> None:
        """Begins the runs of a time that has passed, each named by its own: after `start`, up to `end`."""
        missed = ScheduleBackfill(start_at=start, end_at=end, overlap=OVERLAPS[overlap])
        await self._told(name, self._client.get_schedule_handle(name).backfill(missed))

    async def delete(self, name: str) -> None:
        """Begins no run any more; those that have begun go on."""
        await self._told(name, self._client.get_schedule_handle(name).delete())

    async def _told(self, name: str, call: Awaitable[None]) -> None:
        try:
            await call
        except RPCError as error:
            raise _wrong(error, name) from error

    async def _standing(self, name: str) -> Standing | None:
        """None where it starts none of these productions, or was deleted meanwhile."""
        try:
            told = await self._client.get_schedule_handle(name).describe()
        except RPCError as error:
            if is_gone(error):
                return None
            raise refused(error, name, "schedule") from error
        production = self._productions.of_workflow(_workflow(told))
        if production is None:
            return None
        runs = [each.action for each in told.info.recent_actions]
        last = runs[-1].workflow_id if runs and isinstance(runs[-1], _Begun) else None
        return Standing(
            name=name,
            noun=production.noun,
            paused=told.schedule.state.paused,
            note=told.schedule.state.note or "",
            next=next(iter(told.info.next_action_times), None),
            last=last,
            waits=await self._waits(production, last) if last and told.info.running_actions else "",
        )

    async def _waits(self, production: Production[Any, Any], id: str) -> str:
        with suppress(NoAnswer, NoSuchFilm, FilmEnded):
            return (await self._productions.run(production, id).progress()).waiting_for or ""
        return ""


_Begun = ScheduleActionExecutionStartWorkflow


def _workflow(told: ScheduleDescription) -> str:
    action = told.schedule.action
    return str(action.workflow) if isinstance(action, ScheduleActionStartWorkflow) else ""


def _wrong(error: RPCError, name: str) -> Exception:
    if is_gone(error):
        return NoSuchSchedule(f"There is no schedule {name} here.")
    return refused(error, name, "schedule")
