"""Knows how somebody ends a production amid, by what it goes on, and what the run says that was ended."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from infra.errors import Unreachable
from starter.errors import Away, FilmEnded, NoAnswer, NoSuchFilm, NotDone, NotWaiting
from starter.productions import Productions
from starter.refused import is_gone
from starter.run import Run
from tests.chaos.accounts import read_at
from tests.chaos.asked import LASTING
from workflows.film.report import VideoResult
from workflows.pipeline import PipelineResult
from workflows.studio.report import Progress, StepProgress

#: How a run is ended: by the signal, by Temporal's cancel, or without being asked.
ENDS = ("stop", "cancel", "terminate")
#: What happens to a pipeline, in turn: how it is ended, and by what it is begun again. Of twins one is
#: stopped, and the other goes on with what both of them wait for.
DIRECTED = (
    ("stop", "again"),
    ("cancel", "retake"),
    ("twin", "again"),
    ("stop", "retake"),
    ("cancel", "again"),
    ("terminate", "again"),
)
#: The steps that a retake may be of; what follows from it is made again.
_RETAKEN = ("draw", "turn")
# The part that is ended at any moment, before there is a plan or while it waits for money; the rest while
# something is bought: a job that runs is what can be paid for nothing.
_ANY_MOMENT, _MOMENT_S = 0.4, 8.0
# One that buys nothing for so long is ended all the same.
_BUSY_S = 30.0
_LOOK_S = 0.3


@dataclass
class End:
    """One run that somebody meant to end: whether that came in time is chance."""

    how: str
    #: As Temporal says.
    status: WorkflowExecutionStatus | None = None
    memo: Mapping[str, Any] = field(default_factory=dict)
    #: None where it has none: it was canceled, terminated or has failed.
    result: VideoResult | PipelineResult | None = None
    #: Of one that was canceled.
    progress: Progress | None = None
    #: When it last asked what it has cost.
    counted_at: datetime | None = None

    @property
    def came_in_time(self) -> bool:
        """Whether that is how it ended, and not with all that was asked for."""
        match self.how:
            case "stop":
                return self.result is not None and self.result.status == "stopped" and not self.result.whole
            case "cancel":
                return self.status == WorkflowExecutionStatus.CANCELED
            case _:
                return self.status == WorkflowExecutionStatus.TERMINATED


class Stopping:
    """Ends runs, and begins them again by a decision."""

    def __init__(self, productions: Productions, draw: random.Random) -> None:
        self._productions, self._draw = productions, draw

    async def end(self, run: Run[Any], how: str) -> None:
        """At a moment of its own; nothing where it has ended by itself before."""
        if self._draw.random() < _ANY_MOMENT:
            await asyncio.sleep(self._draw.uniform(0, _MOMENT_S))
        else:
            await self._amid(run)
        await asked_to_end(run, how)

    async def told(self, run: Run[Any], end: End) -> None:
        """Notes what is told of it; to be asked before it is begun again."""
        description = await until_there(run.describe)
        end.status = description.status
        end.memo = await description.memo()
        if end.status == WorkflowExecutionStatus.CANCELED:
            end.progress = await until_there(run.progress)
        if end.result is not None:
            end.counted_at = await read_at(run.handle)

    async def retaken(self, run: Run[Any], word: str) -> Run[Any] | None:
        """The run that a retake has begun, in words that nothing else is asked for in; None where nobody can
        say whether it is wanted now."""
        said = {"step": self._draw.choice(_RETAKEN), "words": f"Beside a {word} jug"}
        with suppress(NotWaiting, NotDone, FilmEnded, NoSuchFilm, NoAnswer, Away):
            _, begun = await self._productions.ask(run, "retake", said)
            return begun
        return None

    async def _amid(self, run: Run[Any]) -> None:
        """While it waits for a provider."""
        latest = time.monotonic() + _BUSY_S
        while time.monotonic() < latest and not await _buys_or_ended(run):
            await asyncio.sleep(_LOOK_S)
        await asyncio.sleep(self._draw.choice((0, self._draw.uniform(0, 2))))


async def asked_to_end(run: Run[Any], how: str) -> None:
    """Once somebody takes it; nothing where it has ended before."""
    latest = time.monotonic() + _BUSY_S
    while time.monotonic() < latest:
        try:
            await _sent(run, how)
            break
        except Unreachable:
            # Who is not answered asks again.
            await asyncio.sleep(_LOOK_S)


async def _sent(run: Run[Any], how: str) -> None:
    """Raises `Unreachable`."""
    try:
        match how:
            case "stop":
                await run.stop()
            case "cancel":
                await run.handle.cancel()
            case _:
                await run.handle.terminate("chaos")
    except FilmEnded:
        pass
    except RPCError as error:
        if not is_gone(error):
            raise Away(str(error)) from error


def steps_of(progress: Progress) -> list[StepProgress]:
    return [*progress.film_steps, *(step for row in progress.beats for step in row.steps)]


async def _buys_or_ended(run: Run[Any]) -> bool:
    with suppress(NoAnswer, NoSuchFilm, Away):
        # A chunk takes its provider seconds; an image is often there before the stop is felt.
        told = await run.progress()
        buys = any(one.state == "running" and one.name.startswith(LASTING) for one in steps_of(told))
        return buys or told.status not in ("planning", "rendering")
    return False


async def until_there(ask: Any) -> Any:
    """The answer, once somebody is there to give it."""
    while True:
        with suppress(NoAnswer, Unreachable):
            return await ask()
        await asyncio.sleep(_LOOK_S)
