"""Knows how the animatic's version of a shot comes about: drawn here, for nothing, whatever else there is."""

from __future__ import annotations

from collections.abc import Callable

from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.film.assembly import Assembly
from workflows.film.crew import Crew
from workflows.film.method import AnyShooting
from workflows.film.shot_state import ShotState
from workflows.film.versions import Version
from workflows.studio import CannotBeMade

#: The version that stands in for any other.
ANIMATIC = Version(rung="animatic")


class Drawings:
    """Of one film; `shooting` makes a version of a shot, once the film's method is known."""

    def __init__(
        self, crew: Crew, assembly: Assembly, shooting: Callable[[ShotState, Version], AnyShooting]
    ) -> None:
        self._crew, self._assembly, self._shooting = crew, assembly, shooting

    def begin(self, shot: ShotState) -> None:
        """Draws it beside all else, where it is not there and nobody draws it."""
        if shot.drawing is None and ANIMATIC.name not in shot.finished:
            with self._crew.shot(shot.number, shot.id):
                shot.drawing = self._crew.runner.spawn(self._draw(shot))

    async def there(self, shot: ShotState) -> None:
        """Returns once the animatic is there. Raises why it is not, and lets cancellation pass."""
        # Where it was what is wanted and failed, it is not tried once more.
        if error := shot.failed.get(ANIMATIC.name):
            raise error
        if shot.drawing is None or shot.drawing.done():
            # It was cancelled, or dropped since.
            shot.drawing = None
            self.begin(shot)
        assert shot.drawing is not None, "only a shot of which nothing is finished is drawn"
        await self._crew.runner.joined([shot.drawing])
        if error := shot.failed.get(ANIMATIC.name):
            raise error

    async def _draw(self, shot: ShotState) -> None:
        try:
            footage = await self._shooting(shot, ANIMATIC).shoot()
            shot.segments[ANIMATIC.name] = await self._assembly.segment(shot.number, footage)
        except (FailureError, CannotBeMade) as error:
            if is_cancelled_exception(error):
                raise
            shot.failed[ANIMATIC.name] = error
            return
        shot.finished[ANIMATIC.name] = footage
        self._crew.watch.changed()
