"""The `reel` command.

Exit codes: 0 the film is made, or the command did what it says · 1 the film failed, or its file could not
be written · 2 the command line, the request, the plan, the photo or a setting cannot be used, or there is
no such film, shot or version · 3 the film was stopped, or is partial: some shots show less than was asked
for · 4 a server could not be started or reached · 130 left by Ctrl-C, SIGTERM or a closed terminal: the film
goes on elsewhere, or waits to be resumed.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from starter import (
    batch,
    caps,
    costs,
    deletion,
    doctor,
    export,
    fork,
    link,
    lists,
    models,
    pipeline,
    report,
    reporting,
    review,
    save,
    schedule,
    settings,
    setup,
    shots,
    steer,
    uploading,
    versions,
    watching,
)
from starter.asking import Typed, taking_a_film
from starter.brief import Brief
from starter.endings import told
from starter.interrupts import interruptible
from starter.live import Page, View
from starter.options import AnyId, AsJson, FilmFile, Home, settings_of
from starter.outcome import (
    INVALID,
    MADE,
    end,
    err,
    line,
    out,
    prepare_streams,
    print_json,
    refuse,
    run,
    unsaid,
)
from starter.waits import fills_of, updates_on, what_now
from workflows.film import FILM

# What only a running command needs (Temporal, boto3, OpenCV) is imported where it runs: that takes seconds,
# in which `--help`, `schema`, the answer to bad input and the first sign of life need not wait.
app = typer.Typer(
    name="reel",
    help="A film studio that runs as Temporal workflows.",
    epilog=" ".join((__doc__ or "").split("\n\n")[1].split()),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        line(f"reelwright {version('reelwright')}")
        end(MADE)


@app.callback()
def reel(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    # Its words are the app's own help.
    pass


@app.command()
@taking_a_film
def make(
    film: Typed,
    output: FilmFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what it would cost, and what is there already.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a film, resume it, or follow it where it runs already."""
    asked = film.brief(output, as_json=as_json)
    run(lambda: (_dry_run if dry_run else _make)(home, asked, as_json), as_json)


@app.command()
@taking_a_film
def plan(film: Typed, as_json: AsJson = False) -> None:
    """Print the plan that the rules would make, and start nothing."""
    asked = film.brief(as_json=as_json)
    run(lambda: _plan(asked, as_json), as_json)


async def _plan(asked: Brief, as_json: bool) -> int:
    from starter import planned

    made = planned.by_rules(asked.request)
    if as_json:
        print_json(planned.as_json(made))
    else:
        planned.table(out, made)
    return MADE


async def _dry_run(home: str | None, asked: Brief, as_json: bool) -> int:
    with interruptible():
        from starter import dry_run
        from starter.checks import check_cast
        from starter.homes import stands_in

        settings = settings_of(home)
        check_cast(asked.request, settings)
        name, estimate = await dry_run.estimate(settings, FILM.workflow, asked.request, asked.film_id)
        standins = estimate.paid and stands_in(settings)
    dry_run.tell(name, estimate, standins, as_json)
    return MADE


async def _make(home: str | None, asked: Brief, as_json: bool) -> int:
    with interruptible() as interruptions, View(err, quiet=as_json) as view:
        from starter import making

        interruptions.say = view.say
        ending = await making.make(settings_of(home), asked, view, interruptions)
    return told(ending, as_json)


@app.command()
def up(home: Home = None) -> None:
    """Run servers and workers until Ctrl-C, for films that are started from elsewhere."""
    run(lambda: _up(home))


