"""What was bought of a film before its stop was felt: looked for, and taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.film.crew import Crew
from workflows.film.keeping import Keeping
from workflows.film.shot_state import ShotState
from workflows.studio import CannotBeMade

# Looking up what is finished takes a moment; where a worker was just killed, until that is noticed, and once
# more. Whoever stops a film waits for it.
_LOOKING = timedelta(minutes=1)


async def recover(shots: Iterable[ShotState], crew: Crew, keeping: Keeping) -> None:
    """Of shots whose wanted version was being made: what is all there is finished."""
    looking = [crew.runner.spawn(_recovered(shot, keeping)) for shot in shots]
    await crew.watch.until(
        lambda: all(task.done() for task in looking), _LOOKING, "What was bought is looked for"
    )
    for task in looking:
        task.cancel()
        await crew.runner.settled(task)


async def _recovered(shot: ShotState, keeping: Keeping) -> None:
    assert shot.shooting is not None, "only of what was begun anything can have been bought"
    try:
        footage = await shot.shooting.recover()
        shot.finished[footage.version.name] = footage
        await keeping.version(shot.id, footage)
    except (FailureError, CannotBeMade) as error:
        if is_cancelled_exception(error):
            raise
        # Nothing is lost: another run finds it.
        shot.shooting.close()
