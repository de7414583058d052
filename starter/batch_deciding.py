"""What a person decides about a batch, sent from a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.settings import Settings
from starter.answering import answered
from starter.batch_running import code_of, host
from starter.batch_standing import progress_of
from starter.batches import Batch
from starter.errors import FilmEnded, NotWaiting
from starter.interrupts import Interruptions
from starter.live import View
from starter.making import watch_in
from starter.outcome import line, print_json
from starter.run import Run
from starter.session import Session, open_session
from workflows.batch import MEANT, BatchResult

# What an update is about: where there is none of it, a batch that has ended would begin again for nothing.
_MEANT: Mapping[str, tuple[Sequence[str], str]] = {
    "approve": MEANT["approve"],
    "retry": MEANT["retry"],
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
        if not waits:
            return await answered(session, id, words, as_json, run.started)
        watched = await watch_in(session, id, view, interruptions)
    if as_json:
        ended = {"status": watched.status, "whole": watched.whole}
        print_json({"id": id, "answer": words, "started": run.started, "now": "", **ended})
    else:
        line(f"{id}: {words}")
        line(f"{watched.status} {watched.delivered or ''}".rstrip())
    return code_of(watched)


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
