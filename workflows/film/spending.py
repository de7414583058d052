"""Knows what a film's money went towards: each payment is counted once, for the version that ordered it, and
all of them together are the film's account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from workflows.film.versions import Footage, towards_of
from workflows.studio import Payment

#: Of what an earlier release paid, which did not say what for.
_BEFORE = "earlier runs"


class Spent(NamedTuple):
    """USD that a version has cost; how much of that was charged for what failed, or was let go; and how much
    for what was deleted since."""

    usd: Decimal
    lost: Decimal = Decimal(0)
    deleted: Decimal = Decimal(0)


class Spending:
    """Of the film's plan of that number."""

    def __init__(self, plan: int, payments: Iterable[Payment]) -> None:
        self._plan = plan
        self._paid: dict[str, list[Payment]] = {}
        for payment in payments:
            self._paid.setdefault(payment.towards, []).append(payment)

    def of(self, shot: str, version: str, footage: Footage | None) -> Spent:
        """What the version has cost by now, finished or not."""
        paid = self._paid.get(towards_of(shot, version, self._plan), [])
        if not paid and footage is not None and "" in self._paid:
            # Of an earlier release is known what each version is made of, and no more.
            return Spent(footage.usd)
        lost, deleted = (
            _sum(payment for payment in paid if payment.lost),
            _sum(payment for payment in paid if payment.deleted),
        )
        return Spent(_sum(paid), lost, deleted)

    def beside(self, versions: Collection[tuple[str, str]], told: Decimal) -> Mapping[str, Decimal]:
        """USD of what is none of these versions, each by its shot and name, by what it went towards. `told`
        is what these have cost: with the rest it is the film's account."""
        mine = {towards_of(*version, self._plan) for version in versions}
        named = {what: _sum(paid) for what, paid in self._paid.items() if what and what not in mine}
        before = _sum(each for paid in self._paid.values() for each in paid) - told - sum(named.values())
        return {what: usd for what, usd in {**named, _BEFORE: before}.items() if usd > 0}


def _sum(payments: Iterable[Payment]) -> Decimal:
    return sum((payment.usd for payment in payments), Decimal(0))
