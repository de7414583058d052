"""`reel review`: what there is of a film on one page, to be decided about. The newest cut is saved beside the
page, not linked: a link to a private bucket ends within the hour, and a person may take a weekend."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from starter.interrupts import interruptible
from starter.live import STANDINS, plain
from starter.options import AsJson, Directable, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from workflows.studio import usd

if TYPE_CHECKING:
    from starter.reviewed import Reviewed, ReviewedShot

app = typer.Typer()
_PIPELINE = "PipelineWorkflow"


@app.command()
def review(
    film: Directable,
    output: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where the page and the film go; default here.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a page with all there is of a film or a pipeline, its prices and the commands to answer with."""
    run(lambda: _review(home, film, output, open_, as_json), as_json)


async def _review(home: str | None, id: str, output: str | None, opens: bool, as_json: bool) -> int:
    with interruptible():
        from starter.homes import stands_in
        from starter.pages import write_page
        from starter.place import Place, place_for, save
        from starter.review_page import OURS, page
        from starter.reviewed import reviewed
        from starter.session import open_session

        settings = settings_of(home, id)
        base = place_for(f"{output or '.'}/", id).path.with_suffix("")
        async with open_session(settings) as session:
            run = await session.productions.find(id)
            if run.production.workflow == _PIPELINE:
                from starter import pipeline_review

                return await pipeline_review.write(session, run, base, opens, as_json)
            told, film = await reviewed(session, id), None
            standins = told.progress.budget_usd is not None and stands_in(settings)
            if told.film is not None:
                place = Place(base.with_name(f"{base.name}-cut-{told.progress.cut}.mp4"), exact=False)
                film = await save(place, told.film, session.studio.store.get_file)
    written = write_page(base, "review", page(told, film.name if film else None, standins), OURS)
    if as_json:
        print_json(_as_json(told, written, film, standins))
    elif opens:
        webbrowser.open(written.resolve().as_uri())
        line(str(written))
    else:
        _print(told, written, film, standins)
    return MADE


def _as_json(told: Reviewed, page: Path, film: Path | None, standins: bool) -> dict[str, Any]:
    progress = told.progress.model_dump(mode="json", include={"status", "title", "cut", "waits", "warnings"})
    return {
        "id": told.id,
        **progress,
        "standins": standins,
        "page": str(page),
        "video": str(film) if film else None,
        "sheets": [{"name": one.name, "looks": one.looks, "drawn": one.is_drawn} for one in told.sheets],
        "shots": [_shot(told.id, shot) for shot in told.shots],
    }


def _shot(id: str, shot: ReviewedShot) -> dict[str, Any]:
    from starter.review_page import commands_of

    row = shot.row.model_dump(mode="json", include={"id", "title", "seconds", "camera", "versions", "why"})
    return {
        "number": shot.number,
        **row,
        "words": shot.words,
        "approval_usd": None if shot.asks_usd is None else str(shot.asks_usd),
        "prices_usd": {rung: str(price) for rung, price in shot.prices.items()},
        "commands": [command for command, _ in commands_of(id, shot)],
    }


def _print(told: Reviewed, page: Path, film: Path | None, standins: bool) -> None:
    from starter.waits import fills_of, ways_on

    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "Shot", "Seconds", "Shows", "Wanted", "To approve", "Words"):
        rows.add_column(
            name, overflow="fold", justify="right" if name in ("Seconds", "To approve") else "left"
        )
    for shot in told.shots:
        shown, wanted = shot.row.shown, shot.row.wanted
        price = "" if shot.asks_usd is None else usd(shot.asks_usd)
        names = (shown.name if shown else "", wanted.name if wanted else "")
        words = plain(shot.words if len(shot.words) <= 80 else f"{shot.words[:79]}…")
        rows.add_row(str(shot.number), plain(shot.row.id), str(shot.row.seconds), *names, price, words)
    out.print(rows, highlight=False)
    for sheet in told.sheets:
        line(f"{'Drawn' if sheet.is_drawn else 'Given'}  {plain(sheet.name)}: {plain(sheet.looks)}")
    for warning in told.progress.warnings:
        line(f"! {plain(warning)}")
    if standins:
        line(f"! {STANDINS}")
    for way in (*ways_on(told.id, told.progress), *fills_of(told.progress)):
        line(way)
    line(f"Page  {page}")
    if film:
        line(f"Film  {film}")
