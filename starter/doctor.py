"""`reel doctor`: every component of a studio, what is ill, and what to do. It makes and buys nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import FAILED, MADE, line, out, print_json, run

if TYPE_CHECKING:
    # Slow imports, for commands that look at nothing.
    from starter.findings import Finding

app = typer.Typer()
_MARKS = {"well": "●", "note": "·", "ill": "✕"}
_STYLES = {"well": "green", "note": "dim", "ill": "bold red"}


@app.command(epilog="Example: reel doctor --json. Exit codes: 0 all is well, 1 something is ill.")
def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Look at every component and key, say what is ill and what to do about it; end with 1 if any is."""
    run(lambda: _doctor(home, as_json), as_json)


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
