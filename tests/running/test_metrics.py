"""`python -m worker` with a port for Prometheus and a log in JSON: what it tells of two films, and not."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest
import pytest_asyncio
from temporalio.client import Client

from activities.studio.measures import REASONS, WAITING
from infra.embedded.process import free_port
from infra.embedded.stack import Stack
from infra.telemetry import QUEUED
from starter.films import FilmFailed, Films
from tests.support.metrics import COMMON, OWN, SDK, Sample, expressions, family, samples, selectors
from tests.support.paid import FLUX, PLANNER, WAN, asked, planned_by
from tests.support.reel import PATIENCE_S, Reel
from tests.support.standing import Standins
from workflows.film.report import VideoResult

pytestmark = pytest.mark.slow
#: In labels and in the log nothing of these may ever be.
SECRETS = ("sk-hush-hush-hush", "hush-of-the-notices")
WORDS = ("Zoë Hush", "spring hush", "a hushed mug")


class Seen(NamedTuple):
    """What a worker told of a film that was bought, and of one that failed."""

    samples: list[Sample]
    text: str
    log: list[str]
    result: VideoResult
    failed: str


@asynccontextmanager
async def working(home: Path, standins: Standins, port: int) -> AsyncIterator[Reel]:
    environment = {
        "REEL_METRICS_PORT": str(port),
        "REEL_LOG_FORMAT": "json",
        "REEL_HEALTH_PORT": "0",
        "OPENAI_API_KEY": SECRETS[0],
        "REEL_NOTIFY_SECRET": SECRETS[1],
        "REEL_REQUESTS_PER_MINUTE": "6000",
    }
    line = ("-m", "tests.support.apart", standins.root, "--home", str(home))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *line, env={**os.environ, **environment}, stdout=pipe, stderr=pipe
    )
    worker = Reel(process)
    worker.watch()
    try:
        await worker.until("worker hosts")
        yield worker
        process.terminate()
        assert await worker.end() == 0
    finally:
        if process.returncode is None:
            process.kill()


@pytest_asyncio.fixture(scope="module")
async def seen(
    stack: Stack, home: Path, client: Client, _standins: Standins, database_url: str
) -> AsyncIterator[Seen]:
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM provider_health; DELETE FROM provider_upload")
    await connection.close()
    port, films = free_port(), Films(client)
    _standins.order("replicate", "submit", "429_retry_after")
    _standins.order("openai", "submit", "404")
    async with working(home, _standins, port) as worker:
        told: dict[str, Any] = {"user": WORDS[0], "labels": (WORDS[1],), "prompt": f"A film about {WORDS[2]}"}
        film = await films.start(asked("hero_shot", image=FLUX, video=WAN, **told))
        other = await films.start(planned_by(PLANNER, 70_001))
        with pytest.raises(FilmFailed):
            await other.result()
        result = await film.result()
        text = await scraped(port)
    yield Seen(samples(text), text, worker.lines, result, other.id)


async def scraped(port: int) -> str:
    """What Prometheus would be answered, once the worker has read how the studio stands."""
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
        while WAITING not in (text := (await client.get(f"http://127.0.0.1:{port}/metrics")).text):
            await asyncio.sleep(0.2)
    return text


def values(seen: Seen, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """What is more than nothing of a metric, by these labels."""
    found: dict[tuple[str, ...], float] = {}
    for one in seen.samples:
        if one.name == name and one.value:
            key = tuple(one.labels[label] for label in labels)
            found[key] = found.get(key, 0) + one.value
    return found


async def test_what_alerts_and_dashboard_name_is_told_and_nothing_of_ours_is_left_out(seen: Seen) -> None:
    told = {family(one.name) for one in seen.samples}
    asked_for = {one.name for said in expressions().values() for node in said for one, _ in selectors(node)}
    assert asked_for <= told | {one.name for one in seen.samples}
    assert {one for one in told if one.startswith("video_generation")} == COMMON | OWN
    assert told >= SDK
    queued = {
        one.labels["le"]
        for one in seen.samples
        if "activity_schedule_to_start" in one.name and "le" in one.labels
    }
    assert queued == {*(f"{bound:g}" for bound in QUEUED), "+Inf"}


async def test_the_counters_after_a_film_that_was_made_and_one_that_failed(seen: Seen) -> None:
    assert values(seen, "video_generation_total", "kind", "status") == {
        ("film", "completed"): 1,
        ("film", "failed"): 1,
    }
    ended = values(seen, "video_generation_duration_seconds_count", "kind", "status")
    assert ended == values(seen, "video_generation_total", "kind", "status")
    brought = values(seen, "video_generation_artifacts_total", "outcome")
    assert (brought["made",], brought.get(("found",), 0)) == (seen.result.made, seen.result.reused)
    errors = values(seen, "video_generation_provider_errors_total", "provider", "model", "kind")
    assert errors == {("replicate", FLUX, "RateLimited"): 1, ("openai", PLANNER, "ModelGone"): 1}
    waits = {one.labels["reason"] for one in seen.samples if one.name == WAITING}
    assert waits == set(REASONS)


async def test_no_label_holds_what_a_person_wrote_or_what_grows_without_end(seen: Seen, home: Path) -> None:
    hidden = (*SECRETS, *WORDS, seen.failed, str(home), "hero_shot")
    assert not [one for one in hidden if one in seen.text]
    sizes: dict[str, set[str]] = {}
    for one in seen.samples:
        if one.name.startswith("video_generation"):
            for name, value in one.labels.items():
                sizes.setdefault(name, set()).add(value)
    known = {"kind", "status", "provider", "model", "phase", "reason", "outcome", "le"}
    # What the SDK puts on all that is counted in a workflow or in an activity.
    assert sizes.keys() <= known | {"namespace", "task_queue", "workflow_type", "activity_type"}


async def test_each_line_of_the_log_is_json_with_production_shot_and_step(seen: Seen, home: Path) -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in seen.log]
    assert lines and all(
        {"time", "level", "message", "production", "shot", "step"} <= one.keys() for one in lines
    )
    steps = {(one["shot"], one["step"]) for one in lines if one["production"] not in (None, seen.failed)}
    assert {("hero_shot", "storyboard:hero_shot"), ("hero_shot", "chunk:hero_shot:1")} <= steps
    leaves = [one["message"] for one in lines if re.search("worker (leaves|shutdown)", one["message"])]
    assert len(leaves) == 1, "once, and not for each of its queues"
    said = "\n".join(seen.log)
    assert not [one for one in SECRETS if one in said] and "X-Amz-Signature" not in said


async def test_a_worker_that_cannot_listen_says_so_in_a_line_of_json(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        environment = {"REEL_METRICS_PORT": str(other.getsockname()[1]), "REEL_LOG_FORMAT": "json"}
        line = (sys.executable, "-m", "worker", "--home", str(home))
        refused = await asyncio.create_subprocess_exec(
            *line, env={**os.environ, **environment}, stderr=asyncio.subprocess.PIPE
        )
        _, said = await refused.communicate()
    assert refused.returncode == 2
    assert "is taken: choose another port" in json.loads(said)["message"]
