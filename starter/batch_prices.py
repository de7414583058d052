"""What the items of a batch would cost, without making or paying anything: item by item, by model, in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from activities.batch import Lines, Priced, Pricing, total
from activities.estimates import ESTIMATES
from activities.studio import Studio
from starter.batch_counts import items_of
from starter.batch_file import AskedBatch
from starter.live import STANDINS, clock, plain
from workflows.studio import usd

# More than a screen of lines is read in a file.
_SHOWN = 20


@dataclass(frozen=True)
class Prices:
    """Of all items; amounts are USD, of what is not there yet."""

    items: Sequence[Priced]

    @property
    def price_usd(self) -> Decimal:
        return total(one.price_usd for one in self.items)

    @property
    def most_usd(self) -> Decimal:
        """What it may come to, and what its budget has to leave."""
        return total(one.most_usd for one in self.items)

    @property
    def spent_usd(self) -> Decimal:
        """What its items have cost before."""
        return total(one.spent_usd for one in self.items)

    @property
    def is_paid(self) -> bool:
        return any(one.paid for one in self.items)

    @property
    def there(self) -> int:
        """How many items are finished already, and cost nothing more."""
        return sum(one.there == one.steps for one in self.items)

    @property
    def models(self) -> Mapping[str, Decimal]:
        """What each model's share is, the dearest first."""
        sums: Counter[str] = Counter()
        for one in self.items:
            sums.update(one.models)
        return {model: Decimal(share) for model, share in sums.most_common()}


async def priced(studio: Studio, lines: Lines) -> Prices:
    """Raises `InvalidRequest` for what only its price shows, such as a model that nobody sells."""
    return Prices(await Pricing(studio, ESTIMATES).whole(lines))


def as_json(file: AskedBatch, prices: Prices, limit: Decimal, standins: bool) -> dict[str, Any]:
    """For a program: every item."""
    return {
        "id": file.id,
        "standins": standins,
        "lines": file.lines,
        "budget_usd": str(limit) if prices.is_paid else None,
        "price_usd": str(prices.price_usd),
        "most_usd": str(prices.most_usd),
        "spent_usd": str(prices.spent_usd),
        "there": prices.there,
        "models": {name: str(share) for name, share in prices.models.items()},
        "items": [_item_json(one) for one in prices.items],
    }


def _item_json(one: Priced) -> dict[str, Any]:
    return {
        "number": one.asked.number,
        "line": one.asked.line,
        "item": one.asked.item,
        "price_usd": str(one.price_usd),
        "most_usd": str(one.most_usd),
        "spent_usd": str(one.spent_usd),
        "seconds": one.seconds,
        "there": one.there,
        "steps": one.steps,
    }


def table(console: Console, file: AskedBatch, prices: Prices, limit: Decimal, standins: bool) -> None:
    """The first items, then what all of them come to."""
    count, seconds = len(prices.items), sum(one.seconds for one in prices.items)
    same = f" of {file.lines:,} lines" if file.lines != count else ""
    console.print(f"{file.id}  {items_of(count)}{same}, {clock(seconds)}", style="bold", highlight=False)
    console.print(_rows(prices.items[:_SHOWN]), highlight=False)
    if count > _SHOWN:
        console.print(f"… and {count - _SHOWN:,} more: `--json` has all.", style="dim", highlight=False)
    for model, share in prices.models.items():
        console.print(f"{usd(share):>10}  {plain(model)}", highlight=False)
    console.print(_sum(prices, limit), style="bold", highlight=False)
    if prices.there:
        console.print(f"{prices.there:,} of {items_of(count)} are there already.", highlight=False)
    if prices.is_paid and standins:
        console.print(f"! {STANDINS}", style="yellow", highlight=False)
    if prices.is_paid and prices.most_usd > limit:
        enough = prices.most_usd.quantize(Decimal("0.01"), ROUND_UP)
        words = f"! Over the budget: it would wait. `--budget {enough}` is enough for all of it."
        console.print(words, style="yellow", highlight=False, markup=False)


def _rows(items: Sequence[Priced]) -> Table:
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "Line", "Item", "", "Price"):
        rows.add_column(name, justify="left" if name == "Item" else "right", overflow="fold")
    for one in items:
        is_there = one.there == one.steps
        there = "is there" if is_there else f"{one.there} of {one.steps} are there" if one.there else ""
        price = usd(one.price_usd) if one.price_usd else "" if is_there else "free"
        rows.add_row(str(one.asked.number), str(one.asked.line), plain(one.asked.item), there, price)
    return rows


def _sum(prices: Prices, limit: Decimal) -> str:
    if not prices.is_paid:
        return "Free."
    if not prices.most_usd:
        return f"Nothing more to pay; {usd(prices.spent_usd)} are spent."
    most = f", at most {usd(prices.most_usd)}" if prices.most_usd != prices.price_usd else ""
    return f"{usd(prices.price_usd)} more{most}, of {usd(limit)}."
