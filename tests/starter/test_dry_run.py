"""What a film would cost, as it is printed."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

from rich.console import Console

from activities.studio import Estimate, EstimatedArtifact, Way
from starter.dry_run import table


def test_prices_are_told_to_the_cent_and_small_parts_of_it() -> None:
    prices = [Decimal(price) for price in ("0.70", "0.02", "0.113", "3")]
    artifacts = [
        EstimatedArtifact(
            row="hero_shot",
            what=f"chunk {number}",
            key=str(number),
            label="Chunk",
            model="wan",
            price_usd=price,
            typical_s=30,
            found=False,
            state="new",
        )
        for number, price in enumerate(prices, 1)
    ]
    said = StringIO()
    price = sum(prices, Decimal(0))
    estimate = Estimate(
        seconds=5,
        paid=True,
        budget_usd=Decimal(5),
        spent_usd=Decimal(0),
        price_usd=price,
        least_usd=price,
        most_usd=price,
        steps=(),
        artifacts=tuple(artifacts),
    )
    table(Console(file=said, width=100), "film-mug", estimate, standins=False)
    words = said.getvalue().split()
    assert [word for word in words if word.startswith("$")][:5] == [
        "$0.70",
        "$0.02",
        "$0.113",
        "$3.00",
        "$3.833",
    ]


def test_both_ways_stand_side_by_side() -> None:
    said = StringIO()
    ways = (
        Way(name="chained", price_usd=Decimal("0.33"), typical_s=130),
        Way(name="anchored", price_usd=Decimal("0.38"), typical_s=56),
    )
    free = Estimate(
        seconds=15, paid=True, budget_usd=Decimal(5), spent_usd=Decimal(0), price_usd=Decimal(0), steps=()
    )
    table(Console(file=said, width=100), "film-mug", free.model_copy(update={"ways": ways}), standins=False)
    assert "Its chunks (`--continuity`): chained $0.33 in 2:10; anchored $0.38 in 0:56." in said.getvalue()
