"""How often a run of the sweep sweeps: by what it finds, told from the timers in its history."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from tests.support.rendering import until
from workflows.studio.calls import STUDIO_QUEUE
from workflows.upkeep.sweep import SweepLedger, SweepWorkflow, Swept


async def test_a_run_sweeps_each_minute_while_something_is_open_and_rests_longer_while_nothing_is(
    client: Client,
) -> None:
    found = [Swept(tended=1, open=2), Swept(left=1), Swept(adopted=1), Swept(closed=3)]
    queue = f"sweep-{uuid.uuid4().hex}"

    @activity.defn
    async def sweep_ledger(step: SweepLedger) -> Swept:
        # Tried again it finds the same; and on the studio's queue another test's run may have left its task.
        told = activity.info()
        return found[int(told.activity_id) - 1] if told.workflow_id == queue else Swept()

    async with (
        Worker(client, task_queue=queue, workflows=[SweepWorkflow], activities=[sweep_ledger]),
        Worker(client, task_queue=STUDIO_QUEUE, activities=[sweep_ledger]),
    ):
        run = await client.start_workflow(SweepWorkflow.run, id=queue, task_queue=queue)
        for signal, rests in [("sweep", 1), ("sweep", 2), ("stop", 3)]:
            await until(partial(_rested, run, rests))
            await run.signal(signal)
        assert await run.result() == Swept(tended=1, adopted=1, closed=3)
    assert await _rests(run) == [60, 60, 300]


async def _rests(run: WorkflowHandle[Any, Any]) -> list[int]:
    events = (await run.fetch_history()).events
    started = [
        each.timer_started_event_attributes
        for each in events
        if each.HasField("timer_started_event_attributes")
    ]
    return [each.start_to_fire_timeout.seconds for each in started]


async def _rested(run: WorkflowHandle[Any, Any], times: int) -> bool:
    return len(await _rests(run)) >= times
