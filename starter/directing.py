"""What becomes of a film that a person directs from a terminal: answered where it runs, begun again and
followed where it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starter.errors import CannotUpgrade, FilmEnded, InDoubt, NoSuchShot, NoSuchVersion, NotWaiting
from starter.films import Film
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.keeping import Keeping, Memory
from starter.live import View
from starter.making import Ending, ending_of, follow, leaving
from starter.productions import adds
from starter.run import Run
from starter.session import Session
from starter.waits import fills_of
from workflows.film import RUNGS
from workflows.studio import Progress, RowProgress


@dataclass(frozen=True)
class Decision:
    """What a person has decided about a film: the name of an update, and what it is sent. `output` is as for
    every film."""

    film: str
    name: str
    value: Mapping[str, object]
    output: str | None = None


@dataclass(frozen=True)
class Answer:
    """In words; with how the film ended where it was begun again for it."""

    words: str
    ending: Ending | None = None


async def direct(session: Session, decision: Decision, view: View, interruptions: Interruptions) -> Answer:
    """Raises what `Film.retake` raises, `InvalidRequest` for an output that cannot be written, and what
    following a film raises."""
    try:
        return Answer(await session.decide(decision.film, lambda run: _sent(session, run, decision)))
    except FilmEnded as error:
        if isinstance(error, InDoubt) and adds(decision.name, decision.value):
            raise
        if decision.name == "set_budget" and not await _lacks_money(session, decision.film):
            # Nobody asked for another run: what was stopped stays so.
            raise
    film, memory = session.films.film(decision.film), Memory(session.settings.home, decision.film)
    place = memory.again(decision.output)
    # Before it begins again: what it refuses then has begun a run for nothing.
    check(await session.progress(film), decision)
    await session.host()
    keeping = Keeping(memory, place, session.studio.store.get_file, view.say)
    return await _begun(session, film, decision, keeping, view, interruptions)


async def _lacks_money(session: Session, id: str) -> bool:
    """Whether it ended for want of it."""
    progress = await session.progress(await session.productions.find(id))
    return any(fill.startswith("reel budget ") for fill in fills_of(progress))


async def _sent(session: Session, run: Run[Any], decision: Decision) -> str:
    if session.ends_servers and (await run.progress()).status == "planning":
        # It answers once it knows its shots, and nobody else here plans it.
        await session.host()
    return await run.update(decision.name, decision.value)


async def _begun(
    session: Session,
    film: Film,
    decision: Decision,
    keeping: Keeping,
    view: View,
    interruptions: Interruptions,
) -> Answer:
    """Begins another run, and follows it as `reel make` follows a film."""
    stop = asyncio.Event()
    interruptions.on_interrupt = stop.set
    runs: list[Run[Any]] = []
    words, refusal = "", None
    with leaving(interruptions, view, film.id):
        try:
            words, _ = await session.productions.ask(film, decision.name, decision.value, runs.append)
            view.say(words)
        except NotWaiting as error:
            if not (runs and runs[0].started):
                raise
            # The run that it began is nobody's else: it finds what is there, and ends.
            refusal = error
        begun = Film.of(runs[0] if runs else film, session.productions)
        result = await follow(session, begun, view, interruptions, stop, keeping)
    interruptions.ending()
    path = await keeping.end(result.video)
    if refusal is not None:
        raise refusal
    standins = stands_in(session.settings) and result.spent_usd > 0
    return Answer(words, ending_of(session, film.id, result, path, standins))


def check(progress: Progress, decision: Decision) -> None:
    """Raises what a film would answer that stands like this; nothing where it has no plan yet."""
    rows = progress.beats
    if not rows:
        return
    shot, shots = decision.value.get("shot"), decision.value.get("shots")
    named = [_named(rows, one) for one in ([shot] if shot else shots if isinstance(shots, Sequence) else [])]
    if decision.name == "use":
        _is_there(named[0], str(decision.value["version"]))
    if decision.name == "upgrade":
        _is_below(named or rows, str(decision.value.get("profile", "draft")))


def _named(rows: Sequence[RowProgress], shot: object) -> RowProgress:
    known = {str(number): row for number, row in enumerate(rows, 1)} | {row.id: row for row in rows}
    if str(shot) not in known:
        raise NoSuchShot(f"there is no shot {shot}; there are {', '.join(row.id for row in rows)}")
    return known[str(shot)]


def _is_there(row: RowProgress, version: str) -> None:
    there = {"animatic-1", *(one.name for one in row.versions if one.state == "finished")}
    if version not in there and version not in {name.rpartition("-")[0] for name in there}:
        raise NoSuchVersion(f"{row.id} has no finished version {version}; it has {', '.join(sorted(there))}")


def _is_below(rows: Sequence[RowProgress], profile: str) -> None:
    """Whether any of them stands lower, or does not show what is wanted: that is tried again."""
    ranks: Mapping[str, int] = {rung: rank for rank, rung in enumerate(RUNGS)}
    for row in rows:
        if row.wanted is None or row.why or ranks[row.wanted.name.rpartition("-")[0]] < ranks[profile]:
            return
    raise CannotUpgrade(f"no shot stands below {profile}: `reel retake` makes another take")
