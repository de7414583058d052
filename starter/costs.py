"""`reel costs`: what all productions of a studio have spent, by what one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table

from starter.interrupts import interruptible
from starter.live import STANDINS, plain
from starter.options import AsJson, Home, Since, settings_of
from starter.outcome import MADE, line, out, print_json, run
from workflows.studio import usd

if TYPE_CHECKING:
    # A slow import, for commands that ask no ledger.
    from activities.studio import Spent

app = typer.Typer()
By = Literal["model", "user", "label", "day", "film", "phase"]
_UNNAMED = {"user": "no user named", "label": "no label"}


@app.command(epilog="Example: reel costs --by user --since 7d")
def costs(
    production: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Of this one, or of a batch's items; default all."),
    ] = None,
    by: Annotated[By, typer.Option("--by", help="What the sums are of.")] = "model",
    since: Since = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print what was spent, from the ledger: by model, user, label, day (UTC), film, or phase of the work."""
    run(lambda: _costs(home, production, by, since, as_json), as_json)


async def _costs(home: str | None, id: str | None, by: By, typed: str | None, as_json: bool) -> int:
    with interruptible():
        from starter.books import open_books, since_of
        from starter.homes import stands_in

        since, settings = since_of(typed), settings_of(home, id)
        rows: Sequence[Spent] = ()
        total: Spent | None = None
        async with open_books(settings) as books:
            if books is not None:
                rows, total = await books.by(by, since, id), await books.total(since, id)
        standins = bool(rows) and stands_in(settings)
    if as_json:
        print_json({"id": id, **_as_json(by, since, rows, total, standins)})
    elif total is None or not rows:
        what = "Nothing was ever bought" if since is None else f"Nothing was bought in the last {typed}"
        line(f"{what} {f'for {id}' if id else 'here'}.")
    else:
        _print(by, rows, total)
        if standins:
            line(f"! {STANDINS}")
    return MADE


def _as_json(
    by: By, since: datetime | None, rows: Sequence[Spent], total: Spent | None, standins: bool
) -> dict[str, Any]:
    return {
        "by": by,
        "since": since.isoformat() if since else None,
        "rows": [{"name": one.name or None, **_sums(one)} for one in rows],
        "total": _sums(total) if total else None,
        "standins": standins,
    }


def _sums(one: Spent) -> dict[str, Any]:
    return {
        "usd": str(one.usd),
        "in_doubt_usd": str(one.in_doubt_usd),
        "jobs": one.jobs,
        "productions": one.productions,
    }


def _print(by: By, rows: Sequence[Spent], total: Spent) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(by.capitalize(), overflow="fold")
    for name in ("Spent", "In doubt", "Jobs", "Films"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in rows:
        table.add_row(plain(one.name or _UNNAMED.get(by, "–")), *_cells(one))
    if len(rows) > 1:
        table.add_section()
        table.add_row("in all", *_cells(total), style="bold")
    out.print(table, highlight=False)
    if sum(one.usd for one in rows) > total.usd:
        line("A film with several labels counts in full for each of them.")


def _cells(one: Spent) -> tuple[str, ...]:
    doubt = usd(one.in_doubt_usd) if one.in_doubt_usd else ""
    return usd(one.usd), doubt, str(one.jobs), str(one.productions)
