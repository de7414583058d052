"""How one shot stands: which versions of it are finished, why others are not, and what makes the rest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from temporalio.exceptions import FailureError

from workflows.film.assembly import Segment
from workflows.film.shooting import Shooting
from workflows.film.versions import Footage
from workflows.studio import CannotBeMade


@dataclass
class ShotState:
    """How one shot stands. `task` makes what is wanted of it; `drawing` the animatic's, once asked for."""

    number: int
    id: str
    finished: dict[str, Footage] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    #: Why a version is not there, by its name.
    failed: dict[str, FailureError | CannotBeMade] = field(default_factory=dict)
    shooting: Shooting | None = None
    task: asyncio.Task[None] | None = None
    #: What made versions that are not wanted any more, and may still be ending.
    former: list[asyncio.Task[None]] = field(default_factory=list)
    drawing: asyncio.Task[None] | None = None

    @property
    def is_settled(self) -> bool:
        return self.task is not None and self.task.done()

    def close(self) -> None:
        """No further step of what is being made starts."""
        if self.shooting is not None:
            self.shooting.close()
