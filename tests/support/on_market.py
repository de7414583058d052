"""Films on a scripted market: opened, asked for, and attended to their end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

from temporalio.client import Client
from temporalio.worker import Worker

from starter.errors import NotWaiting
from starter.films import Film, Films
from tests.support.books import Books
from tests.support.market import Market
from worker import FATAL, hosting
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest
from workflows.film.report import VideoResult
from workflows.film.workflow import VideoWorkflow
from workflows.studio.calls import STUDIO_QUEUE

# Enough to begin with, too little to end: every film has to ask for more.
BUDGET = Decimal("0.8")
SEED = 2026


@asynccontextmanager
async def open_market(client: Client, market: Market) -> AsyncIterator[Films]:
    workers = [
        Worker(
            client,
            task_queue=queue,
            activities=activities,
            workflows=[VideoWorkflow] if queue == STUDIO_QUEUE else [],
            workflow_failure_exception_types=FATAL,
        )
        for queue, activities in market.activities.items()
    ]
    async with hosting(workers):
        yield Films(client)


def asked(take: int, *beats: str) -> VideoRequest:
    return VideoRequest(
        prompt="A film about a ceramic coffee mug",
        size="360p",
        fps=8,
        take=take,
        music=False,
        budget_usd=BUDGET,
        models=Models(planner="a-planner"),
        plan=PlanDraft(beats=tuple(BeatDraft(id=beat, seconds=5) for beat in beats)),
    )


async def attended(film: Film, books: Books, chance: random.Random) -> VideoResult:
    """The end of a film, with somebody at hand who grants it what it asks for, a little at a time."""
    ended = asyncio.ensure_future(film.result())
    while not ended.done():
        progress = await film.progress()
        waits = progress.waiting_for or ""
        with suppress(NotWaiting):
            if "set_budget" in waits:
                books.limit += Decimal(chance.randrange(300_000, 2_000_000)) / 10**6
                await film.set_budget(books.limit)
            for step in (step for beat in progress.beats for step in beat.steps if step.state == "held"):
                if f"of the step {step.name}:" in waits:
                    await film.accept_risk(step.name)
        await asyncio.wait({ended}, timeout=0.1)
    return ended.result()
