"""Why a statement had to wait in vain: the database is silent, or all our own connections are in use."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from activities.faults import ProviderUnavailable
from activities.storage.database import Database
from tests.support.wire import Wire


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.storage.database._PATIENCE_S", 0.1)
    monkeypatch.setattr("activities.storage.database._STATEMENT_S", 0.5)


async def test_our_own_connections_are_all_in_use(database_url: str) -> None:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        database = Database(pool)
        async with pool.acquire(), pool.acquire():
            with pytest.raises(
                ProviderUnavailable, match=r"all 2 connections of this worker .* in use"
            ) as held:
                await database.rows("SELECT 1")
        assert "does not answer" not in str(held.value)
        assert await database.rows("SELECT 1")


async def test_a_burst_waits_for_its_own_connections_and_not_for_the_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than one statement may take: each was answered at once, when its turn had come."""
    monkeypatch.setattr("activities.storage.database._STATEMENT_S", 1.2)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        database = Database(pool)
        burst = [database.rows("SELECT pg_sleep(0.4)") for _ in range(8)]
        assert len(await asyncio.gather(*burst)) == 8


async def test_a_queue_that_does_not_move_is_said_to_be_ours(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.storage.database._QUEUE_S", 0.1)
    monkeypatch.setattr("activities.storage.database._STATEMENT_S", 20)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        database = Database(pool)
        slow = asyncio.create_task(database.rows("SELECT pg_sleep(0.4)"))
        await asyncio.sleep(0)
        with pytest.raises(ProviderUnavailable, match="all 1 connections of this worker"):
            await database.rows("SELECT 1")
        assert await slow and await database.rows("SELECT 1")


@pytest.mark.parametrize("connected", [True, False])
async def test_the_database_does_not_answer(
    database_url: str, connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        Wire.to(database_url) as wire,
        asyncpg.create_pool(wire.url(database_url), min_size=1, max_size=2) as pool,
    ):
        database = Database(pool)
        if not connected:
            await pool.expire_connections()
        wire.freeze()
        with pytest.raises(ProviderUnavailable, match="database does not answer"):
            await database.rows("SELECT 1")
        wire.thaw()
        # A busy machine takes its time.
        monkeypatch.setattr("activities.storage.database._STATEMENT_S", 20)
        assert await database.rows("SELECT 1")
