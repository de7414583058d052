"""How a test gives steps of a film up, and hears how the film ends."""

from __future__ import annotations

import asyncio

from starter.films import Film, Films
from workflows.film.report import VideoResult
from workflows.studio.report import Progress


async def given_up(film: Film, *steps: str) -> None:
    for step in steps:
        while step not in {wait.step for wait in (await film.progress()).waits}:
            await asyncio.sleep(0.2)
        assert await film.give_up(step) == f"{step} is given up"


async def ended(films: Films, film: Film) -> tuple[VideoResult, Progress]:
    result, progress = await film.result(), await film.progress()
    assert result.status == "completed" and result.video is not None
    return result, progress
