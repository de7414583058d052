"""What a film was: its shots, beside what is told of every production."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from activities.studio import Picture, Reported, Studio, still
from workflows.film import prompt_of
from workflows.studio import RowProgress


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
class ReportedFilm(Reported):
    """`frame` is its width and height. `is_over` where it is told of the film as it ended or stands, and not
    as one cut of it was delivered."""

    prompt: str
    shots: tuple[ReportedShot, ...]
    frame: tuple[int, int]
    is_over: bool = True


async def shots_of(studio: Studio, rows: Sequence[RowProgress], size: tuple[int, int]) -> list[ReportedShot]:
    """The rows of a film of that size with their pictures. Raises what `ObjectStore` raises."""

    async def shot(number: int, row: RowProgress) -> ReportedShot:
        shown = row.shown
        jpeg = await still(studio, shown.object, size) if shown and shown.object else None
        return ReportedShot(number, row, Picture(shown.name, jpeg) if shown and jpeg else None)

    # Each decodes on a core of its own: whoever waits for a cut waits for this.
    return await asyncio.gather(*(shot(number, row) for number, row in enumerate(rows, 1)))
