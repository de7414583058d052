"""`reel schedule`: productions by the clock, made, looked at and steered."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from workflows.film import FILM
from workflows.studio import UnknownZone

if TYPE_CHECKING:
    from starter.schedules import Overlap, Schedules, Standing, Timing

app = typer.Typer(name="schedule", help="Make films by the clock.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name, such as morning.")]
_OVERLAPS = ("skip", "buffer-one", "allow-all", "cancel-other")
_SPAN = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# As in a workflow's id, a part of which it becomes.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)
# A request with the longest legal texts is far shorter.
_REQUEST_BYTES = 2_000_000


@app.command()
def create(
    name: Name,
    request: Annotated[Path, typer.Argument(metavar="REQUEST.json", help="What each run is asked for.")],
    cron: Annotated[
        list[str] | None, typer.Option(metavar="CRON", help='Such as "0 6 * * *"; may be repeated.')
    ] = None,
    every: Annotated[str | None, typer.Option(metavar="SPAN", help="Such as 6h, 30m or 1d.")] = None,
    time_zone: Annotated[str, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.")] = "UTC",
    jitter: Annotated[str | None, typer.Option(metavar="SPAN", help="Each up to so much later.")] = None,
    overlap: Annotated[
        str, typer.Option(metavar="POLICY", help=f"While a run goes on: {', '.join(_OVERLAPS)}.")
    ] = "skip",
    catch_up: Annotated[
        str, typer.Option(metavar="SPAN", help="Runs missed by so much are made up for.")
    ] = "10m",
    budget_per_run: Annotated[
        float | None, typer.Option(metavar="USD", help="What each run may cost in all.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a film again and again: its words may name ${date}, ${time} and ${run}."""

    def timing() -> Timing:
        from starter.schedules import Timing

        if bool(cron) == (every is not None):
            raise InvalidAnswer('Name either --cron, such as "0 6 * * *", or --every, such as 6h.')
        return Timing(
            cron=tuple(cron or ()),
            every=None if every is None else _span(every),
            time_zone=time_zone,
            jitter=None if jitter is None else _span(jitter),
            overlap=_overlap(overlap),
            catch_up=_span(catch_up),
        )

    async def created() -> int:
        from starter.schedules import request_for

        when, asked = timing(), _read(request, budget_per_run)
        try:
            said = request_for(FILM, asked, _named(name), when.time_zone)
        except UnknownZone as error:
            raise InvalidAnswer(f"{error}: name one such as Europe/Berlin.") from None
        return await _with(home, lambda schedules: schedules.create(name, FILM, said, when), name, as_json)

    run(created, as_json)


@app.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Show all schedules, and which of them waits for you."""

    async def listed() -> int:
        with interruptible():
            from starter.session import open_session

            async with open_session(settings_of(home)) as session:
                found = [one async for one in session.schedules.standings()]
        if as_json:
            print_json({"schedules": [_told(one) for one in found]})
            return MADE
        _print(found)
        return MADE

    run(listed, as_json)


@app.command()
def show(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Show when a schedule begins its next run, and how its last one stands."""

    async def shown() -> int:
        with interruptible():
            from starter.session import open_session

            async with open_session(settings_of(home)) as session:
                found = await session.schedules.show(name)
        if as_json:
            print_json(_told(found))
            return MADE
        _print([found])
        return MADE

    run(shown, as_json)


@app.command()
def pause(
    name: Name,
    note: Annotated[str, typer.Option(metavar="WORDS", help="Why, for others to read.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Begin no run until `resume`; runs that have begun go on."""
    run(lambda: _with(home, lambda schedules: schedules.pause(name, note), name, as_json), as_json)


@app.command()
def resume(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin runs again."""
    run(lambda: _with(home, lambda schedules: schedules.resume(name), name, as_json), as_json)


@app.command()
def trigger(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin a run now."""
    run(lambda: _with(home, lambda schedules: schedules.trigger(name), name, as_json), as_json)


@app.command()
def backfill(
    name: Name,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Such as 2026-11-01T00:00:00Z.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="The last moment that counts.")],
    overlap: Annotated[
        str, typer.Option(metavar="POLICY", help=f"While a run goes on: {', '.join(_OVERLAPS)}.")
    ] = "buffer-one",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Begin the runs of a time that has passed."""

    async def filled() -> int:
        span, policy = (_time(start), _time(end)), _overlap(overlap)
        return await _with(home, lambda schedules: schedules.backfill(name, *span, policy), name, as_json)

    run(filled, as_json)


@app.command()
def delete(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Begin no run any more; runs that have begun go on."""

    async def deleted() -> int:
        with interruptible():
            from starter.session import open_session

            async with open_session(settings_of(home)) as session:
                await session.schedules.delete(name)
        if as_json:
            print_json({"name": name, "deleted": True})
        else:
            line(f"{name} is deleted.")
        return MADE

    run(deleted, as_json)


async def _with(
    home: str | None, call: Callable[[Schedules], Awaitable[None]], name: str, as_json: bool
) -> int:
    """Does it, then says how the schedule stands."""
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home)) as session:
            await call(session.schedules)
            found, ends = await session.schedules.show(name), session.ends_servers
    if as_json:
        print_json(_told(found))
        return MADE
    _print([found])
    if ends:
        line("Its runs begin while `reel up` or a worker runs here.")
    return MADE


def _told(one: Standing) -> dict[str, Any]:
    return {**one._asdict(), "next": one.next and one.next.isoformat()}


def _print(found: list[Standing]) -> None:
    if not found:
        line("There are no schedules here.")
        return
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Schedule", "Makes", "Next run", "Last run", "State"):
        rows.add_column(head, no_wrap=head == "Schedule", overflow="fold")
    for one in found:
        next_run = one.next.astimezone().strftime("%Y-%m-%d %H:%M") if one.next and not one.paused else ""
        state = f"waits for {one.waits}" if one.waits else "paused" if one.paused else ""
        words = ": ".join(filter(None, (state, one.note)))
        rows.add_row(plain(one.name), f"a {one.noun}", next_run, plain(one.last or ""), plain(words))
    out.print(rows, highlight=False)


# ---- what was typed ------------------------------------------------------------------------------


def _named(typed: str) -> str:
    if not _NAME.fullmatch(typed):
        raise InvalidAnswer(f"{typed[:40]} is no name: take letters, digits, -, _ and ., up to 100")
    return typed


def _span(typed: str) -> timedelta:
    found = _SPAN.fullmatch(typed.strip())
    if found is None or int(found[1]) == 0:
        raise InvalidAnswer(f"{typed[:40]} is no span of time: write it as 30m, 6h or 1d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _time(typed: str) -> datetime:
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise InvalidAnswer(f"{typed[:40]} is no time: write it as 2026-11-01T00:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _overlap(typed: str) -> Overlap:
    from starter.schedules import OVERLAPS

    found = next((one for one in OVERLAPS if one == typed), None)
    if found is None:
        raise InvalidAnswer(f"{typed[:40]} is no policy: name one of {', '.join(_OVERLAPS)}")
    return found


def _read(path: Path, budget: float | None) -> bytes:
    """The request in a file. Raises `InvalidAnswer` where it cannot be read; what is in it is told later."""
    try:
        if path.stat().st_size > _REQUEST_BYTES:
            raise InvalidAnswer(f"{path} is no request: it has more than {_REQUEST_BYTES:,} bytes")
        data = path.read_bytes()
        said = json.loads(data.decode("utf-8-sig")) if budget is not None else None
    except OSError as error:
        raise InvalidAnswer(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        return data
    return json.dumps({**said, "budget_usd": budget}).encode() if isinstance(said, dict) else data
