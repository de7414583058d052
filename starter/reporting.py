"""`reel report`: what a film or a batch was, on one page that can be handed on, with the film beside it."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.errors import NoSuchCut
from starter.interrupts import interruptible
from starter.live import STANDINS
from starter.options import AnyId, AsJson, Home, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.batch import BATCH
from workflows.studio import usd

if TYPE_CHECKING:
    from activities.film import Reported, Sum
    from starter.run import Run
    from starter.session import Session

#: Where the page lies; what a program is told beside that, and what a person is.
_Written = tuple[Path, dict[str, Any], list[str]]

app = typer.Typer()


@app.command(epilog="Example: reel report film-ceramic-coffee-mug-3f9a2c reports/ --open")
def report(
    film: AnyId,
    output: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="Where the page and the film go; default here.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a page of what a film was: its shots, what ran when, what each step cost."""
    run(lambda: _report(home, film, output, open_, as_json), as_json)


async def _report(home: str | None, id: str, output: str | None, opens: bool, as_json: bool) -> int:
    with interruptible():
        from starter.place import place_for
        from starter.session import open_session

        settings = settings_of(home, id)
        base = place_for(f"{output or '.'}/", id).path.with_suffix("")
        async with open_session(settings) as session:
            found = await session.productions.find(id)
            write = _of_a_batch if found.production is BATCH else _of_a_film
            page, told, lines = await write(session, found, base)
    if as_json:
        print_json({"id": id, "page": str(page), **told})
        return MADE
    if opens:
        webbrowser.open(page.resolve().as_uri())
    for each in (str(page), *lines):
        line(each)
    return MADE


async def _of_a_batch(session: Session, run: Run[Any], base: Path) -> _Written:
    """The page that its workers have written at its end."""
    from activities.studio import A_REPORT
    from starter.delivered import open_bucket
    from starter.pages import write_page

    key = (await session.progress(run)).report
    if key is None:
        say = f"`reel batch show {quote(run.id)}` tells how it stands"
        raise NoSuchCut(f"{run.id} is a batch, whose report is written when it has ended: {say}.")
    async with open_bucket(session):
        html = (await (await session.open_studio()).read(key)).decode()
    return write_page(base, "report", html, A_REPORT), {}, []


async def _of_a_film(session: Session, run: Run[Any], base: Path) -> _Written:
    from activities.film import page
    from activities.studio import A_REPORT
    from starter.homes import stands_in
    from starter.pages import write_page
    from starter.place import Place, save
    from starter.reported import reported

    told, film = await reported(session, run), None
    standins = bool(told.bought) and stands_in(session.settings)
    progress = told.progress
    store = session.studio.store
    # What was deleted since is told of all the same.
    if progress.delivered is not None and await store.exists(progress.delivered):
        place = Place(base.with_name(f"{base.name}-cut-{progress.cut}.mp4"), exact=False)
        film = await save(place, progress.delivered, store.get_file)
    written = write_page(base, "report", page(told, film.name if film else None, standins), A_REPORT)
    total, lines = told.total, []
    if told.bought:
        jobs = "1 job" if total.jobs == 1 else f"{total.jobs} jobs"
        lines.append(f"{jobs}, {usd(total.spent)}; estimated at {usd(total.estimated)}")
    if standins:
        lines.append(f"! {STANDINS}")
    return written, _as_json(told, film, standins), lines


def _as_json(told: Reported, film: Path | None, standins: bool) -> dict[str, Any]:
    return {
        "video": str(film) if film else None,
        "standins": standins,
        "by_model": [_sum(one) for one in told.by_model],
        "by_phase": [_sum(one) for one in told.by_phase],
        "total": _sum(told.total),
        "ran": [
            {
                "label": bar.label,
                "work": bar.work,
                "began": bar.began.isoformat(),
                "ended": bar.ended.isoformat() if bar.ended else None,
                "how": bar.how,
                "tries": bar.tries,
            }
            for bar in told.bars
        ],
    }


def _sum(one: Sum) -> dict[str, Any]:
    amounts = {"estimated_usd": one.estimated, "usd": one.spent, "in_doubt_usd": one.in_doubt}
    return {"name": one.name, "jobs": one.jobs, **{name: str(usd) for name, usd in amounts.items()}}
