"""How an activity attempt looks to Temporal: heartbeats that last, failures that count, causes told apart."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import ActivityFailureError, Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities.faults import ContentPolicy, InvalidInput, JobFailed, ProviderUnavailable, RateLimited
from activities.ledger.render import StillWaiting
from activities.media.ffmpeg import EncodeFailed
from activities.media.loudness import MasteringFailed
from activities.media.probing import Unreadable, WrongLength
from activities.media.stitch import MixedEngines
from activities.running.attempt import ActivityAttempt, CarriedJob, heartbeating
from activities.running.failures import TRIES, as_application_error, is_failure, translated
from activities.storage.cache import Cache
from workflows.studio.standing import JobStanding

RUNS: dict[str, list[int]] = {}
JOB = CarriedJob(key="k", n=2, id="job-1", links={"status_url": "https://example.org/1"})


@activity.defn(name="always_fails")
@translated
async def always_fails(film: str) -> None:
    """Fails as work fails, with a server that is away in between."""
    attempt = ActivityAttempt()
    attempt.report("chunk", 30, 120)
    RUNS.setdefault(film, []).append(attempt.failures)
    if len(RUNS[film]) == 2:
        raise ProviderUnavailable("the bucket does not answer")
    raise ValueError(f"/home/somebody/secret.key is not {film}")


@activity.defn(name="is_cancelled")
@translated
async def is_cancelled(film: str) -> None:
    try:
        RUNS[film] = []
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        RUNS[film].append(ActivityAttempt().why_cancelled() == "stop")
        raise


@activity.defn(name="carries_a_job")
async def carries_a_job(film: str) -> str:
    """Its first attempt has a job; its second ends before it is heard of; its third says which job it has."""
    tries = RUNS.setdefault(film, [])
    tries.append(len(tries))
    async with heartbeating() as attempt:
        if len(tries) == 1:
            attempt.carry(JOB)
        elif len(tries) == 3:
            return attempt.carried.id if attempt.carried else "none"
    raise ProviderUnavailable("once more")


@pytest_asyncio.fixture(scope="module")
async def queue(client: Client) -> AsyncIterator[str]:
    name = f"attempts-{uuid.uuid4().hex}"
    async with Worker(
        client,
        task_queue=name,
        activities=[always_fails, is_cancelled, carries_a_job],
        max_heartbeat_throttle_interval=timedelta(seconds=0.2),
    ):
        yield name


async def test_failures_are_counted_across_attempts_and_the_third_is_the_last(
    client: Client, queue: str
) -> None:
    film = uuid.uuid4().hex
    with pytest.raises(ActivityFailureError) as failed:
        await client.execute_activity(
            always_fails,
            film,
            id=film,
            task_queue=queue,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=20), backoff_coefficient=1),
        )
    assert RUNS[film] == [0, 1, 1, 2], "three failures, and once a server was away"
    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "WorkFailed" and cause.non_retryable
    assert "secret" not in str(cause) and "ValueError" in str(cause) and cause.cause is None


async def test_a_person_who_cancels_is_told_from_everything_else(client: Client, queue: str) -> None:
    film = uuid.uuid4().hex
    handle = await client.start_activity(
        is_cancelled,
        film,
        id=film,
        task_queue=queue,
        start_to_close_timeout=timedelta(seconds=30),
        heartbeat_timeout=timedelta(seconds=10),
    )
    async with asyncio.timeout(20):
        while film not in RUNS:
            await asyncio.sleep(0.01)
    await handle.cancel()
    with pytest.raises(ActivityFailureError):
        await handle.result()
    assert RUNS[film] == [True]


async def test_an_attempt_that_ends_before_it_is_heard_of_loses_no_job(client: Client, queue: str) -> None:
    film, hour = uuid.uuid4().hex, timedelta(hours=1)
    carried = await client.execute_activity(
        carries_a_job,
        film,
        id=film,
        task_queue=queue,
        start_to_close_timeout=hour,
        heartbeat_timeout=hour,
        retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=20), maximum_attempts=3),
    )
    assert carried == JOB.id


async def test_what_another_release_says_of_a_job_costs_no_job() -> None:
    environment = ActivityEnvironment()
    said = {"state": "fetching", "position": -1, "failures": 2, "step": "s", "job": JOB.model_dump()}
    environment.info = dataclasses.replace(environment.info, heartbeat_details=[said])

    async def work() -> None:
        async with heartbeating() as attempt:
            assert attempt.failures == 2 and attempt.carried == JOB

    await environment.run(work)


CAUSES = ["cancel_requested", "worker_shutdown", "paused", "reset", "timed_out", "not_found"]


@pytest.mark.parametrize("cause", CAUSES)
async def test_only_a_cancel_request_is_a_stop(cause: str) -> None:
    heard: list[Literal["stop", "release", None]] = []
    begun = asyncio.Event()

    async def work() -> None:
        async with heartbeating() as attempt:
            assert attempt.why_cancelled() is None
            begun.set()
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                heard.append(attempt.why_cancelled())

    environment = ActivityEnvironment()
    running = asyncio.ensure_future(environment.run(work))
    await begun.wait()
    environment.cancel(cancellation_details=activity.ActivityCancellationDetails(**{cause: True}))
    await running
    assert heard == ["stop" if cause == "cancel_requested" else "release"]


@pytest.mark.parametrize(
    ("before", "failures"), [([{"failures": 2, "stage": "chunk"}], 2), ([], 0), (["from", "before"], 0)]
)
async def test_heartbeats_always_carry_everything(
    before: list[Any], failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.running.attempt.BEAT_S", 0.1)
    sent: list[Any] = []
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(ActivityEnvironment.default_info(), heartbeat_details=before)
    environment.on_heartbeat = lambda *details: sent.append(details)

    async def work() -> None:
        async with heartbeating() as attempt:
            attempt.report("chunk", 30, 120)
            await asyncio.sleep(0.15)
            attempt.report("putting", 0, 0)
            attempt.count_failure()

    await environment.run(work)
    assert all(len(details) == 1 for details in sent)
    fields = ("stage", "done", "total", "percent", "failures")
    assert [tuple(details[0][field] for field in fields) for details in sent] == [
        ("chunk", 30, 120, 25.0, failures),
        ("putting", 0, 0, 0.0, failures + 1),
    ]


@pytest.mark.parametrize(
    ("error", "kind", "final"),
    [
        (InvalidInput("no photo"), "InvalidInput", True),
        (ContentPolicy("x" * 9999), "ContentPolicy", True),
        (ProviderUnavailable("away"), "ProviderUnavailable", False),
        (RateLimited("slow down", 7.5), "RateLimited", False),
        (StillWaiting(20), "StillWaiting", False),
        (KeyError("/etc/shadow"), "WorkFailed", False),
        (EncodeFailed("ffmpeg ended with code 1: /tmp/x/chunk.mp4: no space"), "EncodeFailed", False),
        (Unreadable("cut short: 3 of 120 frames"), "Unreadable", False),
        (WrongLength("119 frames, 120 were planned"), "WrongLength", True),
        (MixedEngines("piece 2 differs in its encoder"), "MixedEngines", True),
        (MasteringFailed("ffmpeg ended with 1"), "MasteringFailed", True),
    ],
)
def test_each_error_has_its_one_translation(error: Exception, kind: str, final: bool) -> None:
    told = as_application_error(error, failures=1)
    assert (told.type, told.non_retryable) == (kind, final)
    assert 0 < len(told.message) <= 2000 and "/" not in told.message
    waits = {"RateLimited": 7.5, "StillWaiting": 20.0}.get(kind)
    assert told.next_retry_delay == (timedelta(seconds=waits) if waits else None)
    assert (told.category == ApplicationErrorCategory.BENIGN) == (waits is not None)
    assert as_application_error(told, 1) is told


def test_media_errors_keep_their_words_and_end_their_tries() -> None:
    said = "ffmpeg ended with code 1: /tmp/some where/chunk.mp4: 24/1 at 1.5 s, '/var/a b/c.mp4'"
    assert as_application_error(EncodeFailed("frame 7 of beat/2"), 1).message == "frame 7 of beat/2"
    assert "/tmp" not in as_application_error(EncodeFailed(said), 1).message
    for error in (EncodeFailed("x"), Unreadable("x")):
        assert is_failure(error)
        assert [as_application_error(error, n).non_retryable for n in range(1, TRIES + 1)] == [
            False,
            False,
            True,
        ]


async def test_a_message_calls_an_object_by_its_key(tmp_path: Path) -> None:
    """A cached file is named after the object that it holds."""
    cache, digest = Cache(tmp_path, 1 << 20), "8e11c0ff" * 8

    async def named(key: str, suffix: str = "") -> str:
        async def fetched(path: Path) -> None:
            path.write_bytes(b"")

        async with cache.scratch() as folder:
            path = await cache.get(key, folder, fetched)
            return as_application_error(Unreadable(f"{path}{suffix} has no frame"), 1).message

    assert await named(f"objects/{digest}") == "objects/8e11c0ff… has no frame"
    assert await named(f"renders/{digest}/12", ": 5% of it") == "renders/8e11c0ff…/12: 5% of it has no frame"
    cache.close()


def test_work_that_failed_often_enough_is_given_up() -> None:
    assert [as_application_error(JobFailed("x"), n).non_retryable for n in range(1, TRIES + 1)] == [
        False,
        False,
        True,
    ]
    assert not as_application_error(ProviderUnavailable("x"), TRIES).non_retryable


async def test_a_job_travels_with_the_heartbeats_to_the_next_attempt() -> None:
    sent: list[Any] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda details: sent.append(details)

    async def work() -> None:
        async with heartbeating() as attempt:
            assert attempt.carried is None
            attempt.carry(JOB)
            attempt.report_job("chunk: queued", "chunk:hero_shot:1", JobStanding(position=3, wait_s=40))

    await environment.run(work)
    assert sent[-1]["job"] == JOB.model_dump(), "sent at once, before the ledger is told"
    again = ActivityEnvironment()
    again.info = dataclasses.replace(ActivityEnvironment.default_info(), heartbeat_details=[sent[-1]])

    async def next_attempt() -> None:
        async with heartbeating() as attempt:
            assert attempt.carried == JOB

    await again.run(next_attempt)
