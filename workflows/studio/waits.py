"""What the updates are sent that answer what a production waits for: JSON for a client of any language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import ROUND_UP, Decimal

from pydantic import JsonValue

from workflows.studio.report import Answer, Wait

_CENT = Decimal("0.01")


def least_budget(used: Decimal, waits: Iterable[Wait]) -> Decimal | None:
    """The least budget with which all that waits for money goes on, in whole cents; `used` is what is spent
    and reserved, so that it is enough whatever becomes of what is being bought. None where nothing waits for
    any."""
    needs = [wait.needs_usd for wait in waits if wait.needs_usd is not None]
    return (used + sum(needs, Decimal(0))).quantize(_CENT, ROUND_UP) if needs else None


def sendable(waits: Collection[Wait], used: Decimal) -> tuple[Wait, ...]:
    """The same with what each of their updates is sent; what a wing gave stays. `used` is what is spent and
    reserved, USD."""
    enough = least_budget(used, waits)
    return tuple(_sendable(wait, enough) for wait in waits)


def _sendable(wait: Wait, enough: Decimal | None) -> Wait:
    known: dict[Answer, dict[str, JsonValue]] = {
        "set_budget": {"usd": str(enough or 0)},
        "accept_risk": {"step": wait.step},
        "give_up": {"step": wait.step},
    }
    sent = {answer: known[answer] for answer in wait.answers if answer in known} | dict(wait.updates)
    return wait.model_copy(update={"updates": sent})
