"""What a production would cost: the types of an answer that is given before anything is made or paid."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from activities.studio.studio import Studio
from workflows.studio import Facts


class EstimatedStep(Facts):
    """One step; `typical_s` is what its model usually takes, 0 where nobody knows."""

    label: str
    model: str
    price_usd: Decimal
    typical_s: int
    found: bool


class Estimate(Facts):
    """`seconds` of what is delivered; `spent_usd` so far, `price_usd` of what is not there yet. `recipes` are
    the keys of all that it is made of, and `notes` say what the figures leave open."""

    seconds: int
    paid: bool
    budget_usd: Decimal
    spent_usd: Decimal
    price_usd: Decimal
    steps: tuple[EstimatedStep, ...]
    recipes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


#: Of a request, by the id that it would be made under. Raises `InvalidRequest` for what cannot be made.
Estimator = Callable[[Studio, Any, str], Awaitable[Estimate]]
