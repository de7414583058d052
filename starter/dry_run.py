"""What a film would cost and how long it would take, thing by thing, without making or paying anything."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from itertools import groupby, zip_longest
from shlex import quote
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from activities.studio import Estimate, EstimatedArtifact
from infra.settings import Settings
from starter.desk import Desk
from starter.live import STANDINS, clock, plain
from starter.outcome import out, print_json
from starter.session import open_session
from workflows.productions import PRODUCTIONS
from workflows.studio import usd


async def estimate(settings: Settings, workflow: str, request: Any, id: str) -> tuple[str, Estimate]:
    """Of a production, by the registered name of its workflow, with the id that it would have. Raises
    `InvalidRequest` for what cannot be made, and what `open_session` raises."""
    async with open_session(settings) as session:
        kind = PRODUCTIONS[workflow]
        name = await session.productions.name_of(kind, request, id)
        return name, await Desk(session).dry_run(request, kind, name)


def tell(name: str, estimate: Estimate, standins: bool, as_json: bool) -> None:
    """Prints it, for a person or a program."""
    if as_json:
        print_json({"id": name, "standins": standins, **estimate.model_dump(mode="json")})
    else:
        table(out, name, estimate, standins)


def table(console: Console, id: str, estimate: Estimate, standins: bool) -> None:
    """A line for each thing that it is made of, shot by shot; what the ledger has costs nothing."""
    length = f"  {estimate.seconds} s" if estimate.seconds else ""
    console.print(f"{id}{length}", style="bold", highlight=False)
    console.print(_rows(estimate.artifacts), highlight=False)
    if estimate.unused:
        console.print(_unused(estimate.unused), style="dim", highlight=False, markup=False)
    more = _more(estimate) if estimate.price_usd else "Nothing more to pay"
    spent = f"{more}; {usd(estimate.spent_usd)} of {usd(estimate.budget_usd)} are spent."
    time = f" Models take {clock(estimate.typical_s)} or so." if estimate.typical_s else ""
    console.print(f"{spent if estimate.paid else 'Free.'}{time}", style="bold", highlight=False)
    if estimate.ways:
        ways = (f"{way.name} {_usd(way.price_usd)}{_lasts(way.typical_s)}" for way in estimate.ways)
        words = f"Its chunks (`--continuity`): {'; '.join(ways)}."
        console.print(words, style="dim", highlight=False, markup=False)
    if estimate.paid and standins:
        console.print(f"! {STANDINS}", style="yellow", highlight=False)
    if estimate.paid and estimate.spent_usd + estimate.price_usd > estimate.budget_usd:
        words = f"! Over the budget: it would wait for `reel budget {quote(id)} {_whole(estimate)}`."
        console.print(words, style="yellow", highlight=False, markup=False, soft_wrap=True)
    if estimate.previews:
        console.print("Its first cut is drawn here, and free.", style="dim", highlight=False)
    for note in estimate.notes:
        console.print(f"! {plain(note)}", style="yellow", highlight=False, markup=False)


def _rows(artifacts: Sequence[EstimatedArtifact]) -> Table:
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Step", "Model", ""):
        rows.add_column(name, overflow="fold")
    rows.add_column("Price", justify="right")
    rows.add_column("Time", justify="right")
    for each, after in zip_longest(artifacts, artifacts[1:]):
        price, time = ("", "") if each.found else (_usd(each.price_usd), clock(each.typical_s))
        state = Text(each.state, style="dim" if each.found else "")
        rows.add_row(
            Text(plain(each.label)),
            Text(plain(each.model)),
            state,
            price,
            time if each.typical_s else "",
        )
        if after is not None and each.row != after.row:
            rows.add_row()
    return rows


def _unused(artifacts: Sequence[EstimatedArtifact]) -> str:
    """What of the film before is left out, in its order."""
    rows = {row: [each.what for each in those] for row, those in groupby(artifacts, lambda each: each.row)}
    said = [f"{row} ({', '.join(names)})" if row else ", ".join(names) for row, names in rows.items()]
    return f"No longer used: {plain('; '.join(said))}"


def _more(estimate: Estimate) -> str:
    """What it costs where all is as promised; else between which sums."""
    least = _usd(estimate.least_usd) if estimate.least_usd else "$0"
    bounds = f" ({least} to {_usd(estimate.most_usd)})" if estimate.least_usd != estimate.most_usd else ""
    return f"{_usd(estimate.price_usd)} more{bounds}"


def _lasts(seconds: int) -> str:
    return f" in {clock(seconds)}" if seconds else ""


def _whole(estimate: Estimate) -> Decimal:
    """What all of it is expected to cost, in whole cents."""
    return (estimate.spent_usd + estimate.price_usd).quantize(Decimal("0.01"), ROUND_UP)


def _usd(amount: Decimal) -> str:
    """To the cent, or to the tenth of it where that says more."""
    return f"${amount:.3f}".removesuffix("0") if amount else "free"
