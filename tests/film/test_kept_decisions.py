"""A decision that was accepted holds, whatever dies before anything has come of it."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest
from temporalio.client import Client

from infra.settings import Settings
from starter.films import Films
from tests.support.editing import submitted, told
from tests.support.paid import FLUX, WAN, PaidRig, asked
from tests.support.standing import Standins


@pytest.mark.slow
@pytest.mark.parametrize("side", ["before", "after"])
async def test_a_decision_outlives_the_worker_that_writes_it_down(
    paid_rig: PaidRig, standins: Standins, client: Client, settings: Settings, side: str
) -> None:
    standins.order("replicate", "submit", "stuck", match=WAN.removeprefix("replicate-"))
    command = (sys.executable, "-m", "tests.support.dying", str(settings.home), standins.root, side)
    worker = await asyncio.create_subprocess_exec(*command)
    try:
        film = await Films(client).start(asked("hero_shot", image=FLUX, video=WAN, partial="deliver"))
        await submitted(standins, 2)
        deciding = asyncio.create_task(told(film, "retake", shot="hero_shot"))
        assert await worker.wait() == -signal.SIGKILL
    finally:
        if worker.returncode is None:
            worker.kill()
    async with paid_rig() as (studio, _):
        assert "as draft-2" in await deciding
        result = await film.result()
        kept = await studio.memory.edits(film.id)
    assert (result.whole, result.beats[0].shows) == (True, "draft-2")
    assert [edit.kind for edit in kept] == ["retake"], "and it is one, however often it was written"
