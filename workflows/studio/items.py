"""What a batch and the runs of its items tell each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from workflows.studio.facts import Facts, Usd

ItemEnd = Literal["completed", "over_budget", "awaiting_review", "stopped", "canceled", "failed"]


class Commissioned(Facts):
    """What the memo says: which batch, which of its items, and what its run may spend beyond what the item
    has cost before, USD."""

    id: str
    number: int
    may_spend_usd: Usd


class ItemEnded(Facts):
    """How a run of an item ended. `approval` is the edit that approves what waits in it."""

    number: int
    run: str
    state: ItemEnd
    delivered: str | None = None
    whole: bool | None = None
    why: str = ""
    approval: dict[str, JsonValue] | None = None


class ItemAsks(Facts):
    """What an item lacks, USD. `ask` counts the questions of its run, from 1."""

    number: int
    run: str
    ask: int
    # Less than nothing would raise what the others may spend.
    usd: Annotated[Decimal, Field(ge=0)]


class Grant(Facts):
    """The answer to the question of that number: all of what was asked for, or 0."""

    ask: int
    usd: Usd
