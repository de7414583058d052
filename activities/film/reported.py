"""What a film was: its shots, what ran when, and what each step cost, against what it was estimated at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from activities.film.stills import Picture, still
from activities.studio import Bar, Bought, Spending, Studio
from workflows.film import prompt_of
from workflows.studio import Progress, RowProgress


@dataclass(frozen=True)
class ReportedShot:
    """A shot by its number, from 1, and a frame of what it shows; None where that is gone."""

    number: int
    row: RowProgress
    picture: Picture | None

    @property
    def words(self) -> str:
        """What its models were told: the plan's words, a person's, or both."""
        wanted = self.row.wanted
        return prompt_of(self.row.words, wanted.words, wanted.note) if wanted else self.row.words


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
    """`frame` is its width and height; `bars` are empty where its history has expired. `is_over` where it is
    told of the film as it ended or stands, and not as one cut of it was delivered."""

    id: str
    prompt: str
    progress: Progress
    shots: tuple[ReportedShot, ...]
    frame: tuple[int, int]
    bars: tuple[Bar, ...]
    bought: tuple[Bought, ...]
    is_over: bool = True

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


async def shots_of(studio: Studio, rows: Sequence[RowProgress], size: tuple[int, int]) -> list[ReportedShot]:
    """The rows of a film of that size with their pictures. Raises what `ObjectStore` raises."""

    async def shot(number: int, row: RowProgress) -> ReportedShot:
        shown = row.shown
        jpeg = await still(studio, shown.object, size) if shown and shown.object else None
        return ReportedShot(number, row, Picture(shown.name, jpeg) if shown and jpeg else None)

    # Each decodes on a core of its own: whoever waits for a cut waits for this.
    return await asyncio.gather(*(shot(number, row) for number, row in enumerate(rows, 1)))


async def bought_by(studio: Studio, id: str) -> tuple[Bought, ...]:
    """Every job that the film paid. Raises what `Database` raises."""
    return await Spending(studio.storage.database).of(id)
