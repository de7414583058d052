"""What a film would cost and how long it would take, step by step, without making or paying anything."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from shlex import quote
from typing import Any

from rich.console import Console
from rich.table import Table

from activities.estimates import ESTIMATES
from activities.studio import Estimate
from infra.settings import Settings
from starter.live import STANDINS, clock, plain
from starter.session import open_session
from workflows.studio import usd


async def estimate(settings: Settings, workflow: str, request: Any, id: str) -> Estimate:
    """Of a production, by the registered name of its workflow. Raises `InvalidRequest` for what cannot be
    made, and what `open_session` raises."""
    async with open_session(settings) as session:
        return await ESTIMATES[workflow](await session.open_studio(), request, id)


def table(console: Console, id: str, estimate: Estimate, standins: bool) -> None:
    """A line a step; what the ledger has costs nothing."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    rows.add_column("Step", overflow="fold")
    rows.add_column("Model", overflow="fold")
    rows.add_column("Price", justify="right")
    rows.add_column("Time", justify="right")
    for step in estimate.steps:
        price = "found" if step.found else _usd(step.price_usd)
        rows.add_row(plain(step.label), plain(step.model), price, "" if step.found else clock(step.typical_s))
    console.print(f"{id}  {estimate.seconds} s", style="bold", highlight=False)
    console.print(rows, highlight=False)
    more = f"{_usd(estimate.price_usd)} more" if estimate.price_usd else "Nothing more to pay"
    spent = f"{more}; {usd(estimate.spent_usd)} of {usd(estimate.budget_usd)} are spent"
    console.print(spent if estimate.paid else "Free.", style="bold", highlight=False)
    if estimate.paid and standins:
        console.print(f"! {STANDINS}", style="yellow", highlight=False)
    if estimate.paid and estimate.spent_usd + estimate.price_usd > estimate.budget_usd:
        words = f"! Over the budget: it would wait for `reel budget {quote(id)} {_whole(estimate)}`."
        console.print(words, style="yellow", highlight=False, markup=False, soft_wrap=True)
    for note in estimate.notes:
        console.print(f"! {plain(note)}", style="yellow", highlight=False, markup=False)


def _whole(estimate: Estimate) -> Decimal:
    """What all of it is expected to cost, in whole cents."""
    return (estimate.spent_usd + estimate.price_usd).quantize(Decimal("0.01"), ROUND_UP)


def _usd(amount: Decimal) -> str:
    return f"${amount:.3f}".rstrip("0").rstrip(".") if amount else "free"
