"""Recordings of pipelines: one that is paused and approved, one that fails, and one that is stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from temporalio.client import Client, WorkflowHandle

from starter.errors import FilmFailed
from starter.productions import Productions
from starter.run import Run
from tests.support.plain import Plain
from workflows.pipeline import PIPELINE, PipelineRequest

Handle = WorkflowHandle[Any, Any]
Rig = Callable[..., Any]
_SMALL = {"size": "360p", "seconds": 1}


def _asked(take: int, review: bool = False) -> PipelineRequest:
    draw = {"id": "draw", "kind": "text_to_image", "prompt": "A mug", "take": take, "review": review}
    turn = {"id": "turn", "kind": "image_to_video", "prompt": "It turns", "params": _SMALL}
    end = {"id": "end", "kind": "frame", "inputs": {"video": ("turn",)}, "params": {"at": "last"}}
    steps = (draw, {**turn, "inputs": {"image": ("draw",)}}, end)
    return PipelineRequest.model_validate({"name": "Recorded", "steps": steps})


async def pipeline(rig: Rig, client: Client) -> Handle:
    """Its first step is approved while it is paused."""
    async with rig(Plain()):
        run = await Productions(client).start(PIPELINE, _asked(1, review=True))
        await _waits(run)
        await run.pause()
        await run.update("approve", {"steps": ["draw"]})
        await run.resume()
        assert (await run.result()).whole
        return run.handle


async def pipeline_failed(rig: Rig, client: Client) -> Handle:
    async with rig(Plain(failing=["storyboard:hero_shot"])):
        run = await Productions(client).start(PIPELINE, _asked(2))
        with suppress(FilmFailed):
            await run.result()
        assert (await run.progress()).status == "failed"
        return run.handle


async def pipeline_stopped(rig: Rig, client: Client) -> Handle:
    """In the midst of its second step: what the first has made is delivered."""
    provider = Plain(hold={"chunk:hero_shot:0": threading.Event()})
    async with rig(provider):
        run = await Productions(client).start(PIPELINE, _asked(3))
        while not provider.begun["chunk:hero_shot:0"]:
            await asyncio.sleep(0.05)
        await run.stop()
        result: Any = await run.result()
        assert result.status == "stopped" and result.output
        return run.handle


async def pipeline_looked_at(rig: Rig, client: Client) -> Handle:
    """Stopped while its first step waits for approval, which is delivered."""
    async with rig(Plain()):
        run = await Productions(client).start(PIPELINE, _asked(4, review=True))
        await _waits(run)
        await run.stop()
        result: Any = await run.result()
        assert result.status == "stopped" and result.output and not result.whole
        return run.handle


async def _waits(run: Run[Any]) -> None:
    while not (await run.progress()).waits:
        await asyncio.sleep(0.05)


RECORDINGS = (pipeline, pipeline_failed, pipeline_looked_at, pipeline_stopped)
