"""`reel report`: what a film, a pipeline or a batch was, on one page that can be handed on, with what it
delivered beside it."""

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
from workflows.pipeline import PIPELINE
from workflows.studio import Progress, usd

if TYPE_CHECKING:
    from activities.studio import Reported, Sum
    from starter.run import Run
    from starter.session import Session

#: Where the page lies; what a program is told beside that, and what a person is.
_Written = tuple[Path, dict[str, Any], list[str]]

app = typer.Typer()


@app.command(epilog="Example: reel report film-ceramic-coffee-mug-3f9a2c reports/ --open")
def report(
    film: AnyId,
    output: Annotated[
        str | None,
        typer.Argument(metavar="[FOLDER]", help="Where page and film go; default here."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a page of what was made: its shots or steps, what ran when, what each step cost."""
    run(lambda: _report(home, film, output, open_, as_json), as_json)


async def _report(home: str | None, id: str, output: str | None, opens: bool, as_json: bool) -> int:
    with interruptible():
        from starter.place import place_for
        from starter.session import open_session

        settings = settings_of(home, id)
        base = place_for(f"{output or '.'}/", id).path.with_suffix("")
        async with open_session(settings) as session:
            found = await session.productions.find(id)
            write = _WRITERS.get(found.production.workflow, _of_a_film)
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
    from starter.pages import write_page
    from starter.reported import reported

    told = await reported(session, run)
    film = await _beside(session, base.with_name(f"{base.name}-cut-{told.progress.cut}.mp4"), told.progress)
    standins = _stands_in(session, told)
    written = write_page(base, "report", page(told, film.name if film else None, standins), A_REPORT)
    return written, {"video": str(film) if film else None, **_as_json(told, standins)}, _lines(told, standins)


async def _of_a_pipeline(session: Session, run: Run[Any], base: Path) -> _Written:
    from activities.pipeline import page
    from activities.studio import A_REPORT
    from starter.pages import write_page
    from starter.reported import reported_pipeline

    told = await reported_pipeline(session, run)
    made = Path(told.progress.delivered or "")
    output = await _beside(session, base.with_name(f"{base.name}-{made.name}"), told.progress)
    standins = _stands_in(session, told)
    written = write_page(base, "report", page(told, output.name if output else None, standins), A_REPORT)
    said = {"output": str(output) if output else None, **_as_json(told, standins)}
    return written, said, _lines(told, standins)


#: By the registered name of the workflow.
_WRITERS = {BATCH.workflow: _of_a_batch, PIPELINE.workflow: _of_a_pipeline}


async def _beside(session: Session, path: Path, progress: Progress) -> Path | None:
    """What was delivered, saved there. What was deleted since is told of all the same."""
    from starter.place import Place, save

    store = session.studio.store
    if progress.delivered is None or not await store.exists(progress.delivered):
        return None
    return await save(Place(path, exact=False), progress.delivered, store.get_file)


def _stands_in(session: Session, told: Reported) -> bool:
    from starter.homes import stands_in

    return bool(told.bought) and stands_in(session.settings)


def _lines(told: Reported, standins: bool) -> list[str]:
    total, lines = told.total, []
    if told.bought:
        jobs = "1 job" if total.jobs == 1 else f"{total.jobs} jobs"
        lines.append(f"{jobs}, {usd(total.spent)}; estimated at {usd(total.estimated)}")
    if standins:
        lines.append(f"! {STANDINS}")
    return lines


def _as_json(told: Reported, standins: bool) -> dict[str, Any]:
    return {
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
