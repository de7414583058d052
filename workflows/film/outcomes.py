"""Knows how work is told of that runs in a task of its own: its failure is no task's, but raised to each who
asks for what it makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.film.crew import Runs
from workflows.studio import Artifact, CannotBeMade

#: What became of it: what it made, nothing, or why.
Outcome = Artifact | FailureError | CannotBeMade | None


async def outcome_of(work: Callable[[], Awaitable[Artifact | None]]) -> Outcome:
    """What becomes of it; lets cancellation pass."""
    # Begun here, for a task may be cancelled before it has begun.
    try:
        return await work()
    except (FailureError, CannotBeMade) as error:
        if is_cancelled_exception(error):
            raise
        return error


def made_of(outcome: Outcome) -> Artifact | None:
    """What it made. Raises why it made nothing."""
    if isinstance(outcome, FailureError | CannotBeMade):
        raise outcome
    return outcome


async def joined(tasks: Sequence[asyncio.Task[Any]], runner: Runs) -> None:
    """Returns once all of them have ended. Raises the first failure in their order. Cancels them where it is
    cancelled itself, and lets that pass once they have ended."""
    try:
        await runner.joined(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        for task in tasks:
            await runner.settled(task)
        raise


async def settled(task: asyncio.Task[Outcome], runner: Runs) -> Artifact | None:
    """What the task made, once it has ended. Raises why it made nothing, and CancelledError where it was
    cancelled."""
    # Not awaited itself: whoever is cancelled here would cancel it for all others too.
    await runner.settled(task)
    if task.cancelled():
        raise asyncio.CancelledError
    return made_of(task.result())
