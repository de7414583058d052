"""What a person decides about a batch, sent from a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from infra.settings import Settings
from starter.batch_running import host
from starter.batch_standing import progress_of
from starter.batches import Batch
from starter.errors import FilmEnded, NoAnswer, NotWaiting
from starter.interrupts import Interruptions
from starter.live import View
from starter.making import Watched, watch_in
from starter.outcome import MADE, STOPPED, line, print_json
from starter.run import Run
from starter.session import Session, open_session
from starter.waits import what_now
from workflows.batch import BatchResult

# What an update is about: where there is none of it, a batch that has ended would begin again for nothing.
_MEANT: Mapping[str, tuple[Sequence[str], str]] = {
    "approve": (("awaiting_review",), "waits for approval"),
    "retry": (("failed", "over_budget"), "has failed or come to its limit"),
    "set_budget": (("over_budget",), "lacks money"),
}


async def decide(
    settings: Settings,
    id: str,
    name: str,
    value: Mapping[str, object],
    waits: bool,
    view: View,
    interruptions: Interruptions,
    as_json: bool,
) -> int:
    """Sends the update; a batch that has ended begins another run with it, and is followed to its end where
    somebody `waits`. Returns the exit code."""
    view.say("Starting the servers")
    async with open_session(settings) as session:
        interruptions.before_exit = session.stack.abandon
        batch = session.batches.batch(id)
        await batch.describe()
        await host(session, waits)
        words, run = await decided(session, batch, name, value)
        view.say(words)
        watched = await watch_in(session, id, view, interruptions) if waits else None
        now = "" if watched else await _now(session, batch)
    if as_json:
        ended = {"status": watched.status, "whole": watched.whole} if watched else {}
        print_json({"id": id, "answer": words, "started": run.started, "now": now, **ended})
    else:
        line(f"{id}: {words}")
        if said := _ended(watched) if watched else now:
            line(said)
    return code_of(watched) if watched else MADE


async def decided(
    session: Session, batch: Batch, name: str, value: Mapping[str, object], ended: FilmEnded | None = None
) -> tuple[str, Run[BatchResult]]:
    """The answer, and the run that gave it; one that had ended begins again where that makes anything. Raises
    `NotWaiting`, or `ended`, where it does not, and what `Batch.retry` raises."""
    # An update waits for a worker without end: whether one answers is asked before.
    progress, (states, what) = await progress_of(session, batch), _MEANT.get(name, ((), ""))
    has_ended = progress.status not in ("planning", "rendering", "stopping")
    if has_ended and not sum(getattr(progress.counts, state) for state in states):
        raise ended or NotWaiting(f"no item {what}")
    return await session.productions.ask(batch, name, value)


def code_of(watched: Watched) -> int:
    """Made is what came to what was asked for, item by item."""
    return MADE if watched.status == "completed" and watched.whole else STOPPED


async def _now(session: Session, batch: Batch) -> str:
    with suppress(NoAnswer):
        return what_now(batch.id, await progress_of(session, batch), worked_on=not session.ends_servers)
    return ""


def _ended(watched: Watched) -> str:
    return f"{watched.status} {watched.delivered or ''}".rstrip()
