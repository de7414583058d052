"""Productions at a cap wait where everybody sees it, and go on once it is raised, or another has ended."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client

from activities.storage.database import Database
from activities.studio.caps import Caps
from infra.caps import cap_of
from infra.embedded.stack import Stack
from infra.temporal import connect
from starter.run import Run
from tests.support.poster import FLUX, POSTER, PosterRequest, PosterResult
from tests.support.posters import PosterRig
from tests.support.posters import poster_rig as poster_rig
from tests.support.within_a_day import within_a_day
from workflows.studio.report import Progress

pytestmark = pytest.mark.slow
PRICE = FLUX.price_usd


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as opened:
        yield opened
        # The ledger is the run's.
        await opened.execute("TRUNCATE cap, place")


async def progress(client: Client, run: Run[PosterResult]) -> Progress:
    told: Progress = await client.get_workflow_handle(run.id).query("progress", result_type=Progress)
    return told


async def when(client: Client, runs: Sequence[Run[PosterResult]], at_cap: int) -> list[Progress]:
    """How they stand once so many of them wait at the cap, and all others have ended."""
    async with asyncio.timeout(60):
        while True:
            told = [await progress(client, run) for run in runs]
            waits = [one for one in told if [wait.reason for wait in one.waits] == ["cap"]]
            if len(waits) == at_cap and sum(one.status == "completed" for one in told) == len(runs) - at_cap:
                return waits
            await asyncio.sleep(0.2)


async def test_money_is_waited_for_and_never_passed(
    poster_rig: PosterRig, client: Client, pool: asyncpg.Pool, stack: Stack
) -> None:
    await within_a_day(lambda: _money_is_waited_for(poster_rig, client, pool, stack))


async def _money_is_waited_for(
    poster_rig: PosterRig, client: Client, pool: asyncpg.Pool, stack: Stack
) -> None:
    label, caps = f"capped-{uuid.uuid4().hex[:6]}", Caps(Database(pool))
    await caps.set(cap_of(f"label:{label}", f"{4 * PRICE}/day"))
    async with poster_rig() as one, poster_rig(await connect(stack, role="test")):
        wanted = [PosterRequest(words=f"{label} {n}", labels=(label,)) for n in range(12)]
        runs = [await one.start(POSTER, request) for request in wanted]
        waits = await when(client, runs, 8)
        assert await paid(pool, runs) == 4 * PRICE
        words = waits[0].waiting_for or ""
        assert f"the label {label} may cost" in words and f"`reel caps label:{label} 0.02/day`" in words
        await caps.set(cap_of(f"label:{label}", "none/day"))
        results = [await run.result() for run in runs]
    assert all(result.status == "completed" for result in results)
    assert await paid(pool, runs) == 12 * PRICE


async def test_no_more_run_at_once_than_may(
    poster_rig: PosterRig, client: Client, pool: asyncpg.Pool, stack: Stack
) -> None:
    user, caps = f"user-{uuid.uuid4().hex[:6]}", Caps(Database(pool))
    await caps.set(cap_of(f"user:{user}", "1"))
    async with poster_rig() as one, poster_rig(await connect(stack, role="test")):
        first = await one.start(POSTER, PosterRequest(words=f"{user} 1", user=user, budget_usd=Decimal(0)))
        async with asyncio.timeout(120):
            while not (await progress(client, first)).waits:
                await asyncio.sleep(0.1)
        second = await one.start(POSTER, PosterRequest(words=f"{user} 2", user=user))
        (told,) = await when(client, [second], 1)
        assert f"the user {user} may run 1 production at once" in (told.waiting_for or "")
        assert f"`reel caps user:{user} 2`" in (told.waiting_for or "")
        # However one ends, its place is free.
        await client.get_workflow_handle(first.id).terminate()
        assert (await second.result()).status == "completed"
        third = await one.start(POSTER, PosterRequest(words=f"{user} 3", user=user))
        assert (await third.result()).status == "completed"
    assert await paid(pool, [second, third]) == 2 * PRICE


async def paid(pool: asyncpg.Pool, runs: Sequence[Run[PosterResult]]) -> Decimal:
    usd: Decimal = await pool.fetchval(
        "SELECT coalesce(sum(coalesce(cost, estimate)), 0) FROM attempt WHERE payer = ANY($1)",
        [run.id for run in runs],
    )
    return usd
