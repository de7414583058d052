"""How a Schedule comes to be: created or brought up to date, and never twice."""

from __future__ import annotations

from dataclasses import replace

from temporalio.client import (
    Client,
    Schedule,
    ScheduleAlreadyRunningError,
    ScheduleUpdate,
    ScheduleUpdateInput,
)


async def ensure_schedule(client: Client, schedule_id: str, wanted: Schedule) -> None:
    """The schedule is there and says what is wanted; safe from any number of processes at once.

    Whether an operator has paused it, and why, is left as it is. Raises RPCError as the client does.
    """

    def bring_up_to_date(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(replace(wanted, state=found.description.schedule.state))

    try:
        await client.create_schedule(schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id).update(bring_up_to_date)
