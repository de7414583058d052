"""The recordings of batches: one of whose films one is approved while the others are drawn, one that goes on
after a review, one that is paused and stopped."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client

from starter.films import Films
from starter.productions import Productions
from starter.run import Run
from tests.support.film_batches import FREE, PAID
from tests.support.plain import Plain
from tests.support.recordings import Handle
from tests.support.standing import standing
from workflows.batch.contract import BatchProgress, BatchRequest, BatchResult
from workflows.batch.production import BATCH

Rig = Callable[..., AbstractAsyncContextManager[Films]]


def _asked(template: Mapping[str, Any], *products: str, **more: object) -> BatchRequest:
    beats = [{"id": "hero_shot", "seconds": 5, "action": "It turns"}]
    items = [
        {**template, "prompt": f"A 5 second film about a {product}", "plan": {"beats": beats}}
        for product in products
    ]
    return BatchRequest.model_validate({"name": "Recorded", "items": tuple(items), "budget_usd": 5, **more})


@asynccontextmanager
async def _begun(
    rig: Rig, client: Client, request: BatchRequest, plain: Plain | None = None
) -> AsyncIterator[tuple[Productions, Run[BatchResult]]]:
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder)) as standins:
        async with rig(plain or Plain(), standins.root):
            productions = Productions(client)
            yield productions, await productions.start(BATCH, request)


async def _when(run: Run[BatchResult], is_so: Callable[[BatchProgress], bool]) -> None:
    while not is_so(await run.handle.query("progress", result_type=BatchProgress)):
        await asyncio.sleep(0.1)


async def batch(rig: Rig, client: Client) -> Handle:
    request = _asked(PAID, "kettle", "kettle", "apron", "board", review="cut", max_running=1)
    async with _begun(rig, client, request) as (_, run):
        await _when(run, lambda told: told.counts.awaiting_review == 1)
        await run.update("approve", {"items": ["1"]}, "approved")
        result = await run.result()
        assert (result.counts.completed, result.counts.awaiting_review) == (1, 2)
        return run.handle


async def batch_approved(rig: Rig, client: Client) -> Handle:
    request = _asked(PAID, "jar", "pan", review="cut", max_running=2)
    async with _begun(rig, client, request) as (productions, run):
        assert (await run.result()).counts.awaiting_review == 2
        _, again = await productions.ask(run, "approve", {})
        assert (await again.result()).counts.completed == 2
        return again.handle


async def batch_stopped(rig: Rig, client: Client) -> Handle:
    plain = Plain(hold={"chunk:hero_shot:0": threading.Event()})
    request = _asked(FREE, "bowl", "vase", "spoon", max_running=2)
    async with _begun(rig, client, request, plain) as (_, run):
        while plain.begun["chunk:hero_shot:0"] < 2:
            await asyncio.sleep(0.05)
        await run.pause()
        await asyncio.sleep(1)
        await run.resume()
        await asyncio.sleep(1)
        await run.stop()
        result = await run.result()
        assert (result.status, result.counts.stopped, result.counts.pending) == ("stopped", 2, 1)
        return run.handle


RECORDINGS = (batch, batch_approved, batch_stopped)
