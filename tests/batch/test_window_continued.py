"""A batch outlives its run, its reports and a pause: another run goes on from the rows, and what it does not
hear of it looks for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import Client

from starter.run import Run
from tests.support.batches import PRICE, Batches, BatchRig, posters
from tests.support.batches import batch_rig as batch_rig
from workflows.batch import window
from workflows.batch.contract import BatchResult
from workflows.studio import Facts
from workflows.studio.commission import Commission

pytestmark = pytest.mark.slow


async def runs_of(client: Client, id: str) -> int:
    """How many runs there were of it, once lists have the last of them."""
    latest = (await client.get_workflow_handle(id).describe()).run_id
    while latest not in (
        found := {one.run_id async for one in client.list_workflows(f"WorkflowId = '{id}'")}
    ):
        await asyncio.sleep(0.1)
    return len(found)


async def test_a_long_batch_goes_on_in_another_run_and_loses_nothing(
    batch_rig: BatchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_ITEMS_A_RUN", 3)
    async with batch_rig() as batches:
        run = await batches.start(posters([f"Plum {number}" for number in range(12)], max_running=4))
        result = await batches.productions.run(run.production, run.id).result()
        rows = await batches.rows(run.id)
        assert await runs_of(batches.client, run.id) >= 3
        assert {await runs_of(batches.client, row["item"]) for row in rows} == {1}
        assert result.spent_usd == await batches.paid(row["item"] for row in rows) == 12 * PRICE
    # What it cost is of all the runs that continue each other.
    assert (result.counts.completed, result.cost_usd) == (12, 12 * PRICE)


async def test_an_item_whose_report_is_lost_is_found_by_looking(
    batch_rig: BatchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(self: Commission, signal: str, said: Facts) -> bool:
        return False

    monkeypatch.setattr(Commission, "_tell", lost)
    monkeypatch.setattr(window, "_LOOK_EVERY", timedelta(seconds=2))
    request = posters([f"Pear {number}" for number in range(3)])
    async with batch_rig(draws=False) as batches:
        run = await batches.start(request)
        await batches.begun(run, 3)
        # Whoever goes on is not told by Temporal either of what another run began.
        await batches.client.get_workflow_handle(run.id).terminate()
        run = await batches.start(request)
        await batches.when(run, lambda told: told.counts.running == 3)
        async with batches.drawing():
            result = await run.result()
        rows = await batches.rows(run.id)
    assert (result.counts.completed, result.spent_usd) == (3, 3 * PRICE)
    assert all(row["whole"] and row["delivered"] for row in rows)


async def test_a_pause_reaches_what_runs_and_begins_nothing(batch_rig: BatchRig) -> None:
    async with batch_rig(draws=False) as batches:
        run = await batches.start(posters([f"Fig {number}" for number in range(4)], max_running=2))
        first, second, *_ = await batches.begun(run, 2)
        await run.pause()
        items = [await batches.productions.find(row["item"]) for row in (first, second)]
        for item in items:
            await _paused(batches, item)
        # Its place is free, and nobody takes it.
        await batches.client.get_workflow_handle(first["item"]).terminate()
        told = await batches.when(run, lambda told: told.counts.failed == 1)
        assert (told.counts.running, told.counts.pending) == (1, 2)
        async with batches.drawing():
            await run.resume()
            result = await run.result()
    assert (result.counts.completed, result.counts.failed) == (3, 1)


async def _paused(batches: Batches, item: Run[BatchResult]) -> None:
    told = await batches.when(item, lambda told: told.paused)
    assert told.status == "rendering"
