"""`reel fork`: a new film from an old one's plan, shown before it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from starter.endings import told
from starter.interrupts import interruptible
from starter.live import View
from starter.options import AsJson, FilmFile, FilmId, Home, settings_of
from starter.outcome import MADE, err, out, print_json, run

if TYPE_CHECKING:
    # Slow imports, for commands that fork nothing.
    from starter.edits import Edits
    from starter.forking import Fork

app = typer.Typer()


@app.command()
def fork(
    film: FilmId,
    shot: Annotated[
        str | None, typer.Option(metavar="N", help="The shot to change: its number, from 1, or its id.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="WORDS", help="What the shot shows; what a scene begins with.")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="WORDS", help="What a scene ends with, and the next begins.")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", "--motion", metavar="WORDS", help="What happens in it.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="WORDS", help="Its words on screen.")] = None,
    camera: Annotated[str | None, typer.Option(metavar="MOVE", help="Its move, such as dolly_in.")] = None,
    energy: Annotated[str | None, typer.Option(metavar="0..1", help="How lively it is.")] = None,
    seconds: Annotated[str | None, typer.Option(metavar="5|10|15", help="How long it is.")] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="N", help="A shot to leave out, by number or id; repeatable.")
    ] = None,
    add_beats: Annotated[
        int,
        typer.Option(
            "--add-beats",
            "--add-scenes",
            metavar="N",
            min=0,
            max=44,
            help="More beats, before the closing one; more scenes, at the end.",
        ),
    ] = 0,
    edit: Annotated[bool, typer.Option("--edit", help="Open the plan in VISUAL or EDITOR.")] = False,
    plan: Annotated[
        str | None, typer.Option(metavar="PLAN.json", help="The plan, in which a shot may be its id alone.")
    ] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Another format, such as size=1080p; repeatable."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="USD", help="What it may cost; else as before.")
    ] = None,
    id: Annotated[str | None, typer.Option(help="The new film's id, instead of a derived one.")] = None,
    output: FilmFile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what is kept and made again, and its price, only.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a new film from an old one's plan, changed; what does not change is kept."""
    said = {"prompt": prompt, "end": end, "action": action, "title": title}
    said |= {"camera": camera, "energy": energy, "seconds": seconds}
    words = {name: each for name, each in said.items() if each is not None}
    more = [*(fields or ()), *([f"budget_usd={budget}"] if budget is not None else ())]

    def typed() -> Edits:
        from starter.brief import read_plan
        from starter.edits import Edits

        draft = None if plan is None else read_plan(plan)
        return Edits(draft, shot, words, drop or (), add_beats, more)

    asked = _Typed(film, typed, edit, id, output, dry_run)
    run(lambda: _fork(home, asked, as_json), as_json)


class _Typed(NamedTuple):
    """A fork as it was typed; `edits` are read once anything else is."""

    film: str
    edits: Callable[[], Edits]
    edit: bool
    id: str | None
    output: str | None
    dry_run: bool


async def _fork(home: str | None, typed: _Typed, as_json: bool) -> int:
    with interruptible() as interruptions:
        from starter.brief import Brief
        from starter.dry_run import table
        from starter.forking import fork_of
        from starter.homes import stands_in
        from starter.making import make_in
        from starter.place import place_for
        from starter.session import open_session

        edits, settings = typed.edits(), settings_of(home, typed.film)
        if not as_json:
            err.print("Starting the servers …", highlight=False)
        async with open_session(settings) as session:
            interruptions.before_exit = session.stack.abandon
            found = await fork_of(session, typed.film, edits, typed.id, edit=typed.edit)
            brief = Brief(found.request, found.id, {}, place_for(typed.output, found.id))
            standins = found.shown.paid and stands_in(settings)
            if typed.dry_run and as_json:
                print_json(_as_json(found, standins))
            elif not as_json:
                # What a program reads on stdout is the film's result.
                table(out if typed.dry_run else err, found.id, found.shown, standins)
            if typed.dry_run:
                return MADE
            with View(err, quiet=as_json) as view:
                interruptions.say = view.say
                ending = await make_in(session, brief, view, interruptions)
    return told(ending, as_json)


def _as_json(fork: Fork, standins: bool) -> dict[str, Any]:
    """With the request, for whoever starts it through a client of Temporal's."""
    request = fork.request.model_dump(mode="json", exclude_defaults=True)
    return {"id": fork.id, "standins": standins, "request": request, **fork.shown.model_dump(mode="json")}
