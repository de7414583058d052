"""What a production was, whatever its rows are: what ran when, and what each job cost, against what it was
estimated at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from activities.studio.ran import Bar
from activities.studio.spending import Bought, Spending
from activities.studio.studio import Studio
from workflows.studio import Progress


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
    """`bars` are empty where its history has expired."""

    id: str
    progress: Progress
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


async def bought_by(studio: Studio, id: str) -> tuple[Bought, ...]:
    """Every job that it paid. Raises what `Database` raises."""
    return await Spending(studio.storage.database).of(id)
