"""Knows what a note of a submit says: what the ledger's row of it does, as it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, JsonValue


class Note(BaseModel):
    """One submit, without secrets and signatures. `intent_at` is by the clock of who sent it, `settle_s` how
    long a lost answer takes to settle."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    n: int
    tag: str
    provider: str
    account: str
    model: str
    fingerprint: str | None
    request: JsonValue
    estimate: Decimal
    payer: str
    towards: str
    intent_at: datetime
    settle_s: float

    @property
    def settle_at(self) -> datetime:
        return self.intent_at + timedelta(seconds=self.settle_s)
