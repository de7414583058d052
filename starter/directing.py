"""What becomes of a film that a person directs from a terminal: answered where it runs, begun again and
followed where it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from temporalio.exceptions import ApplicationError

from activities.film import refuse_edit
from activities.starting import adds
from starter import pipeline_directing
from starter.batch_deciding import decided
from starter.errors import FilmEnded, InDoubt, InvalidAnswer, NotWaiting
from starter.films import Film, check_film, film_request
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.keeping import Keeping, Memory
from starter.live import View
from starter.making import Ending, ending_of, follow, leaving
from starter.pipeline_running import Ran
from starter.refused import turned_down
from starter.run import Run
from starter.session import Session
from starter.waits import waiting_for, ways_on
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import DECIDE, PIPELINE
from workflows.studio import Production

#: What a film answers once it knows its shots.
_OF_SHOTS = frozenset({"retake", "use", "upgrade", "approve"})


@dataclass(frozen=True)
class Update:
    """What a person sends a film: the name of an update, and its value. `output` is as for every film."""

    film: str
    name: str
    value: Mapping[str, object]
    output: str | None = None


@dataclass(frozen=True)
class Answer:
    """In words; with how the film, or the pipeline, ended where it was begun again for it."""

    words: str
    ending: Ending | None = None
    ran: Ran | None = None


async def direct(session: Session, update: Update, view: View, interruptions: Interruptions) -> Answer:
    """Raises what `Film.retake` raises, `InvalidRequest` for an output that cannot be written, and what
    following a film raises."""
    run = await session.productions.find(update.film)
    update = as_sent(run.production, update)
    if update.name in FILM.updates.keys() - run.production.updates.keys():
        check_film(run)
    try:
        return Answer(await session.decide(update.film, lambda run: _sent(session, run, update, view)))
    except FilmEnded as error:
        if isinstance(error, InDoubt) and adds(update.name, update.value):
            raise
        ended = error
    if run.production is BATCH:
        batch = session.batches.batch(update.film)
        return Answer((await decided(session, batch, update.name, update.value, ended))[0])
    if run.production is PIPELINE and update.name in DECIDE:
        words, ran = await pipeline_directing.begun(
            session, run, update.name, update.value, view, interruptions
        )
        return Answer(words, ran=ran)
    if run.production is PIPELINE:
        # What ended before it was approved waits for that again, once it is run again.
        raise ended
    film, memory = session.films.film(update.film), Memory(session.settings.home, update.film)
    place = memory.again(update.output)
    # Before it begins again: what it refuses then has begun a run for nothing.
    progress = await session.progress(film)
    if update.name == "set_budget" and not progress.lacks_money:
        # Nobody asked for another run: what was stopped stays so.
        raise ended
    await _refuse(session, film, update)
    await session.host()
    keeping = Keeping(memory, place, session.studio.store.get_file, view.say, progress)
    return await _begun(session, film, update, keeping, view, interruptions)


def as_sent(production: Production[Any, Any], update: Update) -> Update:
    """The update in the words of its production: what a person calls shots is a pipeline's steps. Raises
    `InvalidAnswer` for what the other kind alone is sent."""
    if production is PIPELINE:
        return replace(update, value=pipeline_directing.as_sent(update.name, update.value))
    if "prompt" in update.value:
        raise InvalidAnswer("What a shot shows is the plan's: `--words` tells its models a note beside that.")
    if "model" in update.value:
        raise InvalidAnswer(
            "A shot's models are its rung's: `reel upgrade`, or `reel fork ID --set models.video=ID`."
        )
    if "keys" in update.value:
        raise InvalidAnswer("What is approved by its key is a pipeline's step: leave `--key` out.")
    return update


async def _refuse(session: Session, film: Film, update: Update) -> None:
    """Raises what the film would refuse for certain."""
    if update.name not in FILM.updates:
        return
    request, studio = await film_request(film, "directed"), await session.open_studio()
    try:
        await refuse_edit(studio, request, film.id, update.name, update.value)
    except ApplicationError as error:
        raise turned_down(error) from None


async def _sent(session: Session, run: Run[Any], update: Update, view: View) -> str:
    of_shots = update.name in _OF_SHOTS
    if (session.ends_servers or of_shots) and (progress := await run.progress()).status == "planning":
        # It answers once it knows its shots, and nobody else here plans it.
        if session.ends_servers:
            await session.host()
        # Where a person is asked about the plan, the film refuses it, and says what answers that.
        own = {wait.reason for wait in progress.waits} <= {"paused", "cap"}
        if of_shots and progress.waits and own and not progress.beats:
            view.say("It answers once it is planned, and waits for that:")
            for way in (waiting_for(progress), *ways_on(run.id, progress)):
                view.say(way)
    return await run.update(update.name, update.value)


async def _begun(
    session: Session,
    film: Film,
    update: Update,
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
            words, _ = await session.productions.ask(film, update.name, update.value, runs.append)
            view.say(words)
        except NotWaiting as error:
            if not (runs and runs[0].started):
                raise
            # The run that it began is nobody's else: it finds what is there, and ends.
            refusal = error
        begun = Film.of(runs[0] if runs else film, session.productions)
        if refusal is not None and (await begun.progress()).status == "planning":
            # Nor is the plan that it would wait for.
            with suppress(FilmEnded):
                await begun.stop()
        result = await follow(session, begun, view, interruptions, stop, keeping)
    interruptions.ending()
    path = await keeping.end(result.video)
    if refusal is not None:
        raise refusal
    standins = stands_in(session.settings) and result.spent_usd > 0
    return Answer(words, ending_of(session, film.id, result, path, standins))
