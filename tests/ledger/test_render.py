"""The one way anything is made: once in the whole fleet, whoever dies, hangs, freezes or is stopped."""

from __future__ import annotations

import asyncio
import signal
import threading
from pathlib import Path

import asyncpg
import pytest

from activities.faults import InvalidInput, JobFailed
from activities.ledger.render import Made, StillWaiting, Work
from activities.models.local import Advance
from activities.storage.failures import FactsUnreadable
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.counting import PATIENT
from tests.support.counting import asked as counted
from tests.support.renderers import patiently, render
from tests.support.rendering import (
    TIMES,
    Studio,
    Watcher,
    measured,
    note,
    notes,
    process,
    recipe,
    studio,
    until,
)
from workflows.studio.facts import Artifact


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


async def test_what_is_new_is_made_with_few_questions(
    database_url: str, stack: Stack, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, what = ObjectStore.of(stack.s3), recipe()
    async with studio(database_url, store, tmp_path, times=PATIENT) as here:
        said = counted(here.ledger._database, store, monkeypatch)
        await render(here, what, log)
        # Its part is another file of it.
        assert said == ["ENTER", *["LEFT", "PutObject"] * 2, "FINISH"]
        said.clear()
        assert (await render(here, what, log)).reused
        assert said == ["ENTER", "LOOK", "HeadObject", "HeadObject"] and notes(log, "begun") == 1


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
    with pytest.raises(JobFailed, match="hash to"):
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
