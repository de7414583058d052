"""`reel batch`: hundreds of films from a file with a line each, under one budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter import batch_steer
from starter.batch_steer import After, BatchId, State, Waits, done, state_of
from starter.interrupts import interruptible
from starter.options import AsJson, Home, settings_of
from starter.outcome import print_json, run
from starter.steer import amount_of

if TYPE_CHECKING:
    # Slow imports, for commands that ask no server.
    from starter.session import Session

app = typer.Typer(
    name="batch", help="Make hundreds of films from a file, under one budget.", no_args_is_help=True
)


@app.command("run", epilog="Example: reel batch run mugs.csv --template mug.json --dry-run")
def run_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV or a JSONL, a line an item.")],
    template: Annotated[
        str | None,
        typer.Option(metavar="REQUEST.json", help="A request whose ${column}s each line fills."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what it would cost, item by item, and what is there.")
    ] = False,
    budget: Annotated[str | None, typer.Option(metavar="USD", help="What all of it may cost.")] = None,
    max_running: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=200, help="How many are made at a time, 1 to 200; default 20."),
    ] = None,
    review: Annotated[
        str | None, typer.Option(metavar="GATE", help="What you approve of each, such as cut.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="WORDS", help="What it is called; else as FILE.")
    ] = None,
    production: Annotated[str, typer.Option(metavar="KIND", help="What is made of each line.")] = "film",
    user: Annotated[str | None, typer.Option(metavar="NAME", help="Whose it is.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="By what it is found; repeatable.")
    ] = None,
    wait: Waits = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make an item of every line, resume what was stopped, or attach to it where it runs. All lines are
    checked before anything is sent."""

    async def made() -> int:
        from starter.batch_file import opened, read_template
        from starter.batch_following import followed, priced

        asked = {
            "name": name,
            "production": production,
            "budget_usd": None if budget is None else amount_of(budget),
            "max_running": max_running,
            "review": review,
            "user": user,
            "labels": list(label) if label else None,
        }
        filled = None if template is None else read_template(template)
        with opened(file, filled, **asked) as found:
            settings = settings_of(home)
            return await (
                priced(settings, found, as_json) if dry_run else followed(settings, found, wait, as_json)
            )

    run(made, as_json)


@app.command("list", epilog="Example: reel batch list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Show all batches, and how their items stand."""

    async def listed(session: Session) -> Any:
        from starter.batch_lists import listed

        return await listed(session)

    def told(found: Any) -> None:
        from starter import batch_lists

        print_json(batch_lists.list_json(found)) if as_json else batch_lists.print_list(found)

    run(lambda: done(home, None, listed, told), as_json)


@app.command(epilog="Example: reel batch show batch-mugs-3f9a2c")
def show(batch: BatchId, home: Home = None, as_json: AsJson = False) -> None:
    """Show how a batch stands: its items by state, its money, what went wrong, and what answers it."""

    async def shown(session: Session) -> Any:
        from starter.batch_standing import standing

        return await standing(session, batch)

    def told(one: Any) -> None:
        from starter import batch_standing

        print_json(batch_standing.as_json(one)) if as_json else batch_standing.show(one)

    run(lambda: done(home, batch, shown, told), as_json)


@app.command(epilog="Example: reel batch results batch-mugs-3f9a2c --state failed")
def results(
    batch: BatchId,
    state: State = None,
    after: After = 0,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many.")] = 100,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List the items of a batch as they stand, in pages; `reel save ID` saves all of them as JSONL."""

    async def paged() -> int:
        states = () if state is None else (state_of(state),)
        asked = {"state": state} if state else {}

        async def page(session: Session) -> Any:
            from starter.batch_lists import results

            return await results(session, batch, after, limit, states)

        def told(found: Any) -> None:
            from starter import batch_lists

            print_json(batch_lists.results_json(found)) if as_json else batch_lists.print_results(
                found, asked
            )

        return await done(home, batch, page, told)

    run(paged, as_json)


@app.command(epilog="Example: reel batch review batch-mugs-3f9a2c --open")
def review(
    batch: BatchId,
    output: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where the page goes; default here.")
    ] = None,
    after: After = 0,
    save: Annotated[
        bool, typer.Option("--save", help="Save the cuts beside the page, instead of links.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a page with every item that waits for approval: its cut, its words, its price, the commands."""

    async def reviewed() -> int:
        with interruptible():
            from starter.batch_review import review

            return await review(settings_of(home, batch), batch, output, after, save, open_, as_json)

    run(reviewed, as_json)


@app.command(epilog="Example: reel batch sheet batch-mugs-3f9a2c --open")
def sheet(
    batch: BatchId,
    output: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Where the page goes; default here.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Save what it shows beside the page, instead of links.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a contact sheet: all results by source and model, with price and time, so that they can be
    compared."""

    async def told() -> int:
        with interruptible():
            from starter.batch_sheet import told

            return await told(settings_of(home, batch), batch, output, save, open_, as_json)

    run(told, as_json)


app.add_typer(batch_steer.app)
