"""How a test gives steps of a film up, and hears how the film ends."""

from __future__ import annotations

import asyncio

from starter.films import Film
from tests.support.paid import unfinished
from workflows.film.report import VideoResult
from workflows.studio.report import Progress


async def given_up(film: Film, *steps: str) -> None:
    """Gives each up once it waits for a person."""
    for step in steps:
        while step not in {wait.step for wait in (await unfinished(film)).waits}:
            await asyncio.sleep(0.2)
        assert await film.give_up(step) == f"{step} is given up"


async def ended(film: Film) -> tuple[VideoResult, Progress]:
    """A delivered film's result, and its last progress."""
    result, progress = await film.result(), await film.progress()
    assert result.status == "completed" and result.video is not None
    return result, progress
