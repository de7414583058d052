"""The one way anything is made: once in the whole fleet, whoever dies, hangs, freezes or is stopped."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from activities.faults import InvalidInput, JobFailed
from activities.ledger.recipe import Recipe
from activities.ledger.render import Made, StillWaiting, Work
from activities.models.local import Advance
from activities.storage.failures import FactsUnreadable, ObjectMissing
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.rendering import (
    TIMES,
    Studio,
    Watcher,
    maker,
    measured,
    note,
    notes,
    process,
    recipe,
    studio,
    until,
)
from workflows.studio.facts import Artifact


@pytest_asyncio.fixture
async def here(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path) as here:
        yield here


@pytest_asyncio.fixture
async def there(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path / "there") as there:
        yield there


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


async def render(
    at: Studio, asked: Recipe, log: Path, frames: int = 10, by: Watcher | None = None
) -> Artifact:
    make = maker(asked, log, frames)
    return await at.renderer.render(asked, make, by or Watcher(), stage="test", total=frames)


async def patiently(at: Studio, asked: Recipe, log: Path) -> Artifact:
    """As Temporal does it: called again as often as it asks for that."""
    while True:
        try:
            return await render(at, asked, log)
        except StillWaiting as later:
            await asyncio.sleep(later.call_again_s)


async def test_a_recipe_is_made_once_by_many_renderers_in_several_processes(
    database_url: str, stack: Stack, here: Studio, there: Studio, tmp_path: Path, log: Path
) -> None:
    asked = recipe()
    others = [process(database_url, stack.s3, tmp_path / f"p{n}", asked, log, 20) for n in range(2)]
    made = await asyncio.gather(*(patiently(at, asked, log) for at in (here, there) for _ in range(4)))
    for other in others:
        out, _ = await asyncio.to_thread(other.communicate, timeout=60)
        made.append(Artifact.model_validate_json(out))
    assert notes(log, "begun") == notes(log, "ended") == 1
    assert [artifact.reused for artifact in made].count(False) == 1
    assert len({artifact.model_copy(update={"reused": True}).model_dump_json() for artifact in made}) == 1
    assert made[0].key == asked.key and made[0].parts["head"].object == made[0].object
    assert await here.store.size(made[0].object) == made[0].media.bytes


async def test_a_killed_process_is_replaced_and_a_frozen_one_finds_what_its_heir_made(
    database_url: str, stack: Stack, here: Studio, tmp_path: Path, log: Path
) -> None:
    killed, frozen, second = recipe(), recipe(), tmp_path / "second"
    victim = process(database_url, stack.s3, tmp_path / "victim", killed, log, 1000)
    sleeper = process(database_url, stack.s3, tmp_path / "sleeper", frozen, second, 40)
    await until(lambda: notes(log, "begun") == notes(second, "begun") == 1)
    sleeper.send_signal(signal.SIGSTOP)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    await asyncio.sleep(TIMES.lease - TIMES.wait)
    try:
        heirs = await asyncio.gather(patiently(here, killed, log), patiently(here, frozen, second))
    finally:
        sleeper.send_signal(signal.SIGCONT)
    assert not any(artifact.reused for artifact in heirs)
    assert notes(log, "begun") == 2 and notes(log, "ended") == 1
    out, _ = await asyncio.to_thread(sleeper.communicate, timeout=60)
    late = Artifact.model_validate_json(out)
    assert late.reused and late.object == heirs[1].object and late.facts == heirs[1].facts


async def test_waiters_leave_the_owner_its_thread_and_its_claim_and_give_their_slots_back(
    database_url: str, stack: Stack, tmp_path: Path, log: Path
) -> None:
    """One thread, six waiters, and work that takes longer than a lease."""
    asked, watcher, came_back = recipe(), Watcher(), 0

    async def wait(at: Studio) -> Artifact:
        nonlocal came_back
        while True:
            try:
                return await render(at, asked, log, by=watcher)
            except StillWaiting as later:
                came_back += 1
                assert later.call_again_s == TIMES.call_again
                await asyncio.sleep(later.call_again_s)

    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path, threads=1) as at:
        owner = asyncio.create_task(render(at, asked, log, int(1.5 * TIMES.lease / 0.02)))
        await until(lambda: notes(log, "begun") == 1)
        waited = await asyncio.gather(*(wait(at) for _ in range(6)))
        assert not (await owner).reused and all(artifact.reused for artifact in waited)
    assert notes(log, "begun") == 1 and came_back >= 6
    assert any("waiting" in stage for stage, _, _ in watcher.heard)


async def test_work_that_hangs_loses_its_claim_and_leaves_no_slot_short(
    database_url: str, stack: Stack, there: Studio, tmp_path: Path, log: Path
) -> None:
    asked, wake = recipe(), threading.Event()

    def hang(advance: Advance) -> None:
        advance(1)
        note(log, "hung")
        wake.wait(60)
        advance(2)

    async def make(work: Work) -> Made:
        await work.compute(hang, work.advance)
        raise AssertionError("nobody told it to end")

    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path, threads=1) as here:
        hung = asyncio.create_task(here.renderer.render(asked, make, Watcher(), stage="test"))
        await until(lambda: notes(log, "hung") == 1)
        await asyncio.sleep(TIMES.lease)
        artifact = await render(there, asked, log)
        assert not artifact.reused and not wake.is_set()
        with pytest.raises(JobFailed, match="nothing was heard"):
            await hung
        async with asyncio.timeout(20):
            await render(here, recipe(), log)
        assert not wake.is_set()
        wake.set()


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
    again = await asyncio.gather(*(render(here, asked, log) for _ in range(4)))
    assert sorted(artifact.reused for artifact in again) == [False, True, True, True]
    assert {artifact.object for artifact in again} == {first.object} and notes(log, "ended") == 2

    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE render SET made_by = 1, attempts = 1 WHERE key = $1", asked.key)
    await connection.close()
    await asyncio.to_thread(empty_bucket)
    with pytest.raises(ObjectMissing):
        await render(here, asked, log)


async def test_what_a_maker_raises_passes_and_the_claim_is_free_at_once(here: Studio, log: Path) -> None:
    asked = recipe()

    async def refuses(work: Work) -> Made:
        raise InvalidInput("the photo is no photo")

    async def lies(work: Work) -> Made:
        out = work.dir / "out"
        out.write_bytes(b"one")
        media = measured(out)
        out.write_bytes(b"two")
        return Made(out, media)

    with pytest.raises(InvalidInput, match="no photo"):
        await here.renderer.render(asked, refuses, Watcher(), stage="test")
    with pytest.raises(JobFailed, match="measured"):
        await here.renderer.render(asked, lies, Watcher(), stage="test")
    assert not (await render(here, asked, log)).reused


async def test_inputs_come_from_the_cache_and_nothing_is_left_behind(
    here: Studio, log: Path, tmp_path: Path
) -> None:
    first = await render(here, recipe(), log)
    seen: list[Path] = []

    async def copies(work: Work) -> Made:
        source, out = await work.fetch(first.object), work.dir / "out"
        seen.extend([work.dir, source])
        await work.compute(out.write_bytes, source.read_bytes() + b"!")
        return Made(out, measured(out))

    watcher = Watcher()
    second = await here.renderer.render(recipe(), copies, watcher, stage="copy", total=3)
    assert second.media.bytes == first.media.bytes + 1
    assert not any(path.exists() for path in seen)
    assert watcher.heard[0] == ("copy", 0, 3)
    assert {path.name for path in (tmp_path / "cache" / "files").iterdir()} == {
        artifact.object.replace("/", "%") for artifact in (first, second)
    }


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
    await until(lambda: connection.fetchval("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))
    running.cancel()
    await asyncio.sleep(0.05)
    await transaction.rollback()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await connection.fetchval("SELECT epoch FROM render WHERE key = $1", asked.key) == 1
    assert await here.ledger.claim(asked.key, "next:1"), "it need not wait for the lease"
    await connection.close()


async def test_an_input_that_the_disk_lost_is_fetched_anew(here: Studio, log: Path, tmp_path: Path) -> None:
    first, asked = await render(here, recipe(), log), recipe()

    async def reads(work: Work) -> Made:
        source, out = await work.fetch(first.object), work.dir / "out"
        if source.stat().st_size != first.media.bytes:
            raise InvalidInput("the photo is no photo")
        out.write_bytes(source.read_bytes() + b"!")
        return Made(out, measured(out))

    (kept,) = (tmp_path / "cache" / "files").iterdir()
    kept.chmod(0o644)
    kept.write_bytes(b"half")
    assert not (await here.renderer.render(asked, reads, Watcher(), stage="test")).reused


async def test_a_row_that_another_release_wrote_is_left_as_it_is(
    here: Studio, log: Path, database_url: str
) -> None:
    asked = recipe()
    await render(here, asked, log)
    connection = await asyncpg.connect(database_url)
    theirs = """UPDATE render SET facts = '{"media": {"measured": true}}', made_by = $2 WHERE key = $1"""
    for paid in (None, 1):
        await connection.execute(theirs, asked.key, paid)
        with pytest.raises(FactsUnreadable):
            await render(here, asked, log)
        row = await here.ledger.look(asked.key)
        assert row and row.done and row.facts == {"media": {"measured": True}} and notes(log, "begun") == 1
    await connection.close()
