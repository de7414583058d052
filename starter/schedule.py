"""`reel schedule`: productions by the clock, made, looked at and steered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from starter import timetable, typed_times
from starter.interrupts import interruptible
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, print_json, run

if TYPE_CHECKING:
    # Slow imports, for commands that ask no server.
    from starter.schedules import Schedules
    from starter.session import Session

T = TypeVar("T")
app = typer.Typer(
    name="schedule", help="Make films, and whatever else is made here, by the clock.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name, such as morning.")]
_POLICY = f"While a run goes on: {', '.join(typed_times.OVERLAPS)}."


@app.command(
    epilog='Example: reel schedule create morning film.json --cron "0 6 * * *" --time-zone Europe/Berlin'
)
def create(
    name: Name,
    request: Annotated[Path, typer.Argument(metavar="REQUEST.json", help="What each run is asked for.")],
    cron: Annotated[
        list[str] | None, typer.Option(metavar="CRON", help='Such as "0 6 * * *"; repeatable.')
    ] = None,
    every: Annotated[str | None, typer.Option(metavar="SPAN", help="Such as 6h, 30m or 1d.")] = None,
    time_zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Of --cron, and of ${date} and ${time}.")
    ] = "UTC",
    jitter: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Begin each up to so much later, by chance.")
    ] = None,
    overlap: Annotated[str, typer.Option(metavar="POLICY", help=_POLICY)] = "skip",
    catch_up: Annotated[
        str, typer.Option(metavar="SPAN", help="How late a run that was missed still begins.")
    ] = "10m",
    budget_per_run: Annotated[
        str | None, typer.Option(metavar="USD", help="What each run may cost in all.")
    ] = None,
    production: Annotated[str, typer.Option(metavar="KIND", help="What each run makes.")] = "film",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make something again and again. Words of the request may say ${date}, ${time} and ${run}, and its take
    "each_run", so that each run makes something new."""

    async def created() -> int:
        # All of it is looked at before any server is started.
        asked = typed_times.read(request)
        when = typed_times.timing(cron or (), every, time_zone, jitter, overlap, catch_up)
        kind = typed_times.production_of(production)
        said = typed_times.request(kind, asked, name, time_zone, budget_per_run)
        return await _steered(home, lambda schedules: schedules.create(name, kind, said, when), name, as_json)

    run(created, as_json)


@app.command("list", epilog="Example: reel schedule list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Show all schedules, and which of them waits for you."""

    async def listed(session: Session) -> Any:
        return [one async for one in session.schedules.standings()]

    run(lambda: _done(home, listed, as_json, timetable.print_all, _all_json), as_json)


@app.command(epilog="Example: reel schedule show morning")
def show(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Show the next runs of a schedule, how its last ones stand, and what answers those that wait."""
    run(
        lambda: _done(
            home,
            lambda session: session.schedules.show(name),
            as_json,
            timetable.print_one,
            timetable.standing_json,
        ),
        as_json,
    )


@app.command(epilog='Example: reel schedule pause morning --note "until Monday"')
def pause(
    name: Name,
    note: Annotated[str, typer.Option(metavar="WORDS", help="Why, for others to read.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Begin no run until `resume`; runs that have begun go on."""
    run(lambda: _steered(home, lambda schedules: schedules.pause(name, note), name, as_json), as_json)


@app.command(epilog="Example: reel schedule resume morning")
def resume(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin runs again."""
    run(lambda: _steered(home, lambda schedules: schedules.resume(name), name, as_json), as_json)


@app.command(epilog="Example: reel schedule trigger morning")
def trigger(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin a run now, also of a schedule that is paused."""
    run(
        lambda: _done(
            home,
            lambda session: session.schedules.trigger(name),
            as_json,
            lambda what: timetable.print_triggered(name, what),
            lambda what: {"name": name, **what._asdict()},
            begins=True,
        ),
        as_json,
    )


@app.command(epilog="Example: reel schedule backfill morning --from 2026-11-01 --to 2026-11-03T12:00:00Z")
def backfill(
    name: Name,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Such as 2026-11-01T00:00:00Z.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="The last moment that counts.")],
    overlap: Annotated[str, typer.Option(metavar="POLICY", help=_POLICY)] = "buffer-all",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Begin the runs of a time that has passed, one after another. Times without a zone are UTC."""

    async def filled() -> int:
        first, last = typed_times.time(start, "from"), typed_times.time(end, "to")
        policy = typed_times.overlap_of(overlap)
        return await _done(
            home,
            lambda session: session.schedules.backfill(name, first, last, policy),
            as_json,
            lambda times: timetable.print_backfilled(name, times),
            lambda times: {"name": name, "times": [at.isoformat() for at in times]},
            begins=True,
        )

    run(filled, as_json)


@app.command(epilog="Example: reel schedule delete morning")
def delete(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin no run any more; runs that have begun go on."""
    run(
        lambda: _done(
            home,
            lambda session: session.schedules.delete(name),
            as_json,
            lambda _: line(f"{name} is deleted."),
            lambda _: {"name": name, "deleted": True},
        ),
        as_json,
    )


async def _done(
    home: str | None,
    ask: Callable[[Session], Awaitable[T]],
    as_json: bool,
    told: Callable[[T], None],
    in_json: Callable[[T], dict[str, Any]],
    begins: bool = False,
) -> int:
    """Asks the servers, then tells a person or a program what they said."""
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home)) as session:
            answer, ends = await ask(session), session.ends_servers
    if as_json:
        print_json(in_json(answer))
        return MADE
    told(answer)
    if begins and ends:
        line("Runs begin, and go on, while `reel up` or a worker runs here.")
    return MADE


async def _steered(
    home: str | None, call: Callable[[Schedules], Awaitable[None]], name: str, as_json: bool
) -> int:
    """Does it, then tells how the schedule stands."""

    async def steered(session: Session) -> Any:
        await call(session.schedules)
        return await session.schedules.show(name)

    return await _done(home, steered, as_json, timetable.print_one, timetable.standing_json, begins=True)


def _all_json(found: Sequence[Any]) -> dict[str, Any]:
    return {"schedules": [timetable.standing_json(one) for one in found]}
