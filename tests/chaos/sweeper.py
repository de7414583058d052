"""Knows the sweeper of a house: asks it for a sweep, and whether one is under way."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, WorkflowHandle

from workflows.upkeep.sweep import SWEEPER


async def sweep(client: Client) -> None:
    """Asks for a sweep now; nothing where no server answers."""
    with suppress(Exception):
        if running := await _running(client):
            await running.signal("sweep")
        else:
            await client.get_schedule_handle(SWEEPER).trigger()


async def sweeping(client: Client) -> bool:
    """Whether one is under way, or nobody can say: a run of the sweeper lasts, and rests between sweeps."""
    with suppress(Exception):
        running = await _running(client)
        return running is not None and bool((await running.describe()).raw_description.pending_activities)
    return True


async def _running(client: Client) -> WorkflowHandle[Any, Any] | None:
    described = await client.get_schedule_handle(SWEEPER).describe()
    for action in described.info.running_actions:
        if isinstance(action, ScheduleActionExecutionStartWorkflow):
            return client.get_workflow_handle(action.workflow_id)
    return None