async def _up(home: str | None) -> int:
    enough = asyncio.Event()
    with interruptible() as interruptions:
        err.print("Starting the servers …", highlight=False)
        from infra.embedded import others, warning
        from starter.finding import WAITING
        from starter.session import open_session

        async with open_session(settings_of(home)) as session:
            interruptions.before_exit = session.stack.abandon
            await session.host()
            line(f"Temporal  {session.stack.temporal_address}")
            line(f"          export TEMPORAL_ADDRESS={session.stack.temporal_address}")
            if session.stack.web_ui:
                line(f"Web UI    {session.stack.web_ui}")
                line(f"          {session.web_list(WAITING)}  what waits for a person")
                if names := others():
                    err.print(warning(names), style="yellow", markup=False, highlight=False)
            line(f"S3        {session.stack.s3.told}")
            if endpoint := await session.open_to_namespaces():
                line(f"Nexus     endpoint {endpoint}, for workflows of other namespaces")
            line("Workers run. Ctrl-C ends them.")
            interruptions.on_interrupt = interruptions.on_leave = enough.set
            await enough.wait()
            interruptions.ending()
    return MADE


@app.command()
def status(film: AnyId, home: Home = None, as_json: AsJson = False) -> None:
    """Show where a film, a pipeline or a batch stands."""
    run(lambda: _status(home, film, as_json), as_json)


async def _status(home: str | None, id: str, as_json: bool) -> int:
    with interruptible():
        from activities.starting import asked_json
        from starter.deleted import as_there, is_deleted
        from starter.errors import GONE
        from starter.homes import stands_in
        from starter.productions import request_of
        from starter.session import open_session

        settings = settings_of(home, id)
        async with open_session(settings) as session:
            found, link = await session.productions.find(id), session.web_page(id)
            progress, ends = await session.progress(found), session.ends_servers
            asked = asked_json(request) if (request := await request_of(found)) else None
            gone = await is_deleted(session, found, progress)
            if as_json:
                progress = await as_there(session, progress)
        page = Page(id, link, found.production, stands_in(settings))
    if as_json:
        standins = page.sells(progress)
        told = progress.model_dump(mode="json")
        print_json(
            {"id": id, "web_ui": link, **told, "standins": standins, "request": asked, "deleted": gone}
        )
    else:
        page.progress, page.elapsed = progress, progress.elapsed_s
        out.print(page)
        if gone:
            line(f"What it delivered {GONE}")
        for fill in fills_of(progress):
            line(f"  {fill}")
        if link and not out.is_terminal:
            line(link)
        if ends and link:
            report.page_is_gone(out, "The page")
        if ends and not progress.waits and (words := what_now(id, progress, worked_on=False)):
            line(words)
        if ways := updates_on(id, progress, found.production.workflow, asked):
            line("From any other client of Temporal's, such as its own:")
            for way in ways:
                line(f"  {way}")
    return MADE


@app.command()
def schema() -> None:
    """Print the JSON Schema of all that is sent and answered."""
    from starter.schema import published

    print_json(published())


app.add_typer(pipeline.app)
app.add_typer(fork.app)
app.add_typer(review.app)
app.add_typer(steer.app)
app.add_typer(shots.app)
app.add_typer(versions.app)
app.add_typer(schedule.app, name="schedule")
app.add_typer(batch.app, name="batch")
app.add_typer(lists.app)
app.add_typer(watching.app)
app.add_typer(setup.app)
app.add_typer(save.app)
app.add_typer(link.app)
app.add_typer(export.app)
app.add_typer(settings.app)
app.add_typer(costs.app)
app.add_typer(reporting.app)
app.add_typer(uploading.app)
app.add_typer(caps.app)
app.add_typer(deletion.app)
app.add_typer(doctor.app)
app.add_typer(models.app)


def main() -> NoReturn:
    """The console script."""
    prepare_streams()
    as_json = "--json" in sys.argv
    try:
        code = app(standalone_mode=not as_json)
    except SystemExit as ended:
        code = ended.code
    except OSError as error:
        code = unsaid(error)
    except TyperException as error:
        code = refuse("Usage", error.format_message(), INVALID, as_json=True)
    end(code if isinstance(code, int) else MADE)


if __name__ == "__main__":
    main()
