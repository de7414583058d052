"""Knows where the purchase of one step stands: which model, which rung of the ladder, what failed so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Try:
    """Where the purchase of one step stands."""

    model: int = 0
    rung: int = 0
    blocks: int = 0
    failures: int = 0
    #: USD that the activity said it needs: another release may know another price.
    needs: Decimal = Decimal(0)
    #: Models that left the field, so that none is asked twice.
    tried: set[int] = field(default_factory=set)
    #: How often a cap has refused it.
    refused: int = 0
