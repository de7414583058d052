"""How often an activity is heard of: often while it works, seldom as it waits, at once with a job's id."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities.running.attempt import BEAT_S, IDLE_S, ActivityAttempt, CarriedJob, heartbeating
from activities.running.standings import AFTER_S, AGAIN_S, Standings
from activities.wiring import open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from infra.temporal import connect
from tests.support.virtual_time import VirtualLoop, in_virtual_time, told
from worker import make_workers
from workflows.studio.calls import GENERATION_QUEUE, WAITING_HEARTBEAT
from workflows.studio.standing import JobStanding

MINUTE = 60.0
JOB = CarriedJob(key="k", n=1, id="job-1")


async def _waits(attempt: ActivityAttempt) -> None:
    while True:
        # As a job is followed: asked about every few seconds, and it stands as it stood.
        attempt.report_job("chunk: running", "chunk:hero_shot:0", JobStanding())
        with attempt.idle():
            await asyncio.sleep(3)


async def _works(attempt: ActivityAttempt) -> None:
    for done in range(1000):
        attempt.report("chunk", done, 1000)
        await asyncio.sleep(1)


async def _moves_up(attempt: ActivityAttempt) -> None:
    for position in range(1000, 0, -1):
        attempt.report_job("chunk: queued", "chunk:hero_shot:0", JobStanding(position=position))
        with attempt.idle():
            await asyncio.sleep(3)


async def _cannot_be_told(attempt: ActivityAttempt) -> None:
    while True:
        attempt.report_job("chunk: running", "s" * 300, JobStanding(state="running"))
        with attempt.idle():
            await asyncio.sleep(3)


def beats(how: Any) -> list[float]:
    """When, in seconds, an activity that goes on so for a minute is heard of."""

    async def main(loop: VirtualLoop) -> list[float]:
        at: list[float] = []
        environment = ActivityEnvironment()
        environment.on_heartbeat = lambda *_: at.append(loop.time())

        async def work() -> None:
            async with heartbeating() as attempt:
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(MINUTE):
                        await how(attempt)

        with told(loop):
            await environment.run(work)
        return at

    heard: list[float] = in_virtual_time(main)
    return heard


def test_what_waits_is_heard_of_every_ten_seconds_and_what_works_every_two() -> None:
    assert (IDLE_S, BEAT_S) == (10, 2)
    assert MINUTE / BEAT_S - 1 <= len(beats(_works)) <= MINUTE / BEAT_S
    waiting = beats(_waits)
    assert MINUTE / IDLE_S <= len(waiting) <= MINUTE / IDLE_S + 1
    gaps = [later - sooner for sooner, later in itertools.pairwise(waiting)]
    assert 3 * max(gaps) < WAITING_HEARTBEAT.total_seconds(), "three may be lost"


def test_what_no_production_can_be_told_is_heard_of_all_the_same() -> None:
    assert len(beats(_cannot_be_told)) == len(beats(_waits))


def test_what_ends_sooner_is_not_heard_of() -> None:
    async def ends(attempt: ActivityAttempt) -> None:
        attempt.report("chunk", 1, 1)
        raise TimeoutError

    assert beats(ends) == []


def test_a_job_that_moves_up_its_queue_is_heard_of_as_it_does() -> None:
    assert len(beats(_moves_up)) > 2 * len(beats(_waits))


def test_a_production_is_told_of_long_jobs_alone_and_less_and_less_often() -> None:
    """Each telling is a workflow task: an hour of them is a few, and none says again what was said."""
    standings = Standings()
    told = [s for s in range(3600) if standings.due(JobStanding(state="running", wait_s=3600 - s), s)]
    assert told[:2] == [AFTER_S, AFTER_S + AGAIN_S] and len(told) < 20
    gaps = [later - sooner for sooner, later in itertools.pairwise(told)]
    assert gaps == sorted(gaps)
    still = Standings()
    assert sum(still.due(JobStanding(state="queued"), s) for s in range(3600)) == 1
    assert not any(Standings().due(JobStanding(), s) for s in range(3600)), "nothing stands there"


@pytest_asyncio.fixture
async def throttles(stack: Stack, settings: Settings) -> AsyncIterator[dict[str, timedelta]]:
    """How the product's workers hold heartbeats back."""
    async with open_studio(stack, settings) as studio:
        # One of its own: a client takes one worker a queue, and this one is never run.
        client = await connect(stack)
        config = make_workers(client, studio, settings, [GENERATION_QUEUE])[0].config()
        names = ("max_heartbeat_throttle_interval", "default_heartbeat_throttle_interval")
        yield {name: config[name] for name in names}  # type: ignore[literal-required]


async def test_no_throttle_holds_a_jobs_id_back(
    client: Client, throttles: dict[str, timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default the server would hear of it with the next heartbeat after most of an hour."""
    monkeypatch.setattr("activities.running.attempt.BEAT_S", 3600)
    known = asyncio.Event()

    @activity.defn(name="is_sold")
    async def is_sold() -> None:
        async with heartbeating() as attempt:
            # The second of two within the time that a throttle would hold it back for.
            attempt.carry(JOB.model_copy(update={"id": "job-0"}))
            attempt.carry(JOB)
            await known.wait()

    queue, hour = f"heartbeats-{uuid.uuid4().hex}", timedelta(hours=1)
    async with Worker(client, task_queue=queue, activities=[is_sold], **throttles):  # type: ignore[arg-type]
        sold = await client.start_activity(
            is_sold, id=queue, task_queue=queue, start_to_close_timeout=hour, heartbeat_timeout=hour
        )
        async with asyncio.timeout(120):
            while JOB.id not in str((await sold.describe(include_heartbeat_details=True)).raw_info):
                await asyncio.sleep(0.05)
        known.set()
        await sold.result()
