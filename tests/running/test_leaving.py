"""A worker that leaves: what only waits is let go at once, what works may end, and none of it failed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import ActivityHandle, Client
from temporalio.worker import Worker

from activities.running.attempt import ActivityAttempt, underway
from activities.running.failures import translated
from workflows.studio.standing import JobStanding

HOUR = timedelta(hours=1)


async def test_what_waits_is_let_go_at_once_and_what_works_may_end(client: Client) -> None:
    """With an hour to drain in, the worker would stay for all of it."""
    begun, fetched, encoded = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @activity.defn(name="waits")
    @translated
    async def waits() -> None:
        attempt = ActivityAttempt()
        attempt.report_job("chunk: running", "chunk:hero_shot:0", JobStanding())
        with attempt.idle():
            await asyncio.Event().wait()

    @activity.defn(name="fetches")
    @translated
    async def fetches() -> None:
        await begun.wait()
        fetched.set()
        with ActivityAttempt().idle():
            await asyncio.Event().wait()

    @activity.defn(name="encodes")
    @translated
    async def encodes() -> str:
        ActivityAttempt().report("body", 30, 120)
        await encoded.wait()
        return "whole"

    queue = f"leaving-{uuid.uuid4().hex}"

    async def started(what: Callable[..., Any]) -> ActivityHandle[Any]:
        id = f"{queue}-{what.__name__}"
        return await client.start_activity(
            what, id=id, task_queue=queue, start_to_close_timeout=HOUR, heartbeat_timeout=HOUR
        )

    worker = Worker(
        client, task_queue=queue, activities=[waits, fetches, encodes], graceful_shutdown_timeout=HOUR
    )
    async with worker:
        waiting, fetching, encoding = [await started(each) for each in (waits, fetches, encodes)]
        while underway()[queue] < 3:
            await asyncio.sleep(0.02)
        leaving = asyncio.create_task(worker.shutdown())
        assert "another one goes on with it" in await failure_of(waiting)
        assert underway()[queue] == 2, "what is busy goes on"
        # The moment that it waits again, it is let go of as well.
        begun.set()
        assert "another one goes on with it" in await failure_of(fetching)
        assert fetched.is_set() and not leaving.done()
        encoded.set()
        await leaving
    assert await encoding.result() == "whole"
    for one in (waiting, fetching):
        await one.terminate()
    assert not underway()[queue]


async def failure_of(handle: ActivityHandle[Any]) -> str:
    """What its last attempt ended with, once it waits for another."""
    while True:
        info = (await handle.describe(include_last_failure=True)).raw_info
        if info.run_state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED and info.attempt > 1:
            return info.last_failure.message
        await asyncio.sleep(0.02)
