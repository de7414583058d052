"""`reel doctor`: every component of a studio, what is ill, and what to do. It makes and buys nothing; with
`--live` it buys a job of each model, and holds that against the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import FAILED, MADE, line, out, print_json, run
from starter.steer import amount_of

if TYPE_CHECKING:
    # Slow imports, for commands that look at nothing.
    from starter.findings import Finding

app = typer.Typer()
_MARKS = {"well": "●", "note": "·", "ill": "✕"}
_STYLES = {"well": "green", "note": "dim", "ill": "bold red"}


@app.command(
    epilog="Example: reel doctor --json. Or: reel doctor --live --budget 0.50. Exit codes: 0 all is well, "
    "1 something is ill, or differs."
)
def doctor(
    live: Annotated[
        bool,
        typer.Option("--live", help="Buy a job of each model, hold it against the catalogue."),
    ] = False,
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="USD", help="With --live: what that may cost today.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="NAME", help="With --live: of this one; repeatable."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --live: what it would cost, when each was verified."),
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Look at every component and key, say what is ill and what to do about it; end with 1 if any is."""
    if live:
        run(lambda: _live(home, budget, tuple(model or ()), dry_run, as_json), as_json)
    run(lambda: _refuse() if budget or model or dry_run else _doctor(home, as_json), as_json)


async def _refuse() -> int:
    raise InvalidAnswer("--budget, --model and --dry-run belong to `reel doctor --live`.")


async def _live(
    home: str | None, budget: str | None, models: Sequence[str], dry_run: bool, as_json: bool
) -> int:
    usd = amount_of(budget) if budget is not None else None
    if usd is None and not dry_run:
        raise InvalidAnswer("--live buys: say what it may cost, such as --budget 0.50, or add --dry-run.")
    with interruptible():
        from starter.homes import stands_in
        from starter.verified import is_well, print_due, print_verdicts
        from starter.verifying import due, verify

        settings = settings_of(home)
        if usd is None or dry_run:
            print_due(await due(settings, models), usd, as_json, stands_in(settings))
            return MADE
        verdicts = await verify(settings, usd, models)
        print_verdicts(verdicts, as_json, stands_in(settings))
    return MADE if is_well(verdicts) else FAILED


async def _doctor(home: str | None, as_json: bool) -> int:
    with interruptible():
        from starter.checkup import checkup

        settings = settings_of(home)
        findings = await checkup(settings)
    ill = sum(one.state == "ill" for one in findings)
    if as_json:
        print_json({"well": not ill, "findings": [vars(one) for one in findings]})
    else:
        _print(findings)
        line("All is well." if not ill else f"{ill} of {len(findings)} {'is' if ill == 1 else 'are'} ill.")
    return FAILED if ill else MADE


def _print(findings: Sequence[Finding]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for is_long in (False, False, True):
        table.add_column(overflow="fold", no_wrap=not is_long)
    for one in findings:
        style = _STYLES[one.state]
        table.add_row(f"[{style}]{_MARKS[one.state]}[/]", one.name, plain(one.found))
        if one.advice:
            table.add_row("", "", plain(f"→ {one.advice}"), style="yellow")
    out.print(table, highlight=False)
