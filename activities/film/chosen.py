"""Knows what a film that is only looked at would buy: what was chosen before, else what is offered first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from temporalio.exceptions import ApplicationError

from activities.faults import ContentPolicy
from workflows.studio import Artifact, Choice, Offer, PaidStep


class Chosen:
    """Buys, as `Purchases` does, what was chosen for each step before, else the first that is offered."""

    def __init__(self, film: str, choices: Iterable[Choice]) -> None:
        self._film, self._choices = film, {choice.step: choice for choice in choices}

    async def buy(self, offer: Offer, label: str) -> Artifact:
        """Raises the ApplicationError of the last rung where all of them are refused."""
        choice = self._choices.get(offer.name)
        found = [model for model in offer.models if choice and model.id == choice.model]
        model, rung = (found[0], choice.rung) if found and choice else (offer.models[0], 0)
        while True:
            terms = PaidStep(film=self._film, step=offer.name, may_spend_usd=offer.price(model), rung=rung)
            try:
                return await offer.buy(model, terms)
            except ApplicationError as error:
                if error.type != ContentPolicy.__name__ or rung + 1 >= offer.rungs:
                    raise
                rung += 1

    def chosen(self, step: str) -> Choice | None:
        return self._choices.get(step)

    async def choose(self, choice: Choice) -> None:
        """Nobody records what is only looked at."""
        self._choices[choice.step] = choice

    def affords(self, usd: Decimal) -> bool:
        """What a budget leaves is told beside the price."""
        return True
