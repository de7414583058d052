"""`reel report`: what a film was, on one page that can be handed on, with the film beside it."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.interrupts import interruptible
from starter.live import STANDINS
from starter.options import AsJson, FilmId, Home, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.studio import usd

if TYPE_CHECKING:
    from starter.reported import Reported, Sum

app = typer.Typer()


@app.command(epilog="Example: reel report film-ceramic-coffee-mug-3f9a2c reports/ --open")
def report(
    film: FilmId,
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
        from starter.homes import stands_in
        from starter.pages import write_page
        from starter.place import Place, place_for, save
        from starter.report_page import OURS, page
        from starter.reported import reported
        from starter.session import open_session

        settings = settings_of(home, id)
        base = place_for(f"{output or '.'}/", id).path.with_suffix("")
        async with open_session(settings) as session:
            told, film = await reported(session, id), None
            standins = bool(told.bought) and stands_in(settings)
            if told.film.film is not None:
                place = Place(base.with_name(f"{base.name}-cut-{told.film.progress.cut}.mp4"), exact=False)
                film = await save(place, told.film.film, session.studio.store.get_file)
    written = write_page(base, "report", page(told, film.name if film else None, standins), OURS)
    if as_json:
        print_json(_as_json(told, written, film, standins))
        return MADE
    if opens:
        webbrowser.open(written.resolve().as_uri())
    line(str(written))
    if told.bought:
        line(f"{told.total.jobs} jobs, {usd(told.total.spent)}; estimated at {usd(told.total.estimated)}")
    if standins:
        line(f"! {STANDINS}")
    return MADE


def _as_json(told: Reported, page: Path, film: Path | None, standins: bool) -> dict[str, Any]:
    return {
        "id": told.film.id,
        "page": str(page),
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
