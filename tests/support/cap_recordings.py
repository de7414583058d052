"""Recordings of posters at caps, and of one whose request names who is told of it."""

from __future__ import annotations

import asyncio

from temporalio.client import Client

from tests.support.capped import CappedTill, selling
from tests.support.poster import POSTER, PosterRequest
from tests.support.recordings import Handle


async def at_a_cap(_: object, client: Client) -> Handle:
    """One that waits for a place, then for room, which others take before it, and is told of once."""
    till = CappedTill(places=1, refusals=3, waits_s=0.5, notices="request")
    asked = PosterRequest(words="Bread at a cap", notify=("https://hooks.example.org/",))
    async with selling(client, till) as posters:
        run = await posters.start(POSTER, asked)
        assert (await run.result()).status == "completed"
        await _until(till, "completed")
        assert till.told == ["waits", "waits", "completed"] and len(till.asked) == 3
        return run.handle


async def notified(_: object, client: Client) -> Handle:
    """The notice itself, to two receivers."""
    till = CappedTill(notices="request")
    to = ("https://hooks.example.org/", "https://other.example.org/")
    async with selling(client, till) as posters:
        run = await posters.start(POSTER, PosterRequest(words="Bread that is told of", notify=to))
        assert (await run.result()).status == "completed"
        await _until(till, "completed")
        told = (await run.handle.describe()).run_id
        notice = client.get_workflow_handle(f"{run.id}/notice/{told}:1")
        await notice.result()
        return notice


async def _until(till: CappedTill, news: str) -> None:
    async with asyncio.timeout(60):
        while news not in till.told:
            await asyncio.sleep(0.05)


RECORDINGS = (at_a_cap, notified)
