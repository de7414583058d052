"""Knows how a worker of a house lives: where it dies, how long it may live, and what is counted of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.boundaries import SELDOM, of_the_desk

# How many boundaries one worker is told to die at: the first that it meets is where it dies.
_CHOICE = 16
# A worker that meets none of its boundaries is killed wherever it is.
_PATIENCE_S = 12.0
# The part of the workers that are killed at a random moment from the start.
_AT_RANDOM = 0.25
# The part of those that are frozen first.
_FREEZES = 0.5
# Workflows are hosted by one process, whose death stalls every film for a second: it dies more seldom.
_DESK_LIVES_S = (4.0, 15.0)


@dataclass
class Life:
    """One worker process. `deaths` are the boundaries that it dies at; `limit_s` how long it may live."""

    id: int
    role: str
    deaths: tuple[str, ...]
    limit_s: float | None
    freezes: bool = False
    pid: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    died_at: str | None = None
    turned_away: bool = False


@dataclass
class Tally:
    """What was killed: workers by boundary or at random, servers by name."""

    deaths: Counter[str] = field(default_factory=Counter)
    random: Counter[str] = field(default_factory=Counter)
    servers: Counter[str] = field(default_factory=Counter)
    #: Workers that were frozen for seconds, and woke up to find their work taken over.
    frozen: int = 0
    #: Workers that the bucket refused as they started.
    turned_away: int = 0
    surprises: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.deaths.total() + self.random.total()


def drawn(number: int, role: str, wanted: Sequence[str], draw: random.Random, *, at_random: bool) -> Life:
    """The next worker's, by chance: at some of the boundaries that are `wanted`, and at any moment too where
    that is allowed."""
    mine = [death for death in wanted if of_the_desk(death) == (role == "desk")]
    seldom = [death for death in mine if death.startswith(SELDOM)]
    chosen = (*draw.sample(mine, min(len(mine), _CHOICE)), *seldom)
    if not at_random:
        return Life(number, role, chosen, None)
    if role == "desk":
        return Life(number, role, chosen, draw.uniform(*_DESK_LIVES_S))
    if not chosen or draw.random() < _AT_RANDOM:
        freezes = draw.random() < _FREEZES
        return Life(number, role, (), draw.uniform(0.2, 5.0), freezes)
    return Life(number, role, chosen, _PATIENCE_S)
