"""How a render ends before its time: stopped, deployed over, refused by a disk, its bytes gone."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from activities.ledger.recipe import Recipe
from activities.storage.failures import ObjectMissing
from infra.embedded.stack import Stack
from tests.support.renderers import patiently, render
from tests.support.rendering import (
    Studio,
    Watcher,
    notes,
    recipe,
    until,
)


async def stopped(at: Studio, asked: Recipe, log: Path, why: Watcher) -> None:
    running = asyncio.create_task(render(at, asked, log, 10_000, why))
    await until(lambda: notes(log, "begun") == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_stop_ends_the_work_and_leaves_it_to_whoever_comes_next(here: Studio, log: Path) -> None:
    asked = recipe()
    await stopped(here, asked, log, Watcher(why="stop"))
    row = await here.ledger.look(asked.key)
    assert row and row.stop == "sent" and not row.done
    artifact = await render(here, asked, log)
    assert not artifact.reused and notes(log, "ended") == 1


async def test_a_stop_hands_over_to_somebody_who_waits(
    here: Studio, there: Studio, log: Path, database_url: str
) -> None:
    asked = recipe()
    owner = asyncio.create_task(render(here, asked, log, 10_000, Watcher(why="stop")))
    await until(lambda: notes(log, "begun") == 1)
    waiter = asyncio.create_task(render(there, asked, log))
    connection = await asyncpg.connect(database_url)
    wished = "SELECT wish_until > clock_timestamp() FROM render WHERE key = $1"
    await until(lambda: connection.fetchval(wished, asked.key))
    owner.cancel()
    with pytest.raises(asyncio.CancelledError):
        await owner
    assert not (await waiter).reused and notes(log, "begun") == 2 and notes(log, "ended") == 1
    await connection.close()


@pytest.mark.parametrize("why", ["release", None])
async def test_a_deploy_gives_the_claim_back_and_asks_nobody_to_stop(
    here: Studio, there: Studio, log: Path, why: None
) -> None:
    asked = recipe()
    await stopped(here, asked, log, Watcher(why=why))
    row = await here.ledger.look(asked.key)
    assert row and row.stop is None
    assert await here.ledger.claim(asked.key, "next:1"), "it need not wait for the lease"


async def test_bytes_that_are_gone_are_made_again_unless_they_were_paid_for(
    here: Studio, log: Path, stack: Stack, database_url: str
) -> None:
    asked = recipe()
    first = await render(here, asked, log)

    def empty_bucket() -> None:
        here.store._s3.delete_object(Bucket=stack.s3.bucket, Key=first.object)

    await asyncio.to_thread(empty_bucket)
    again = await asyncio.gather(*(patiently(here, asked, log) for _ in range(4)))
    assert sorted(artifact.reused for artifact in again) == [False, True, True, True]
    assert {artifact.object for artifact in again} == {first.object} and notes(log, "ended") == 2

    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE render SET made_by = 1, attempts = 1 WHERE key = $1", asked.key)
    await connection.close()
    await asyncio.to_thread(empty_bucket)
    with pytest.raises(ObjectMissing):
        await render(here, asked, log)


async def test_a_claim_ends_at_once_when_there_is_no_room_to_work(
    here: Studio, there: Studio, log: Path, tmp_path: Path
) -> None:
    asked = recipe()
    for home in (tmp_path / "cache" / "live").glob("*[!k]"):
        shutil.rmtree(home)
        home.write_text("in the way")
    with pytest.raises(OSError, match="Not a directory"):
        await render(here, asked, log)
    assert await there.ledger.claim(asked.key, "next:1"), "it need not wait for the lease"


async def test_a_claim_that_comes_after_the_cancellation_is_given_back(
    here: Studio, log: Path, database_url: str
) -> None:
    asked = recipe()
    await here.ledger.ensure(asked.key, asked.canonical)
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT 1 FROM render WHERE key = $1 FOR UPDATE", asked.key)
    running = asyncio.create_task(render(here, asked, log))
    # By whoever waits for this transaction alone: the server has other users.
    held_up = "SELECT count(*) > 0 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    await until(lambda: connection.fetchval(held_up))
    running.cancel()
    await asyncio.sleep(0.05)
    await transaction.rollback()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await connection.fetchval("SELECT epoch FROM render WHERE key = $1", asked.key) == 1
    assert await here.ledger.claim(asked.key, "next:1"), "it need not wait for the lease"
    await connection.close()
