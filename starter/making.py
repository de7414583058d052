"""One film from its brief to its file, in a terminal that may be interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from temporalio.client import WorkflowExecutionStatus

from infra.settings import Settings
from starter.brief import Brief
from starter.checks import check_cast, check_film, check_length
from starter.errors import Away, Detached, FilmEnded, FilmFailed, NoAnswer, NoSuchFilm
from starter.films import Film, differences
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.keeping import Keeping, Memory
from starter.live import Page, View
from starter.owners import Ownership
from starter.photos import upload
from starter.run import Run
from starter.session import Session, open_session
from starter.telling import Telling, telling
from workflows.film import FILM, VideoResult, is_paid
from workflows.studio import AnyOutcome

# A stop that finds the server restarting is sent again until it is heard.
_AWAY_S = 0.5


@dataclass(frozen=True)
class Ending:
    """How a film ended; `path` is its file, None where it was stopped; `page` its page in the Web UI, which
    `page_lives` or ends with the command; `standins` where these were paid for it."""

    film_id: str
    result: VideoResult
    path: Path | None
    page: str | None
    page_lives: bool
    standins: bool


async def make(settings: Settings, brief: Brief, view: View, interruptions: Interruptions) -> Ending:
    """Starts the film or attaches to it, follows it to its end and writes its file.

    Raises `InvalidRequest` for models and images that cannot make it, `Detached` where the terminal left, and
    what `open_session`, `Films.start` and `save` raise.
    """
    check_length(brief.request, settings)
    check_cast(brief.request, settings)
    view.say("Starting the servers")
    async with open_session(settings) as session:
        return await make_in(session, brief, view, interruptions)


async def make_in(session: Session, brief: Brief, view: View, interruptions: Interruptions) -> Ending:
    """The same in a session that is open."""
    interruptions.before_exit = session.stack.abandon
    brief = brief.named(await session.productions.name_of(FILM, brief.request, brief.film_id))
    await session.host()
    await check_film(session, brief.request, brief.film_id)
    memory = Memory(session.settings.home, brief.film_id)
    keeping = Keeping(memory, memory.place(brief.place), session.studio.store.get_file, view.say)
    result = await _make(session, brief, view, interruptions, keeping)
    interruptions.ending()
    path = await keeping.end(result.video)
    standins = stands_in(session.settings) and is_paid(brief.request)
    return ending_of(session, brief.film_id, result, path, standins)


def ending_of(session: Session, id: str, result: VideoResult, path: Path | None, standins: bool) -> Ending:
    return Ending(id, result, path, session.web_page(id), not session.ends_servers, standins)


class Watched(NamedTuple):
    """How a production of any kind ended; `delivered` is an object's key, `whole` whether it is all there."""

    status: str
    delivered: str | None
    whole: bool


async def watch(
    settings: Settings, id: str, view: View, interruptions: Interruptions, command: Sequence[str] = ()
) -> Watched:
    """Follows a production of any kind to its end, working on it as long as it runs; tells the `command` of
    what `notify` tells of. Raises `NoSuchFilm`, `FilmFailed`."""
    view.say("Starting the servers")
    async with open_session(settings) as session:
        interruptions.before_exit = session.stack.abandon
        return await watch_in(session, id, view, interruptions, command)


async def watch_in(
    session: Session, id: str, view: View, interruptions: Interruptions, command: Sequence[str] = ()
) -> Watched:
    """The same in a session that is open."""
    run = await session.productions.find(id)
    async with telling(run, command, view.say) if command else nullcontext() as told:
        if (await run.describe()).status == WorkflowExecutionStatus.RUNNING:
            await session.host()
            page = Page(id, session.web_page(id), run.production, stands_in(session.settings))
            view.follow(page, owns=False)
            with leaving(interruptions, view, id):
                result = await followed(run, view, asyncio.Event(), hears=told)
        else:
            result = await run.result()
        if told:
            told.ended(result)
    return Watched(result.status, run.production.delivered(result), getattr(result, "whole", True))


