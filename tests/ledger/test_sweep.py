"""The sweeper on the real servers: what no film looks after any more is finished, by a Schedule."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleHandle,
    ScheduleOverlapPolicy,
)
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.ledger.buyer import Buyer
from activities.ledger.orphan_rows import SweepRows
from activities.ledger.recipe import Recipe
from activities.ledger.services import Services
from activities.ledger.submissions import Intent, Submissions
from activities.ledger.sweep import Sweeper
from activities.ledger.threads import Threads
from activities.ledger.times import Times
from activities.ledger.work import Workspace
from activities.models.breaker import Health
from activities.models.call import ModelCall
from activities.models.provider import Job
from activities.models.roster import Roster
from activities.storage.cache import Cache
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from activities.upkeep.sweep import Sweep, ensure_sweeper
from infra.embedded.stack import Stack
from tests.support import vendor as vendors
from tests.support.rendering import until
from tests.support.vendor import Class, Outputs, Vendor
from workflows.studio.calls import STUDIO_QUEUE
from workflows.upkeep.sweep import SWEEPER, SweepWorkflow, Swept

# Settled after 1.1 s. Nobody waits here for a lease to end, nor for what was told to end: on a busy machine
# either takes a while.
FAST = replace(Times().divided(100), tend_after=30.0, lease=6.0, outage=7.5, wind_down=5.0)


@dataclass
class SweepRig:
    """A provider of its own, and who buys and sweeps there."""

    vendor: Vendor
    submissions: Submissions
    buyer: Buyer
    sweeper: Sweeper
    model: Any
    pool: asyncpg.Pool
    store: ObjectStore

    async def sweep(self, limit_s: float = 20.0) -> Swept:
        """One sweep; what other tests have under way is left out."""
        swept = await self.sweeper.sweep(limit_s, 100, lambda done, total: None)
        return swept.model_copy(update={"open": 0})

    async def sent(
        self, phase: str = "running", lease_s: float = -1e6, stop: str | None = None
    ) -> tuple[str, int]:
        """A submit that was sent by somebody who is gone: its attempt, and its job at the vendor."""
        recipe = Recipe(operation="test", model=self.model.id, params={"x": uuid.uuid4().hex})
        await self.submissions.ensure(recipe.key, recipe.canonical)
        epoch = await self.submissions.claim(recipe.key, "gone:1")
        tag = str(uuid.uuid4())
        request = self.vendor.request(ModelCall(self.model, {"prompt": "a mug", "seed": None}), tag)
        intent = Intent(tag, request, self.vendor.account, request.fingerprint, Decimal("0.25"), "film", 1.1)
        n = await self.submissions.intend(recipe.key, epoch or 0, intent)
        job = self.vendor.accept(request)
        assert n
        if phase != "intent":
            await self.submissions.record(recipe.key, n, Job(job.id))
        await self.pool.execute(
            "UPDATE render SET lease_until = clock_timestamp() + make_interval(secs => $2), stop = $3 "
            "WHERE key = $1",
            recipe.key, lease_s, stop,
        )  # fmt: skip
        return recipe.key, n

    async def attempt(self, key: str, n: int = 1) -> Any:
        return await self.pool.fetchrow("SELECT * FROM attempt WHERE key = $1 AND n = $2", key, n)

    async def stored(self, key: str) -> bool:
        row = await self.submissions.look(key)
        return bool(row and row.done and row.object and await self.store.exists(row.object))


Opened = Callable[..., SweepRig]


@pytest_asyncio.fixture
async def sweep_rig(pool: asyncpg.Pool, stack: Stack, tmp_path: Path) -> AsyncIterator[Opened]:
    store, cache, threads = ObjectStore.of(stack.s3), Cache(tmp_path / "cache", 1 << 30), Threads(4)
    await store.ensure_bucket()

    def opened(ledger: Class = "lists", times: Times = FAST, **of_the_vendor: Any) -> SweepRig:
        database = Database(pool)
        name = f"v{uuid.uuid4().hex[:12]}"
        model, vendor = vendors.model(ledger, name), Vendor(name=name, **of_the_vendor)
        submissions, catalogue = Submissions(database, times), vendors.catalogue(model)
        roster, workspace = Roster(catalogue, {name: vendor}), Workspace(store, cache, threads)
        buyer = Buyer(Services(submissions, workspace, roster, Health(database), Outputs(vendor)), "me")
        sweeper = Sweeper(SweepRows(database, times), submissions, buyer, roster)
        return SweepRig(vendor, submissions, buyer, sweeper, model, pool, store)

    yield opened
    store.close()
    cache.close()
    threads.shutdown()


async def test_a_job_that_nobody_follows_is_brought_to_its_end_and_stored(sweep_rig: Opened) -> None:
    here = sweep_rig(takes_s=0.3)
    key, n = await here.sent()
    assert await here.sweep() == Swept(tended=1)
    assert await here.stored(key)
    assert (await here.attempt(key, n))["phase"] == "stored"
    assert await here.sweep() == Swept(), "it looked again at what is done"


async def test_what_somebody_drives_waits_for_or_holds_is_left_alone(sweep_rig: Opened) -> None:
    # However long this machine takes to look.
    here = sweep_rig(times=replace(FAST, tend_after=7200))
    driven, _ = await here.sent(lease_s=3600)
    lapsed, _ = await here.sent(lease_s=-60)
    awaited, _ = await here.sent()
    await here.pool.execute(
        "UPDATE render SET wish_until = clock_timestamp() + interval '1 hour' WHERE key = $1", awaited
    )
    held, _ = await here.sent("intent")
    await here.pool.execute("UPDATE attempt SET phase = 'held' WHERE key = $1", held)
    here.vendor.jobs.clear()
    assert await here.sweep() == Swept()
    assert [await here.stored(key) for key in (driven, lapsed, awaited, held)] == [False] * 4


async def test_attempts_of_another_account_are_left_to_whoever_has_its_key(sweep_rig: Opened) -> None:
    here = sweep_rig()
    key, _ = await here.sent()
    await here.pool.execute("UPDATE attempt SET account = 'another' WHERE key = $1", key)
    assert await here.sweep() == Swept() and not await here.stored(key)


async def test_a_stop_that_was_asked_for_reaches_the_provider_at_once(sweep_rig: Opened) -> None:
    here = sweep_rig(takes_s=3600)
    # Over for less than others are given, but for enough to be claimed.
    key, n = await here.sent(lease_s=-FAST.tend_after / 2, stop="asked")
    await here.sweep()
    assert here.vendor.jobs[0].cancels == 1
    assert (await here.attempt(key, n))["phase"] == "canceled"


async def test_nothing_is_cancelled_unasked_and_a_sweep_ends_in_time(sweep_rig: Opened) -> None:
    here = sweep_rig(takes_s=3600)
    key, n = await here.sent()
    swept = await here.sweep(limit_s=1.0)
    # So may the look at the provider's list.
    assert swept.left and swept == Swept(left=swept.left)
    assert here.vendor.jobs[0].cancels == 0
    assert (await here.attempt(key, n))["phase"] == "running"
    assert await here.submissions.claim(key, "heir:1"), "the claim was not given back"


async def test_a_job_that_no_attempt_knows_is_found_by_its_tag_and_used(sweep_rig: Opened) -> None:
    here = sweep_rig()
    key, n = await here.sent("intent")
    await here.pool.execute("UPDATE attempt SET phase = 'absent' WHERE key = $1", key)
    swept = await here.sweep()
    assert swept.adopted == 1
    # Found in the first sweep, it may be too late for that to use it.
    await here.sweep()
    assert await here.stored(key), "what was paid for late is thrown away"
    assert (await here.attempt(key, n))["job_id"] == here.vendor.jobs[0].id


async def test_strays_and_what_another_made_superfluous_are_cancelled_and_accounted_for(
    sweep_rig: Opened,
) -> None:
    here = sweep_rig(takes_s=3600)
    stray, n = await here.sent()
    await here.pool.execute("UPDATE attempt SET phase = 'stray' WHERE key = $1", stray)
    surplus, m = await here.sent()
    await here.pool.execute(
        "UPDATE render SET state = 'done', object = 'renders/x/1', facts = '{}' WHERE key = $1", surplus
    )
    swept = await here.sweep()
    assert swept.closed == 2 and swept.failed == 0
    assert [job.cancels for job in here.vendor.jobs] == [1, 1]
    for key, number in ((stray, n), (surplus, m)):
        row = await here.attempt(key, number)
        assert row["phase"] in ("stray_settled", "canceled") and row["cost"] is not None


async def test_a_stray_that_succeeded_without_a_file_counts_in_full_and_for_sure_only_where_it_says_so(
    sweep_rig: Opened,
) -> None:
    here = sweep_rig()
    for cost, sure in ((None, False), (Decimal("0.11"), True)):
        key, n = await here.sent()
        here.vendor.jobs[-1].empty, here.vendor.jobs[-1].cost = True, cost
        await here.pool.execute("UPDATE attempt SET phase = 'stray' WHERE key = $1", key)
        assert (await here.sweep()).closed == 1
        row = await here.attempt(key, n)
        assert (row["phase"], row["cost_certain"]) == ("stray_settled", sure)
        assert row["cost"] == (cost or row["estimate"]) and not await here.stored(key)


async def test_one_that_fails_stops_no_other(sweep_rig: Opened) -> None:
    here = sweep_rig()
    keys = [await here.sent() for _ in range(5)]
    broken = keys[2][0]
    await here.pool.execute("UPDATE attempt SET model = 'forgotten' WHERE key = $1", broken)
    swept = await here.sweep()
    assert (swept.tended, swept.failed) == (4, 1)
    assert [await here.stored(key) for key, _ in keys] == [True, True, False, True, True]


# ---- in Temporal


@asynccontextmanager
async def sweeping(client: Client, sweeper: Sweeper) -> AsyncIterator[None]:
    async with Worker(
        client,
        task_queue=STUDIO_QUEUE,
        workflows=[SweepWorkflow],
        activities=[Sweep(sweeper).sweep_ledger],
    ):
        yield


async def test_one_run_of_the_schedule_finishes_whatever_films_leave_behind(
    client: Client, sweep_rig: Opened
) -> None:
    here = sweep_rig(takes_s=0.5)
    key, _ = await here.sent()
    await ensure_sweeper(client)
    schedule = client.get_schedule_handle(SWEEPER)
    try:
        async with sweeping(client, here.sweeper):
            await schedule.trigger()
            await until(lambda: here.stored(key))
            action = (await schedule.describe()).info.recent_actions[-1].action
            assert isinstance(action, ScheduleActionExecutionStartWorkflow)
            run = client.get_workflow_handle_for(SweepWorkflow.run, action.workflow_id)
            later, _ = await here.sent()
            await run.signal(SweepWorkflow.sweep)
            await until(lambda: here.stored(later))
            await run.signal(SweepWorkflow.stop)
            swept = await run.result()
            assert swept.tended == 2 and swept.failed == 0
            before = (await schedule.describe()).info.num_actions_skipped_overlap
            await schedule.trigger()
            await schedule.trigger()

            async def is_skipped() -> bool:
                info = (await schedule.describe()).info
                assert len(info.running_actions) <= 1
                return bool(info.running_actions) and info.num_actions_skipped_overlap > before

            await until(is_skipped)
    finally:
        await _over(client, schedule)


async def test_the_schedule_is_there_once_and_stays_as_an_operator_left_it(client: Client) -> None:
    await asyncio.gather(*(ensure_sweeper(client) for _ in range(4)))
    schedule = client.get_schedule_handle(SWEEPER)
    try:

        async def paused() -> bool:
            await schedule.pause(note="the bucket is being moved")
            return (await schedule.describe()).schedule.state.paused

        # The server takes note in its own time, and one of the four may come after it.
        await until(paused)
        await ensure_sweeper(client)
        found = (await schedule.describe()).schedule
        assert found.state.paused and found.state.note == "the bucket is being moved"
        assert [each.every for each in found.spec.intervals] == [timedelta(minutes=1)]
        assert found.policy.overlap == ScheduleOverlapPolicy.SKIP
        assert found.policy.catchup_window == timedelta(minutes=1)
    finally:
        await _over(client, schedule)


async def _over(client: Client, schedule: ScheduleHandle) -> None:
    """What it has begun would go on sweeping beside whatever comes after this test."""
    running = (await schedule.describe()).info.running_actions
    await schedule.delete()
    for one in running:
        assert isinstance(one, ScheduleActionExecutionStartWorkflow)
        with suppress(RPCError):
            await client.get_workflow_handle(one.workflow_id).terminate()
