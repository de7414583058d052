"""A provider's rate is its queue's: the server keeps to it, and Temporal's own command changes it at once."""

from __future__ import annotations

import asyncio
import shlex
import uuid
from datetime import timedelta

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.wiring import open_studio
from infra.embedded.servers.child import program
from infra.embedded.stack import Stack
from infra.settings import Settings
from infra.temporal import connect
from tests.support.modules import ROOT
from tests.support.printed import blocks
from worker import make_workers
from workflows.studio.calls import QUEUES, generation_queue

STEPS = 5
PAGE = (ROOT / "starter/docs/workers.md").read_text()


async def rates(stack: Stack, settings: Settings) -> dict[str, float | None]:
    """Activities a second, by queue, as the product's workers tell the server."""
    async with open_studio(stack, settings) as studio:
        # One of its own: a client takes one worker a queue, and these are never run.
        client = await connect(stack)
        configs = [one.config() for one in make_workers(client, studio, settings)]
    return {config["task_queue"]: config["max_task_queue_activities_per_second"] for config in configs}


async def test_each_provider_has_a_rate_and_what_is_ours_has_none(stack: Stack, settings: Settings) -> None:
    keys = {"FAL_KEY": "id:secret", "REPLICATE_API_TOKEN": "r8", "OPENAI_API_KEY": "sk"}
    own = Settings.model_validate({**settings.model_dump(exclude_none=True), **keys})
    async with open_studio(stack, own) as studio:
        entries = {name: studio.catalogue.providers[name] for name in studio.providers}
    assert {"fal", "replicate", "openai"} == entries.keys()
    found = await rates(stack, own)
    assert {queue: found[queue] for queue in QUEUES} == dict.fromkeys(QUEUES)
    assert {name: found[generation_queue(name)] for name in entries} == {
        name: entry.requests_per_minute / 60 for name, entry in entries.items()
    }
    slow = await rates(stack, own.model_copy(update={"requests_per_minute": 1}))
    assert all(slow[generation_queue(name)] == 1 / 60 for name in entries)


@pytest.mark.slow
async def test_temporals_own_command_changes_a_rate_at_once(stack: Stack, client: Client) -> None:
    """At the worker's own rate, of one step a minute, this would take longer than any test may."""
    queue, minute = f"rated-{uuid.uuid4().hex}", timedelta(minutes=10)

    @activity.defn(name="submit")
    async def submit() -> None:
        pass

    async with Worker(
        client, task_queue=queue, activities=[submit], max_task_queue_activities_per_second=1 / 60
    ):
        faster, unset = printed(queue)
        await told(stack, *faster)
        assert "fal asked us to slow down" in await told(stack, "get", *of(queue))
        for number in range(STEPS):
            await client.execute_activity(
                submit, id=f"{queue}-{number}", task_queue=queue, start_to_close_timeout=minute
            )
        await told(stack, *unset)


def printed(queue: str) -> list[list[str]]:
    """What the page for platform teams types after `temporal task-queue config`, for that queue."""
    block = next(one for one in blocks(PAGE) if one.startswith("temporal task-queue config"))
    lines = [shlex.split(line)[3:] for line in block.replace("\\\n", " ").splitlines()]
    return [[queue if word == "reel-generation.fal" else word for word in words] for words in lines]


def of(queue: str) -> list[str]:
    return ["--task-queue", queue, "--task-queue-type", "activity"]


async def told(stack: Stack, *words: str) -> str:
    """What `temporal task-queue config` says."""
    line = [program("temporal"), "task-queue", "config", *words, "--address", stack.temporal_address]
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(*line, stdout=pipe, stderr=pipe)
    out, error = await running.communicate()
    assert running.returncode == 0, error.decode()
    return out.decode()
