"""Steering where Temporal runs and no worker does: told at once, instead of waited for without end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from temporalio.client import Client

from infra.embedded import Stack
from infra.settings import Settings
from starter.errors import NoAnswer
from starter.session import Session
from workflows.film import FILM


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
