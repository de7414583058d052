"""Recordings of pipelines: approved while paused, failed, retaken, looked at and stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from starter.errors import FilmFailed
from starter.productions import Productions
from starter.run import Run
from tests.support.plain import Plain
from workflows.pipeline import PIPELINE, PipelineRequest

Handle = WorkflowHandle[Any, Any]
Rig = Callable[..., Any]
_SMALL = {"size": "360p", "seconds": 1}
IMAGE, CHUNK = "storyboard:hero_shot", "chunk:hero_shot:0"


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
    async with rig(Plain(failing=[IMAGE])):
        run = await Productions(client).start(PIPELINE, _asked(2))
        with suppress(FilmFailed):
            await run.result()
        assert (await run.progress()).status == "failed"
        return run.handle


async def pipeline_stopped(rig: Rig, client: Client) -> Handle:
    """In the midst of its second step: what the first has made is delivered."""
    provider = Plain(hold={CHUNK: threading.Event()})
    async with rig(provider):
        run = await Productions(client).start(PIPELINE, _asked(3))
        while not provider.begun[CHUNK]:
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


async def pipeline_retaken(rig: Rig, client: Client) -> Handle:
    """Its first step is made anew in other words while the second is made of it, beside another one: what
    follows begins again, and the other goes on."""
    goes_on = threading.Event()
    provider = Plain(hold={CHUNK: goes_on})
    async with rig(provider):
        film = {"id": "film", "kind": "text_to_video", "prompt": "A jug", "params": _SMALL, "take": 5}
        request = _asked(5)
        beside = PipelineRequest.model_validate({"steps": (*request.model_dump()["steps"], film)})
        run = await Productions(client).start(PIPELINE, beside)
        while provider.begun[CHUNK] < 2:
            await asyncio.sleep(0.05)
        said = await run.update("retake", {"step": "draw", "words": "In red"})
        assert said == "draw: made anew, as take-6; with what follows: turn, end", said
        while provider.begun[CHUNK] < 3:
            await asyncio.sleep(0.05)
        goes_on.set()
        result: Any = await run.result()
        assert result.whole and [one.take for one in result.steps] == [6, 1, 1, 5], result
        assert provider.made == {IMAGE: 2, CHUNK: 2} and provider.begun[CHUNK] == 3
        return run.handle


async def pipeline_stopped_amid_a_retake(rig: Rig, client: Client) -> Handle:
    """Its first step is made anew after its end, and stopped before it is there: what was there before is
    delivered, and told as that."""
    goes_on = threading.Event()
    goes_on.set()
    provider = Plain(hold={IMAGE: goes_on})
    async with rig(provider):
        productions = Productions(client)
        run = await productions.start(PIPELINE, _asked(6))
        made: Any = await run.result()
        goes_on.clear()
        # Nobody has drawn that before, in whichever test.
        anew, drawn = {"step": "draw", "prompt": f"A jug {uuid4().hex}"}, provider.begun[IMAGE]
        _, again = await productions.ask(run, "retake", anew)
        while provider.begun[IMAGE] == drawn:
            await asyncio.sleep(0.05)
        await again.stop()
        left: Any = await again.result()
        # Its thread knows of no stop.
        goes_on.set()
        assert (left.status, left.whole, left.output) == ("stopped", False, made.output), left
        assert [(one.take, one.object) for one in left.steps] == [
            (one.take, one.object) for one in made.steps
        ], left
        assert [one.why.partition(": this is ")[2] for one in left.steps] == [
            f"take-{one.take}, as it was before" for one in made.steps
        ], left
        draw = (await again.progress()).beats[0]
        assert draw.shown and draw.wanted and (draw.shown.name, draw.wanted.name) == ("take-6", "take-7")
        return again.handle


async def _waits(run: Run[Any]) -> None:
    while not (await run.progress()).waits:
        await asyncio.sleep(0.05)


RECORDINGS = (
    pipeline,
    pipeline_failed,
    pipeline_looked_at,
    pipeline_retaken,
    pipeline_stopped,
    pipeline_stopped_amid_a_retake,
)
