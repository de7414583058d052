"""Knows what a film may cost: what people decided, else the default, and nothing where it is free."""

from __future__ import annotations

from decimal import Decimal

from workflows.film.contract import Models, VideoRequest
from workflows.studio import Account

#: Enough for a film of 15 s on the models of the draft profile, with retakes; too little to hurt.
DEFAULT_BUDGET_USD = Decimal(5)


def is_paid(request: VideoRequest) -> bool:
    """Whether anything of the film may cost money."""
    return request.profile != "animatic" or request.models != Models()


def budget_of(request: VideoRequest, account: Account) -> Decimal:
    """What a paid film may cost in all: what people decided last, else the default."""
    return account.limit(request.budget_usd, DEFAULT_BUDGET_USD)
