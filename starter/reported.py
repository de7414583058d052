"""What a film was: its shots, what ran when, and what each step cost, against what it was estimated at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from activities.studio import Bought, Spending
from starter.ran import Bar, bars
from starter.reviewed import Reviewed, reviewed
from starter.session import Session


@dataclass(frozen=True)
class Sum:
    """What was spent on one thing, USD: as estimated, and as it came; `in_doubt` of that is not certain."""

    name: str
    jobs: int
    estimated: Decimal
    spent: Decimal
    in_doubt: Decimal


@dataclass(frozen=True)
class Reported:
    """`film` is a film as a review shows it; `bars` are empty where its history has expired."""

    film: Reviewed
    bars: tuple[Bar, ...]
    bought: tuple[Bought, ...]

    @property
    def by_model(self) -> tuple[Sum, ...]:
        return sums(self.bought, lambda one: one.model)

    @property
    def by_phase(self) -> tuple[Sum, ...]:
        return sums(self.bought, lambda one: one.phase)

    @property
    def total(self) -> Sum:
        """All of it; of nothing where nothing was bought."""
        return next(iter(sums(self.bought, lambda _: "in all")), Sum("in all", 0, *[Decimal(0)] * 3))


def sums(bought: Iterable[Bought], name_of: Callable[[Bought], str]) -> tuple[Sum, ...]:
    """By what one asks for, the dearest first."""
    found: dict[str, list[Bought]] = {}
    for one in bought:
        found.setdefault(name_of(one), []).append(one)
    made = [
        Sum(
            name,
            len(each),
            sum((one.estimate for one in each), Decimal(0)),
            sum((one.usd for one in each), Decimal(0)),
            sum((one.usd for one in each if not one.certain), Decimal(0)),
        )
        for name, each in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.spent, one.name)))


async def reported(session: Session, id: str) -> Reported:
    """Makes and buys nothing. Raises `NoSuchFilm`, `NoAnswer`, `Unreachable`."""
    told = await reviewed(session, id)
    run = await session.productions.find(id)
    spending = Spending(session.studio.storage.database)
    return Reported(told, await bars(run.handle), await spending.of(id))
