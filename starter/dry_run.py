"""What a film would cost and how long it would take, step by step, without making or paying anything."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table

from activities.film.estimate import Estimate, estimated
from activities.models.casting import Miscast
from infra.settings import Settings
from starter.brief import Brief
from starter.checks import check_cast
from starter.live import STANDINS, clock, plain
from starter.session import open_session
from workflows.studio.money import usd
from workflows.studio.requests import InvalidRequest


async def estimate(settings: Settings, brief: Brief) -> Estimate:
    """Raises `InvalidRequest` for models that cannot make it, and what `open_session` raises."""
    check_cast(brief.request, settings)
    async with open_session(settings) as session:
        studio = await session.open_studio()
        if problems := await studio.references.unreachable(brief.request):
            raise InvalidRequest(problems)
        try:
            return await estimated(studio, brief.request, brief.film_id)
        except Miscast as error:
            raise InvalidRequest(error.fields) from error


def table(console: Console, film_id: str, estimate: Estimate, standins: bool) -> None:
    """A line a step; what the ledger has costs nothing."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    rows.add_column("Step", overflow="fold")
    rows.add_column("Model", overflow="fold")
    rows.add_column("Price", justify="right")
    rows.add_column("Time", justify="right")
    for step in estimate.steps:
        price = "found" if step.found else _usd(step.price_usd)
        rows.add_row(plain(step.label), plain(step.model), price, "" if step.found else clock(step.typical_s))
    console.print(f"{film_id}  {estimate.seconds} s", style="bold", highlight=False)
    console.print(rows, highlight=False)
    more = f"{_usd(estimate.price_usd)} more" if estimate.price_usd else "Nothing more to pay"
    spent = f"{more}; {usd(estimate.spent_usd)} of {usd(estimate.budget_usd)} are spent"
    console.print(spent if estimate.paid else "Free.", style="bold", highlight=False)
    if estimate.paid and standins:
        console.print(f"! {STANDINS}", style="yellow", highlight=False)
    if estimate.paid and estimate.spent_usd + estimate.price_usd > estimate.budget_usd:
        console.print("! Over the budget: the film would wait for `reel budget`.", style="yellow")
    for note in estimate.notes:
        console.print(f"! {plain(note)}", style="yellow", highlight=False, markup=False)


def _usd(amount: Decimal) -> str:
    return f"${amount:.3f}".rstrip("0").rstrip(".") if amount else "free"
