"""A batch is steered as a whole: paused, stopped, given more, and its items tried again or left to others."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from starter.errors import FilmFailed
from starter.run import Run
from tests.support.batches import PRICE, Batches, BatchRig, posters
from tests.support.batches import batch_rig as batch_rig
from tests.support.poster import POSTER, PosterRequest
from workflows.batch import window
from workflows.batch.contract import BatchResult

pytestmark = pytest.mark.slow


async def ask(batches: Batches, run: Run[BatchResult], update: str, **said: object) -> str:
    """Sends it to the batch, which begins again where it has ended."""
    answer, _ = await batches.productions.ask(run, update, said)
    return answer


async def test_a_stopped_batch_leaves_nothing_running_and_goes_on_when_it_is_started_again(
    batch_rig: BatchRig,
) -> None:
    request = posters([f"Cake {number}" for number in range(6)], max_running=3)
    async with batch_rig(draws=False) as batches:
        run = await batches.start(request)
        await batches.when(run, lambda told: told.counts.running == 3)
        await run.stop()
        stopped = await run.result()
        assert (stopped.status, stopped.counts.stopped, stopped.counts.pending) == ("stopped", 3, 3)
        assert not any(row["reserved_usd"] for row in await batches.rows(run.id))
        async with batches.drawing():
            result = await (await batches.start(request)).result()
        rows = await batches.rows(run.id)
        assert result.counts.completed == 6
        assert result.spent_usd == await batches.paid(row["item"] for row in rows) == 6 * PRICE


async def test_a_batch_waits_for_its_price_and_no_item_begins_before(batch_rig: BatchRig) -> None:
    request = posters([f"Wine {number}" for number in range(4)], budget_usd=3 * PRICE)
    async with batch_rig() as batches:
        run = await batches.start(request)
        told = await batches.when(run, lambda told: bool(told.waits))
        assert told.counts.pending == 4 and told.waits[0].needs_usd == 4 * PRICE
        await run.set_budget(4 * PRICE)
        result = await run.result()
    assert result.counts.completed == 4 and result.spent_usd == 4 * PRICE


async def test_a_lower_budget_is_waited_for_once_nothing_runs_any_more(batch_rig: BatchRig) -> None:
    request = posters([f"Beer {number}" for number in range(4)], budget_usd=4 * PRICE, max_running=3)
    async with batch_rig(draws=False) as batches:
        run = await batches.start(request)
        await batches.begun(run, 3)
        await run.set_budget(3 * PRICE)
        async with batches.drawing():
            told = await batches.when(run, lambda told: bool(told.waits))
            assert (told.counts.completed, told.counts.pending) == (3, 1)
            await run.set_budget(4 * PRICE)
            result = await run.result()
    assert result.counts.completed == 4 and result.spent_usd == 4 * PRICE


async def test_what_fails_is_tried_again_alone_and_only_when_it_is_asked_for(batch_rig: BatchRig) -> None:
    request = posters([f"Salt {number}" for number in range(3)])
    async with batch_rig(draws=False) as batches:
        run = await batches.start(request)
        before = await batches.begun(run, 3)
        await batches.client.get_workflow_handle(before[1]["item"]).terminate()
        async with batches.drawing():
            assert (await run.result()).counts.failed == 1
            again = await (await batches.start(request)).result()
            assert again.counts.failed == 1 and again.cost_usd == 0
            assert await ask(batches, run, "retry") == "1 item goes on"
            result = await batches.productions.run(run.production, run.id).result()
        rows = await batches.rows(run.id)
    assert (result.counts.completed, result.counts.failed) == (3, 0)
    assert [now["number"] for now, was in zip(rows, before, strict=True) if now["run"] != was["run"]] == [2]
    assert (result.spent_usd, result.cost_usd) == (3 * PRICE, PRICE)


async def test_an_item_at_its_limit_is_given_what_nobody_is_promised(batch_rig: BatchRig) -> None:
    half = PRICE / 2
    async with batch_rig(most=half) as batches:
        # Held back is half of what each costs: the rest is there for two of three.
        run = await batches.start(posters([f"Tea {number}" for number in range(3)], budget_usd=half * 5))
        result = await run.result()
        rows = await batches.rows(run.id)
        paid = await batches.paid(row["item"] for row in rows)
        assert (result.counts.completed, result.counts.over_budget) == (2, 1)
        assert result.spent_usd == paid == 2 * PRICE <= half * 5
        await ask(batches, run, "set_budget", usd=str(half * 8))
        await batches.productions.run(run.production, run.id).result()
        await ask(batches, run, "retry", state="over_budget")
        result = await batches.productions.run(run.production, run.id).result()
    assert result.counts.completed == 3 and result.spent_usd == 3 * PRICE


async def test_what_somebody_makes_already_is_attached_and_paid_by_its_owner(
    batch_rig: BatchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody tells of what another owns: it is looked after.
    monkeypatch.setattr(window, "_LOOK_EVERY", timedelta(seconds=2))
    async with batch_rig(draws=False) as batches:
        own = PosterRequest(words="Milk 0", budget_usd=Decimal(1))
        owner = await batches.productions.start(POSTER, own)
        run = await batches.start(posters(["Milk 0", "Milk 1"]))
        told = await batches.when(run, lambda told: told.counts.attached == 1)
        assert told.reserved_usd == PRICE
        async with batches.drawing():
            made = await owner.result()
            result = await run.result()
        rows = await batches.rows(run.id)
    assert (result.counts.completed, result.spent_usd, made.spent_usd) == (2, PRICE, PRICE)
    assert [row["spent_usd"] for row in rows] == [0, PRICE]
    assert (rows[0]["delivered"], rows[0]["lent"]) == (made.poster, True)


async def test_what_is_terminated_or_cancelled_by_hand_ends_all_the_same(batch_rig: BatchRig) -> None:
    async with batch_rig(draws=False) as batches:
        run = await batches.start(posters([f"Oil {number}" for number in range(3)]))
        rows = await batches.begun(run, 3)
        await batches.client.get_workflow_handle(rows[0]["item"]).terminate()
        await batches.client.get_workflow_handle(rows[1]["item"]).cancel()
        await batches.when(run, lambda told: told.counts.failed == 1 and told.counts.canceled == 1)
        async with batches.drawing():
            result = await run.result()
    assert (result.counts.completed, result.counts.failed, result.counts.canceled) == (1, 1, 1)


async def test_a_terminated_batch_finds_its_items_when_it_is_started_again(batch_rig: BatchRig) -> None:
    request = posters([f"Rice {number}" for number in range(3)])
    async with batch_rig(draws=False) as batches:
        run = await batches.start(request)
        await batches.when(run, lambda told: told.counts.running == 3)
        await batches.client.get_workflow_handle(run.id).terminate()
        run = await batches.start(request)
        told = await batches.when(run, lambda told: told.counts.running == 3)
        assert told.reserved_usd == 3 * PRICE
        async with batches.drawing():
            result = await run.result()
    assert result.counts.completed == 3 and result.spent_usd == 3 * PRICE


async def test_a_cancelled_batch_cancels_its_items(batch_rig: BatchRig) -> None:
    async with batch_rig(draws=False) as batches:
        run = await batches.start(posters([f"Corn {number}" for number in range(2)]))
        await batches.when(run, lambda told: told.counts.running == 2)
        await batches.client.get_workflow_handle(run.id).cancel()
        with pytest.raises(FilmFailed):
            await run.result()
        states = await batches.states(run.id)
    assert set(states.values()) == {"canceled"}
