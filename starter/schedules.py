"""Productions by the clock: Temporal's own Schedules, as good when somebody creates one in the Web UI.

A schedule starts a production under its own name and the time of the run. What is asked for may name that
time (`workflows.studio.scheduled`). Nothing is remembered outside of Temporal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleDescription,
    ScheduleHandle,
    ScheduleState,
)
from temporalio.service import RPCError, RPCStatusCode

from starter.errors import InvalidAnswer, NoSuchSchedule, ScheduleExists
from starter.productions import Productions
from starter.refused import is_gone, refused
from starter.run import Run
from starter.scheduled import Asking, Standing, begun, overlap_of, standings_of, workflow_of
from starter.timing import CATCH_UP, OVERLAPS, Overlap, Timing
from workflows.studio import STUDIO_QUEUE, Production

# The server tells of no more times, nor of more runs.
_TIMES_TOLD, _RUNS_TOLD = 5, 10
# The server names at most so many times, and keeps no more runs waiting.
_MOST_AT_ONCE = 1000
# A trigger is taken first and carried out then, which takes milliseconds where the server is well.
_CARRIED_OUT_S, _LOOK_EVERY_S = 10.0, 0.1


class Triggered(NamedTuple):
    """What became of a trigger: a run `begun`, `skipped` because of the run `running`, `buffered` behind it,
    or only `asked` for, where the server has done neither within ten seconds."""

    how: str
    run: str | None = None
    running: str | None = None


class Schedules:
    """Those of one namespace that start a production of `productions`. Every method raises `Unreachable`."""

    def __init__(self, client: Client, productions: Productions, ask: Asking = Run.progress) -> None:
        self._client, self._productions, self._ask = client, productions, ask

    async def create(
        self, name: str, production: Production[Any, Any], request: Mapping[str, Any], timing: Timing
    ) -> None:
        """Raises `ScheduleExists`, `InvalidAnswer` for a time that the server cannot read."""
        action = ScheduleActionStartWorkflow(
            production.workflow,
            request,
            id=name,
            task_queue=STUDIO_QUEUE,
            static_summary=f"{production.noun.capitalize()} of the schedule {name}",
        )
        schedule = Schedule(action=action, spec=timing.spec(), policy=timing.policy(), state=ScheduleState())
        try:
            await self._client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            raise ScheduleExists(
                f"There is a schedule {name} already: delete it first, or name another."
            ) from None
        except RPCError as error:
            if error.status == RPCStatusCode.INVALID_ARGUMENT:
                raise InvalidAnswer(f"Temporal cannot use it: {error.message}") from error
            raise refused(error, name, "schedule") from error

    async def standings(self) -> AsyncIterator[Standing]:
        """All of them, each with its last run and those that run, by name as the server lists them."""
        try:
            names = [listed.id async for listed in await self._client.list_schedules()]
        except RPCError as error:
            raise refused(error, "them", "schedule") from error
        for name in names:
            try:
                yield await self._standing(name, runs=1)
            except NoSuchSchedule:
                # It starts something else, or was deleted meanwhile.
                continue

    async def show(self, name: str) -> Standing:
        """With its last ten runs. Raises `NoSuchSchedule`, as all of these do."""
        return await self._standing(name, runs=_RUNS_TOLD)

    async def pause(self, name: str, note: str = "") -> None:
        """Begins no run until `resume`; runs that have begun go on."""
        await self._told(name, (await self._handle(name)).pause(note=note or "paused"))

    async def resume(self, name: str) -> None:
        await self._told(name, (await self._handle(name)).unpause(note="resumed"))

    async def trigger(self, name: str) -> Triggered:
        """Begins a run now, which is named by this moment, as the schedule's overlap policy allows."""
        before = await self._described(name)
        await self._told(name, self._client.get_schedule_handle(name).trigger())
        known = set(begun(before, _RUNS_TOLD))
        for _ in range(int(_CARRIED_OUT_S / _LOOK_EVERY_S)):
            now = await self._described(name)
            ids = begun(now, _RUNS_TOLD)
            if new := next((id for id in ids if id not in known), None):
                return Triggered("begun", new)
            running = next(iter(begun(now, 0)), None)
            if now.info.num_actions_skipped_overlap > before.info.num_actions_skipped_overlap:
                return Triggered("skipped", running=running)
            if now.raw_description.info.buffer_size > before.raw_description.info.buffer_size:
                return Triggered("buffered", running=running)
            await asyncio.sleep(_LOOK_EVERY_S)
        return Triggered("asked")

    async def backfill(
        self, name: str, start: datetime, end: datetime, overlap: Overlap = "buffer-all"
    ) -> tuple[datetime, ...]:
        """Begins the runs of a time that has passed, each named by its own, from `start` to `end`; one after
        another where nothing else is said. Returns their times, UTC. Raises `InvalidAnswer` where there are
        none, or a thousand."""
        handle = await self._handle(name)
        # The server leaves the very start out.
        start -= timedelta(seconds=1)
        times = await self._times(name, start, end)
        if not times:
            raise InvalidAnswer(f"No run of {name} falls into that time.")
        if len(times) >= _MOST_AT_ONCE:
            raise InvalidAnswer(f"{_MOST_AT_ONCE:,} runs or more fall into that time: name a shorter one.")
        missed = ScheduleBackfill(start_at=start, end_at=end, overlap=OVERLAPS[overlap])
        await self._told(name, handle.backfill(missed))
        return times

    async def delete(self, name: str) -> None:
        """Begins no run any more; those that have begun go on."""
        await self._told(name, (await self._handle(name)).delete())

    # ---- how it is found -------------------------------------------------------------------------

    async def _described(self, name: str) -> ScheduleDescription:
        """Raises `NoSuchSchedule`, also where it starts none of these productions."""
        try:
            told = await self._client.get_schedule_handle(name).describe()
        except RPCError as error:
            raise _wrong(error, name) from error
        if self._productions.of_workflow(workflow_of(told)) is None:
            raise _unknown(name)
        return told

    async def _handle(self, name: str) -> ScheduleHandle:
        """Of a schedule that is ours to steer."""
        await self._described(name)
        return self._client.get_schedule_handle(name)

    async def _standing(self, name: str, runs: int) -> Standing:
        told = await self._described(name)
        production = self._productions.of_workflow(workflow_of(told))
        assert production is not None, "it was looked at"
        found = [self._productions.run(production, id) for id in begun(told, runs)]
        return Standing(
            name=name,
            noun=production.noun,
            paused=told.schedule.state.paused,
            note=(told.schedule.state.note or "") if told.schedule.state.paused else "",
            overlap=overlap_of(told),
            catch_up=told.schedule.policy.catchup_window or CATCH_UP,
            next=() if told.schedule.state.paused else tuple(told.info.next_action_times[:_TIMES_TOLD]),
            runs=await standings_of(found, self._ask),
        )

    async def _times(self, name: str, start: datetime, end: datetime) -> tuple[datetime, ...]:
        first, last = Timestamp(), Timestamp()
        first.FromDatetime(start)
        last.FromDatetime(end)
        asked = ListScheduleMatchingTimesRequest(
            namespace=self._client.namespace, schedule_id=name, start_time=first, end_time=last
        )
        try:
            told = await self._client.workflow_service.list_schedule_matching_times(asked)
        except RPCError as error:
            raise _wrong(error, name) from error
        return tuple(at.ToDatetime(start.tzinfo) for at in told.start_time)

    async def _told(self, name: str, call: Awaitable[None]) -> None:
        try:
            await call
        except RPCError as error:
            raise _wrong(error, name) from error


def _unknown(name: str) -> NoSuchSchedule:
    return NoSuchSchedule(
        f"There is no schedule {name} here: `reel schedule list` names those that there are."
    )


def _wrong(error: RPCError, name: str) -> Exception:
    return _unknown(name) if is_gone(error) else refused(error, name, "schedule")
