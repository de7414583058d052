"""Knows what a step says of money however it ends: what it has cost, and what it lacks."""

from __future__ import annotations

from decimal import Decimal

from workflows.studio.facts import Payment
from workflows.studio.failures import Cause, cause_of


def fact(cause: Cause, name: str) -> object:
    """What its details say under this name; None where they do not."""
    found = [one[name] for one in cause.details if isinstance(one, dict) and name in one]
    return found[0] if found else None


def payments_of(cause: Cause) -> list[Payment]:
    """What the failed step has cost all the same."""
    said = [one["payment"] for one in cause.details if isinstance(one, dict) and "payment" in one]
    return [Payment.model_validate(one) for one in said]


def paid_by(outcome: object) -> list[Payment]:
    """What an activity has cost, however it ended."""
    if isinstance(outcome, BaseException):
        return payments_of(cause_of(outcome))
    one = getattr(outcome, "payment", None)
    return [*getattr(outcome, "payments", ()), *([one] if one else [])]


def needs_of(cause: Cause) -> Decimal:
    """USD that the step says it costs."""
    return Decimal(str(fact(cause, "needs_usd") or 0))
