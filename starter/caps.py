"""`reel caps`: what all productions together may spend a day, and how many may run at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from infra.caps import Cap, cap_of
from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from workflows.studio import usd

if TYPE_CHECKING:
    # A slow import, for commands that ask no ledger.
    from activities.studio import Standing

app = typer.Typer()


@app.command(epilog="Example: reel caps user:anna 15/day. Or: reel caps studio 20; reel caps user none/day.")
def caps(
    what: Annotated[
        str | None,
        typer.Argument(help="studio, user, user:NAME, label, label:NAME, provider or provider:NAME."),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Argument(help="USD a day (of UTC), such as 15/day; productions at once, such as 3; or none."),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print the caps and what is used of them, or set one: what waits at it then goes on by itself."""
    run(lambda: _caps(home, what, limit, as_json), as_json)


async def _caps(home: str | None, what: str | None, limit: str | None, as_json: bool) -> int:
    wanted = _wanted(what, limit)
    with interruptible():
        from activities.studio import Caps
        from starter.books import open_database

        async with open_database(settings_of(home)) as database:
            kept = Caps(database)
            if wanted is not None:
                await kept.set(wanted)
            standings = await kept.standings()
    if as_json:
        print_json({"caps": [_as_json(one) for one in standings]})
    elif standings:
        _print(standings)
    else:
        line("There are no caps: `reel caps studio 50/day` sets one.")
    return MADE


def _wanted(what: str | None, limit: str | None) -> Cap | None:
    if what is None:
        return None
    if limit is None:
        raise InvalidAnswer(f"say how much: `reel caps {plain(what)[:40]} 15/day`, or 3 at once, or none")
    try:
        return cap_of(what, limit)
    except ValueError as error:
        raise InvalidAnswer(plain(str(error))) from None


def _as_json(one: Standing) -> dict[str, Any]:
    most = one.cap.most
    return {
        "scope": one.cap.scope,
        "name": one.cap.name or None,
        "kind": one.cap.kind,
        "most": None if most is None else f"{most.normalize():f}",
        "used": f"{one.used.normalize():f}",
        "used_by": one.subject or None,
        "said_by": one.said_by,
        "said_at": one.said_at.isoformat(),
    }


def _print(standings: Sequence[Standing]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Cap", "Limit", "Used", "Said by"):
        table.add_column(name, justify="right" if name in ("Limit", "Used") else "left", overflow="fold")
    for one in standings:
        cap = one.cap
        is_money = cap.kind == "day"
        used = usd(one.used) if is_money else f"{one.used:f}"
        of = f" ({plain(one.subject)})" if one.subject and not cap.name else ""
        limit = (
            "lifted"
            if cap.most is None
            else f"{usd(cap.most)} a day"
            if is_money
            else f"{cap.most:.0f} at once"
        )
        table.add_row(plain(cap.what), limit, f"{used}{of}", one.said_by)
    out.print(table, highlight=False)
    if any(one.cap.kind == "once" for one in standings):
        line("The place of a production that has ended is given back when somebody waits for it.")
