"""`reel models`: every model of the catalogue, and how those that were used here did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from starter.interrupts import interruptible
from starter.live import STANDINS, clock
from starter.options import AsJson, Home, Since, settings_of
from starter.outcome import MADE, line, out, print_json, run
from starter.verified import last_json, said

if TYPE_CHECKING:
    # Slow imports, for commands that ask no ledger.
    from activities.studio import Figures
    from activities.upkeep import LastVerified
    from starter.offered import Offered

app = typer.Typer()


@app.command(epilog="Example: reel models --since 7d --json")
def models(since: Since = None, home: Home = None, as_json: AsJson = False) -> None:
    """Print every model: role, provider, price, the day that was checked, how it did here, and the day on
    which a job of it was last held against that."""
    run(lambda: _models(home, since, as_json), as_json)


async def _models(home: str | None, typed: str | None, as_json: bool) -> int:
    with interruptible():
        from starter.books import open_books, since_of
        from starter.homes import stands_in
        from starter.offered import offered
        from starter.verifying import last_verified

        since, settings = since_of(typed), settings_of(home)
        every = offered(settings)
        figures: Mapping[str, Figures] = {}
        resting: Mapping[str, datetime] = {}
        verified: Mapping[str, LastVerified] = {}
        async with open_books(settings) as books:
            if books is not None:
                figures, resting = await books.figures(since), await books.resting()
                verified = await last_verified(settings)
        standins = bool(figures) and stands_in(settings)
    if as_json:
        told = [
            _as_json(one, figures.get(one.id), resting.get(one.id)) | last_json(verified.get(one.id))
            for one in every
        ]
        since_said = since.isoformat() if since else None
        print_json({"since": since_said, "models": told, "standins": standins})
    else:
        _print(every)
        _print_figures(figures, resting)
        for name, last in verified.items():
            line(f"{name} was verified on {said(last)}.")
        if standins:
            line(f"! {STANDINS}")
    return MADE


def _as_json(one: Offered, did: Figures | None, rests: datetime | None) -> dict[str, Any]:
    return {
        **one.as_json,
        "tries": did.tries if did else 0,
        "success": _rate(did.made, did) if did else None,
        "refused": _rate(did.refused, did) if did else None,
        "retried": _rate(did.retried, did) if did else None,
        "median_s": round(did.median_s, 3) if did and did.median_s is not None else None,
        "rests_until": rests.isoformat() if rests else None,
    }


def _print(every: Sequence[Offered]) -> None:
    widest = max(len(one.id) for one in every)
    for role, alike in groupby(every, key=lambda one: one.role):
        table = Table(box=None, pad_edge=False, header_style="bold")
        # Alike in all of them, so that they read as one.
        for name, width in ((role.capitalize(), widest), ("Provider", 9), ("Price", 23), ("Checked", 10)):
            table.add_column(name, min_width=width, overflow="fold")
        for one in alike:
            when = one.checked.isoformat() if one.checked else ""
            table.add_row(one.id, one.provider, one.price, when, style="" if one.usable else "dim")
        out.print(table, highlight=False)
    for need in dict.fromkeys(one.needs for one in every if one.needs):
        line(need)
    for origin in dict.fromkeys(one.origin for one in every if one.origin):
        line(f"Of {origin}: {', '.join(one.id for one in every if one.origin == origin)}.")


def _print_figures(figures: Mapping[str, Figures], resting: Mapping[str, datetime]) -> None:
    if not figures:
        line("None of them was used here.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Used here", no_wrap=True)
    for name in ("Tries", "Made", "Refused", "Retried", "Median"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, did in figures.items():
        rates = [f"{_rate(count, did):.0%}" for count in (did.made, did.refused, did.retried)]
        table.add_row(name, str(did.tries), *rates, _seconds(did.median_s))
    line("")
    out.print(table, highlight=False)
    for name, until in resting.items():
        line(f"! {name} failed again and again, and rests until {until:%H:%M} UTC.")


def _seconds(median: float | None) -> str:
    if median is None:
        return ""
    return f"{median:.1f} s" if median < 60 else clock(median)


def _rate(count: int, did: Figures) -> float:
    return round(count / did.tries, 4)
