"""Steering where Temporal runs and no worker does: told at once, instead of waited for without end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import uuid4

import pytest
from temporalio.client import Client

from infra.embedded import Stack
from infra.settings import Settings
from starter.errors import NoAnswer, TellsNothing
from starter.run import Run
from starter.session import Session
from workflows.film import FILM
from workflows.studio import Progress


class Beginning(Run[Any]):
    """Its worker begins to answer after so many failures."""

    fails: ClassVar[list[NoAnswer]] = []

    async def progress(self) -> Progress:
        if self.fails:
            raise self.fails.pop(0)
        return Progress(status="rendering")


async def test_a_worker_that_begins_is_asked_again_but_none_that_cannot_tell() -> None:
    run = Beginning("film-mug", True, cast(Any, None), FILM)
    run.fails[:] = [NoAnswer(), NoAnswer()]
    assert (await run.progress_soon(60, every_s=0)).status == "rendering"
    run.fails[:] = [NoAnswer(), NoAnswer("last")]
    with pytest.raises(NoAnswer):
        await run.progress_soon(-1)
    run.fails[:] = [TellsNothing(), NoAnswer()]
    with pytest.raises(TellsNothing):
        await run.progress_soon(60, every_s=0)


async def test_an_update_that_no_worker_takes_is_told(
    client: Client, stack: Stack, settings: Settings
) -> None:
    name = f"film-{uuid4()}"
    film = await client.start_workflow(FILM.workflow, {"prompt": "A mug"}, id=name, task_queue=name)
    session = Session(settings, replace(stack, temporal_embedded=False), client, AsyncExitStack())
    async with asyncio.timeout(60):
        with pytest.raises(NoAnswer, match=name):
            await session.decide(name, lambda run: run.set_budget(Decimal(5)))
    await film.terminate()
