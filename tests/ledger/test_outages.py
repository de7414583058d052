"""Servers that go away while finished work wants to be kept: it is kept, and made once."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from activities.ledger.render import Made, Work
from activities.ledger.times import Times
from activities.storage.failures import BucketMissing
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.rclone import Server
from tests.support.rendering import Watcher, maker, notes, recipe, studio
from tests.support.wire import Wire

# Slow enough that a server restarts within a lease; fast enough for a test.
OUTAGE = Times().divided(10)


async def test_finished_work_outlives_a_bucket_that_is_away_and_a_missing_one_loses_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.storage.transfer._PATIENCE_S", 0.1)
    asked, log = recipe(), tmp_path / "log"
    with Server(tmp_path / "bucket") as server:
        async with studio(database_url, ObjectStore.of(server.config), tmp_path, times=OUTAGE) as here:
            restart = threading.Timer(1.0, server.start)

            async def make(work: Work) -> Made:
                made = await maker(asked, log)(work)
                await asyncio.to_thread(server.kill)
                restart.start()
                return made

            try:
                artifact = await here.renderer.render(asked, make, Watcher(), stage="test")
            finally:
                # A server that comes up after the test has failed would stay.
                await asyncio.to_thread(restart.join)
            assert not artifact.reused and notes(log, "begun") == 1
            assert await here.store.size(artifact.object) == artifact.media.bytes

            await asyncio.to_thread(server.restart_empty)
            with pytest.raises(BucketMissing):
                await here.renderer.render(asked, maker(asked, log), Watcher(), stage="test")
            row = await here.ledger.look(asked.key)
            assert row and row.done and notes(log, "begun") == 1


async def test_finished_work_outlives_a_database_that_is_away(
    database_url: str, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.storage.database._PATIENCE_S", 0.1)
    asked, log = recipe(), tmp_path / "log"
    async with (
        Wire.to(database_url) as wire,
        studio(wire.url(database_url), ObjectStore.of(stack.s3), tmp_path, times=OUTAGE) as here,
    ):

        async def mend() -> None:
            await asyncio.sleep(1.5)
            await wire.mend()

        async def make(work: Work) -> Made:
            made = await maker(asked, log)(work)
            wire.cut()
            mending.append(asyncio.create_task(mend()))
            return made

        mending: list[asyncio.Task[None]] = []
        artifact = await here.renderer.render(asked, make, Watcher(), stage="test")
        assert not artifact.reused and notes(log, "begun") == 1 and mending[0].done()
