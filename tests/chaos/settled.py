"""Waits until a house is quiet, once its films have ended: what a stopped one has left is the sweeper's."""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.chaos.house import House, rows
from tests.chaos.sweeper import sweeping

_LEFT = "SELECT 1 FROM attempt WHERE phase IN ('intent', 'running', 'stray') LIMIT 1"


async def settled(running: House) -> None:
    """Until the sweeper has nothing left to do, or no time: the verdict tells of what is open then."""
    latest, quiet = time.monotonic() + 240 + 200 / running.factor, 0
    # Twice in a row: what a sweep has adopted is closed by the next one.
    while quiet < 2 and time.monotonic() < latest:
        await running.sweep()
        await asyncio.sleep(max(1.5, 30 / running.factor))
        # Some providers list a job only once it has ended, and on a busy machine that takes a while.
        busy = await rows(running.stack, _LEFT) or await _making(running) or await sweeping(running.client)
        quiet = 0 if busy else quiet + 1


async def _making(running: House) -> bool:
    """Whether a provider still makes something."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        log = (await client.get(f"{running.stack.standins}/control/log")).json()
    return any(job["state"] in ("queued", "running") for job in log["submits"])
