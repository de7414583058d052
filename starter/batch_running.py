"""A batch from its file to its run: priced, or started and admitted, and followed where that is wanted; and
what a terminal and a program are told of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from shlex import quote
from typing import Any

from activities.batch import Lines
from infra.settings import Settings
from starter.batch_counts import counted, items_of
from starter.batch_file import AskedBatch
from starter.batch_prices import Prices, priced
from starter.batch_standing import commands, spent_words
from starter.batches import Batch, differences
from starter.errors import NoAnswer
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.live import STANDINS, View, plain
from starter.making import Watched, leaving, watch_in
from starter.outcome import MADE, STOPPED, line, print_json
from starter.session import Session, open_session
from starter.waits import ways_on
from workflows.batch import BATCH, BatchProgress
from workflows.studio import STUDIO_QUEUE, usd

# Admission looks at some hundred lines a second.
_LOOK_EVERY_S = 0.3
# A worker that has just begun, or is busy with others, answers the second time.
_PATIENCE = 3


@dataclass(frozen=True)
class BegunBatch:
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


async def prices_of(settings: Settings, file: AskedBatch) -> tuple[Prices, Decimal]:
    """What it would cost, and what it may. Raises `InvalidRequest`, and what `open_session` raises."""
    async with open_session(settings) as session:
        studio = await session.open_studio()
        limit = BATCH.budget_of(file.request, await studio.accounts.account(file.id))
        return await priced(studio, Lines(file.request, file.path)), limit


async def run(
    settings: Settings, file: AskedBatch, waits: bool, view: View, interruptions: Interruptions
) -> BegunBatch:
    """Uploads the file, starts its batch or attaches to it, and returns once its price is known, or, where
    somebody `waits`, once it has ended. Raises `FilmFailed` for what was not admitted, `Detached` where the
    terminal left."""
    view.say("Starting the servers")
    async with open_session(settings) as session:
        interruptions.before_exit = session.stack.abandon
        # Whoever admits it reads the file: only what is stored is started.
        batches = session.batches
        with leaving(interruptions, view, file.id):
            for put in file.puts:
                await put(await session.open_store())
            batch = await batches.start(file.request)
            await host(session, waits)
            running = None if batch.started else await batches.request_of(batch)
            view.say("Reading, checking and pricing every line")
            progress = await _admitted(batch)
        if waits:
            watched = await watch_in(session, batch.id, view, interruptions)
            progress = await batch.progress()
        return BegunBatch(
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


def print_begun(begun: BegunBatch, as_json: bool) -> int:
    """For a person or a program; returns the exit code."""
    if as_json:
        print_json(_json(begun))
    else:
        _print(begun)
    return code_of(begun.watched) if begun.watched else MADE


def code_of(watched: Watched) -> int:
    """Made is what came to what was asked for, item by item."""
    return MADE if watched.status == "completed" and watched.whole else STOPPED


def _json(begun: BegunBatch) -> dict[str, Any]:
    progress = begun.progress.model_dump(mode="json", exclude={"beats", "film_steps"})
    return {
        "id": begun.batch.id,
        "started": begun.batch.started,
        "differs": list(begun.differs),
        "web_ui": begun.page,
        **progress,
        "standins": begun.standins or begun.progress.standins,
        "whole": begun.watched.whole if begun.watched else None,
    }


def _print(begun: BegunBatch) -> None:
    id, progress = begun.batch.id, begun.progress
    line(id)
    if not begun.batch.started:
        differs = f", with another {', '.join(begun.differs)}" if begun.differs else ""
        line(f"It runs already{differs}.")
    line(f"{items_of(progress.items)}: {_price(begun)}")
    if begun.standins:
        line(f"! {STANDINS}")
    for wait in progress.waits:
        line(f"? waits for {plain(wait.words)}")
    for way in ways_on(id, progress):
        line(f"  {way}")
    if begun.watched:
        line(f"{begun.watched.status}: {counted(progress.counts)}")
        for command, why in commands(id, progress):
            line(f"  {command}  {why}")
    elif begun.ends:
        line(f"No worker runs here: `reel watch {quote(id)}` goes on with it, and so does `reel up`.")
    else:
        line(f"`reel batch show {quote(id)}` tells how it stands, `reel watch {quote(id)}` follows it.")
        if begun.page:
            line(begun.page)


def _price(begun: BegunBatch) -> str:
    progress = begun.progress
    if begun.watched and (progress.most_usd or progress.spent_usd):
        return spent_words(progress)
    if not progress.most_usd:
        return "free" if progress.budget_usd is None else "nothing more to pay"
    most = f", at most {usd(progress.most_usd)}" if progress.most_usd != progress.price_usd else ""
    limit = f", of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    return f"{usd(progress.price_usd)}{most}{limit}"
