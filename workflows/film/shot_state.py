"""How one shot stands: which versions of it are finished, why others are not, and what makes the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from workflows.film.assembly import Segment
from workflows.film.method import AnyShooting
from workflows.film.versions import Footage, Version
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
    shooting: AnyShooting | None = None
    task: asyncio.Task[None] | None = None
    #: What made versions that are not wanted any more, and may still be ending.
    former: list[asyncio.Task[None]] = field(default_factory=list)
    drawing: asyncio.Task[None] | None = None
    #: What is wanted of it was left unfinished by another run, and nobody has asked for it since.
    is_unnamed: bool = False

    @property
    def is_settled(self) -> bool:
        return self.task is not None and self.task.done()

    def has(self, version: Version) -> bool:
        """Whether it is finished, as it is asked for."""
        there = self.finished.get(version.name)
        return there is not None and there.version == version

    def is_shooting(self, version: Version) -> bool:
        """Whether that is what was made of it last."""
        return self.shooting is not None and self.shooting.version == version

    @property
    def bug(self) -> BaseException | None:
        """What no step has failed with: only a mended release goes on from there."""
        ended = [task for task in (self.task, self.drawing) if task and task.done()]
        errors = [task.exception() for task in ended if not task.cancelled()]
        return next((error for error in errors if error and not is_cancelled_exception(error)), None)

    def close(self) -> None:
        """No further step of what is being made starts."""
        if self.shooting is not None:
            self.shooting.close()

    def let_go(self) -> None:
        """What is being made is not wanted any more: it ends, and whatever is made next waits for that."""
        self.close()
        if self.task is not None:
            self.former.append(self.task)
            self.task.cancel()


def shot_named(shots: Mapping[str, ShotState], id: str) -> ShotState:
    """The one of that id, or of that number from 1, of shots in their order. Raises `ApplicationError` where
    there is no such shot."""
    if id.isascii() and id.isdecimal() and id not in shots and 0 < int(id) <= len(shots):
        return list(shots.values())[int(id) - 1]
    if id not in shots:
        known = ", ".join(shots)
        raise ApplicationError(f"there is no shot {id[:64]}; there are {known}", type="NoSuchShot")
    return shots[id]
