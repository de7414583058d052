"""`python -m worker --role`: each role has queues of its own, says how it stands, and leaves when told to."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.wiring import open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from tests.support.reel import PATIENCE_S
from worker import Role, main, queues_of
from workflows.studio.calls import GENERATION_QUEUE, MEDIA_QUEUE, STUDIO_QUEUE, generation_queue

SOLD = (generation_queue("fal"), generation_queue("replicate"))
HOSTS: dict[Role, set[str]] = {
    "workflows": {STUDIO_QUEUE},
    "generation": {GENERATION_QUEUE, *SOLD},
    "media": {MEDIA_QUEUE},
    "all": {STUDIO_QUEUE, GENERATION_QUEUE, MEDIA_QUEUE, *SOLD},
}


async def test_every_queue_is_some_roles_and_none_is_two(stack: Stack, settings: Settings) -> None:
    keys = settings.model_copy(update={"fal_key": "id:secret", "replicate_api_token": "r8"})
    async with open_studio(stack, Settings.model_validate(keys.model_dump())) as studio:
        assert {role: set(queues_of(studio, role)) for role in HOSTS} == HOSTS
    apart = [HOSTS[role] for role in ("workflows", "generation", "media")]
    assert set.union(*apart) == HOSTS["all"] and sum(map(len, apart)) == len(HOSTS["all"])


@asynccontextmanager
async def process(home: Path, *words: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A worker of its own on the home's servers, and where it says how it stands."""
    line = [sys.executable, "-m", "worker", "--home", str(home), *words]
    environment = {**os.environ, "REEL_HEALTH_PORT": "0"}
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(*line, env=environment, stderr=pipe)
    assert running.stderr
    try:
        said = ""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := re.search(r"health at (http://\S+)/live", said)):
                said = (await running.stderr.readline()).decode()
                assert said, "it ended"
        yield running, found[1]
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def ready(at: str) -> dict[str, Any]:
    """What it says once it is."""
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
        while (answer := await client.get(f"{at}/ready")).status_code != 200:
            await asyncio.sleep(0.1)
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.slow
@pytest.mark.parametrize("role", ["workflows", "media"])
async def test_a_role_says_what_it_hosts_and_leaves_when_it_is_told_to(
    stack: Stack, home: Path, role: Role
) -> None:
    async with process(home, "--role", role) as (running, at):
        told = await ready(at)
        assert (told["role"], told["state"], set(told["queues"])) == (role, "running", HOSTS[role])
        assert told["reached"] == {"temporal": True, "database": True}
        assert told["running"] == dict.fromkeys(HOSTS[role], 0)
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0


def test_a_role_and_queues_are_not_asked_for_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--role", "media", "--queue", "reel"])
    assert refused.value.code == 2 and "not allowed with argument" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "may be repeated" in " ".join(capsys.readouterr().out.split())
