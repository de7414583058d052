"""A batch from its file to its run: priced, or started and admitted, and followed where that is wanted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from activities.batch import Lines
from infra.settings import Settings
from starter.batch_file import BatchFile
from starter.batch_prices import Prices, priced
from starter.batches import Batch, differences
from starter.errors import NoAnswer
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.live import View
from starter.making import Watched, leaving, watch_in
from starter.session import Session, open_session
from workflows.batch import BATCH, BatchProgress
from workflows.studio import STUDIO_QUEUE

# Admission looks at some hundred lines a second.
_LOOK_EVERY_S = 0.3
# A worker that has just begun, or is busy with others, answers the second time.
_PATIENCE = 3


@dataclass(frozen=True)
class Begun:
    """How a batch stands once its lines are admitted, or once it waits for its budget. `differs` are the
    fields in which the batch that runs already was asked for otherwise; `ends` says that nobody works on it
    any more when this command has ended; `watched` is how it ended, where that was waited for."""

    batch: Batch
    progress: BatchProgress
    differs: tuple[str, ...]
    page: str | None
    ends: bool
    standins: bool
    watched: Watched | None = None


async def prices_of(settings: Settings, file: BatchFile) -> tuple[Prices, Decimal]:
    """What it would cost, and what it may. Raises `InvalidRequest`, and what `open_session` raises."""
    async with open_session(settings) as session:
        studio = await session.open_studio()
        limit = BATCH.budget_of(file.request, await studio.accounts.account(file.id))
        return await priced(studio, Lines(file.request, file.table.path)), limit


async def run(
    settings: Settings, file: BatchFile, waits: bool, view: View, interruptions: Interruptions
) -> Begun:
    """Uploads the file, starts its batch or attaches to it, and returns once its price is known, or, where
    somebody `waits`, once it has ended. Raises `FilmFailed` for what was not admitted, `Detached` where the
    terminal left."""
    view.say("Starting the servers")
    async with open_session(settings) as session:
        interruptions.before_exit = session.stack.abandon
        # Whoever admits it reads the file: only what is stored is started.
        batches = session.batches
        with leaving(interruptions, view, file.id):
            await batches.upload(file)
            batch = await batches.start(file.request)
            await host(session, waits)
            running = None if batch.started else await batches.request_of(batch)
            view.say("Reading, checking and pricing every line")
            progress = await _admitted(batch)
        if waits:
            watched = await watch_in(session, batch.id, view, interruptions)
            progress = await batch.progress()
        return Begun(
            batch=batch,
            progress=progress,
            differs=differences(file.request, running) if running else (),
            page=session.web_page(batch.id),
            ends=session.ends_servers,
            standins=stands_in(settings) and progress.most_usd > 0,
            watched=watched if waits else None,
        )


async def host(session: Session, works: bool) -> None:
    """Hosts all that a batch needs where it `works` on it; else only its workflow, and where nobody else
    does."""
    if works:
        await session.host()
    elif session.ends_servers:
        await session.host((STUDIO_QUEUE,))


async def _admitted(batch: Batch) -> BatchProgress:
    """How it stands once every line has been looked at. Raises `FilmFailed` where it was not admitted, and
    `NoAnswer` where nobody works on it."""
    unanswered = 0
    while True:
        try:
            progress, unanswered = await batch.progress(), 0
        except NoAnswer:
            unanswered += 1
            if unanswered < _PATIENCE:
                await asyncio.sleep(_LOOK_EVERY_S)
                continue
            words = (
                f"{batch.id} has begun, and no worker answers for it: `reel batch show {batch.id}` asks again"
            )
            raise NoAnswer(words) from None
        if progress.status == "failed":
            await batch.result()
        if progress.items or progress.waits or progress.status not in ("planning", "rendering"):
            return progress
        await asyncio.sleep(_LOOK_EVERY_S)