async def _make(
    session: Session, brief: Brief, view: View, interruptions: Interruptions, keeping: Keeping
) -> VideoResult:
    # From here on there may be a film: Ctrl-C has to stop it, not to leave it behind.
    stop = asyncio.Event()
    interruptions.on_interrupt = stop.set
    with leaving(interruptions, view, brief.film_id):
        for photo in brief.photos.values():
            await upload(session.studio.store, photo)
        film = await session.films.start(brief.request, brief.film_id)
        if not film.started and await _is_stopping(film):
            view.say(f"{film.id} is still being stopped: waiting, to resume it")
            with suppress(FilmFailed):
                await film.result()
            film = await session.films.start(brief.request, brief.film_id)
        return await follow(session, film, view, interruptions, stop, keeping, brief)


async def follow(
    session: Session,
    film: Film,
    view: View,
    interruptions: Interruptions,
    stop: asyncio.Event,
    keeping: Keeping,
    brief: Brief | None = None,
) -> VideoResult:
    """Follows a film to its end, and keeps its newest cut. Where this terminal owns it, `stop` stops it, else
    Ctrl-C only leaves. `brief` is what it was asked for by this very command, if it was."""
    owner = Ownership(session.settings.home, film.id)
    owns = await _owns(owner, film)
    page = Page(film.id, session.web_page(film.id), film.production, stands_in(session.settings))
    view.follow(page, owns, keeping.cut_before)
    if owns and brief is None:
        page.hint = f"Ctrl-C stops the {page.kind.noun}; its `reel make` command goes on with it"
    if brief is not None and not film.started:
        await _tell_differences(session, film, brief, view)
    if not owns:
        interruptions.on_interrupt = interruptions.leave
        if stop.is_set():
            interruptions.leave()
    return await followed(film, view, stop, keeping)


@contextmanager
def leaving(interruptions: Interruptions, view: View, film_id: str) -> Iterator[None]:
    """Turns the cancellation of a command that leaves its film into `Detached`."""
    try:
        yield
    except asyncio.CancelledError:
        if not interruptions.left:
            raise
        view.say("Leaving: what runs here may end first")
        raise Detached(film_id) from None


async def _is_stopping(film: Film) -> bool:
    """Somebody stopped it and did not wait, or died waiting: whoever asks for it again wants it resumed."""
    with suppress(NoAnswer, NoSuchFilm):
        return (await film.progress()).status == "stopping"
    return False


async def _owns(owner: Ownership, film: Film) -> bool:
    if film.started:
        return owner.start(film.handle.first_execution_run_id or "")
    with suppress(NoSuchFilm):
        return owner.inherit((await film.describe()).run_id)
    return False


async def _tell_differences(session: Session, film: Film, brief: Brief, view: View) -> None:
    running = await session.films.request_of(film)
    differs = differences(brief.request, running) if running else ()
    said = f", with another {', '.join(differs)}" if differs else ""
    how = f" (`reel budget {film.id} USD` changes what it may cost)" if "budget_usd" in differs else ""
    view.say(f"{film.id} runs already{said}: following it{how}")


async def followed(
    run: Run[AnyOutcome],
    view: View,
    stop: asyncio.Event,
    keeping: Keeping | None = None,
    hears: Telling | None = None,
) -> AnyOutcome:
    """Shows it to its end; what `stop` is set for is stopped then. Raises as `Run.watch` and `Run.result`."""
    stopping = asyncio.create_task(_stop_when(stop, run))
    try:
        async for progress in run.watch():
            view.show(progress)
            if keeping is not None:
                keeping.show(progress)
            if hears is not None:
                hears.show(progress)
        result = await run.result()
        view.end(result.status)
        return result
    finally:
        stopping.cancel()
        if keeping is not None:
            await keeping.leave()


async def _stop_when(asked: asyncio.Event, run: Run[Any]) -> None:
    await asked.wait()
    while True:
        try:
            return await run.stop()
        except (FilmEnded, NoSuchFilm):
            return None
        except Away:
            await asyncio.sleep(_AWAY_S)
