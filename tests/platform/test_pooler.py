"""The ledger behind a transaction pooler: its schema, its statements, its films."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from activities.storage.database import Database
from infra import postgres
from infra.embedded.stack import Stack
from infra.schema import migrate, migrations
from tests.conftest import guarded
from tests.platform.pooler import pooler
from tests.support.reel import SMALL, ran


async def test_the_schema_is_made_once_by_many_at_once(pooled: str) -> None:
    applied = await asyncio.gather(*(migrate(pooled) for _ in range(12)))
    assert sorted(name for names in applied for name in names) == [one.name for one in migrations()]


@pytest.mark.parametrize("said", ["", "?statement_cache_size=0", "?pgbouncer=true&application_name=reel"])
async def test_every_statement_is_answered_for_its_own_values(pooled: str, said: str) -> None:
    async def client(number: int) -> None:
        async with postgres.pool(pooled + said) as pool:
            database = Database(pool)

            async def ask(value: int) -> None:
                # Statements of one shape: another's would answer as readily, and wrongly.
                rows = await database.rows(f"SELECT $1::int * 1000 + {number}", value)
                assert rows[0][0] == value * 1000 + number

            await asyncio.gather(*(ask(value) for value in range(60)))

    await asyncio.gather(*(client(number) for number in range(4)))


async def test_a_statement_that_the_session_does_not_know_is_sent_again(stack: Stack, tmp_path: Path) -> None:
    with pooler(stack.database_url, tmp_path / "pooler", connections=1) as url:
        other = await asyncpg.connect(url, statement_cache_size=0)
        # A pool that names its statements, as ours does not.
        async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
            database = Database(pool)
            assert (await database.rows("SELECT $1::int", 1))[0][0] == 1
            await other.execute("DEALLOCATE ALL")
            assert (await database.rows("SELECT $1::int", 2))[0][0] == 2
        await other.close()


async def test_the_session_of_another_client_is_left_as_it_is(stack: Stack, tmp_path: Path) -> None:
    with pooler(stack.database_url, tmp_path / "pooler", connections=1) as url:
        other = await asyncpg.connect(url, statement_cache_size=0)
        await other.execute("SET lock_timeout = '7s'")
        async with postgres.pool(url) as pool:
            await Database(pool).rows("SELECT $1::int", 1)
        assert await other.fetchval("SHOW lock_timeout") == "7s"
        await other.close()


async def test_a_bought_film_is_made_behind_a_pooler(pooled: str, tmp_path: Path) -> None:
    film = ("make", "A 5 second film about a mug", "--profile", "draft", "--duration", "5", *SMALL, "--json")
    own = {"REEL_DATABASE_URL": pooled, "REEL_STANDINS": "1", "REEL_STANDINS_SPEED": "10"}
    with guarded(tmp_path / "home") as home:
        code, made = await ran(*film, home=home, folder=tmp_path, **own)
        assert code == 0, made.text
        assert made.json["status"] == "completed"
        again, same = await ran(*film, home=home, folder=tmp_path, **own)
        assert again == 0 and same.json["made"] == 0, same.text
