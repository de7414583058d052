"""`reel watch`: follows one production, several, or whatever a query finds, and tells a command of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.lists import Batch, Begun, Label, Status, User, Waits, apart, wanted_of
from starter.live import View
from starter.options import AsJson, Home, settings_of
from starter.outcome import FAILED, MADE, STOPPED, err, line, lines, print_json, run

if TYPE_CHECKING:
    from rich.console import Console

    from starter.finding import Wanted
    from starter.following import Followed

app = typer.Typer()


@app.command(
    epilog="Such as: reel watch film-kettle-3f9a2c · reel watch --waits any --exec 'python tell.py'",
)
def watch(
    films: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]…", help="Of anything made here; without any, all that run."),
    ] = None,
    command: Annotated[
        str | None,
        typer.Option(
            "--exec",
            metavar="CMD",
            help="Run this when one waits, has a new cut or ends, with the event in JSON on its stdin.",
        ),
    ] = None,
    status: Status = None,
    user: User = "",
    label: Label = None,
    waits: Waits = "",
    since: Begun = "",
    batch: Batch = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Follow films to their ends, working on them as well; Ctrl-C only leaves. Without an ID: all that run,
    or those that the options name, and what begins meanwhile, until Ctrl-C."""

    async def watched() -> int:
        asked = wanted_of(status, user, label, waits, since, batch)
        ids = tuple(dict.fromkeys(films or ()))
        if ids and asked != wanted_of(None, "", None, "", "", ""):
            raise InvalidAnswer("name films, or say which by options; not both")
        if len(ids) == 1:
            return await _watch_one(home, ids[0], command, as_json)
        return await _watch_many(home, ids, asked, command, as_json)

    run(watched, as_json)


def _console(command: str | None) -> Console:
    # What the command writes would tear a live view: line by line, then.
    return err if command is None else lines


async def _watch_one(home: str | None, id: str, command: str | None, as_json: bool) -> int:
    with interruptible() as interruptions, View(_console(command), quiet=as_json) as view:
        from starter import making
        from starter.following import Followed
        from starter.telling import words_of

        words = words_of(command) if command is not None else ()
        interruptions.say = view.say
        watched = await making.watch(settings_of(home, id), id, view, interruptions, words)
        followed = Followed(id, watched.status, watched.delivered, watched.whole)
    if as_json:
        print_json(_told(followed))
        return _code([followed])
    return _ended([followed])


async def _watch_many(
    home: str | None, ids: Sequence[str], wanted: Wanted, command: str | None, as_json: bool
) -> int:
    from starter.crowd import Crowd

    with interruptible() as interruptions, Crowd(_console(command), quiet=as_json) as crowd:
        from starter.following import Following
        from starter.session import open_session
        from starter.telling import words_of

        words = words_of(command) if command is not None else ()
        interruptions.say = crowd.say
        async with open_session(settings_of(home)) as session:
            interruptions.before_exit = session.stack.abandon
            following = Following(session, crowd, words)
            if not ids:
                await following.all(await apart(session, wanted))
            followed = await following.these(ids)
    if as_json:
        print_json([_told(one) for one in followed])
        return _code(followed)
    return _ended(followed)


def _ended(followed: Sequence[Followed]) -> int:
    for one in followed:
        partial = ", partial" if one.status == "completed" and not one.whole else ""
        line(f"{one.id} {one.status}{partial} {one.delivered or ''}".rstrip())
    return _code(followed)


def _code(followed: Sequence[Followed]) -> int:
    """Of all of them that of the worst."""
    if any(one.status in ("failed", "canceled") for one in followed):
        return FAILED
    return MADE if all(one.status == "completed" and one.whole for one in followed) else STOPPED


def _told(one: Followed) -> dict[str, Any]:
    return {
        "id": one.id,
        "status": one.status,
        "delivered": one.delivered,
        "whole": one.whole,
        "error": one.why,
    }
