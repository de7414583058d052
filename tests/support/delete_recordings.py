"""The recordings of deletions: of a production that has ended, and of one that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from starter.films import Films
from tests.support.plain import PLAN, Plain
from workflows.film.contract import VideoRequest
from workflows.studio.calls import STUDIO_QUEUE
from workflows.upkeep.deletion import DELETE, DELETING, Deleted, DeleteProduction

Handle = WorkflowHandle[Any, Any]
Rig = Callable[..., AbstractAsyncContextManager[Films]]


async def _begun(client: Client, id: str) -> Handle:
    asked = DeleteProduction(production=id)
    return await client.start_workflow(
        DELETE, asked, id=f"{DELETING}{id}", task_queue=STUDIO_QUEUE, result_type=Deleted
    )


async def deleted(rig: Rig, client: Client) -> Handle:
    asked = VideoRequest(prompt="A film that is deleted", size="360p", fps=8, plan=PLAN)
    async with rig(Plain()) as films:
        film = await films.start(asked)
        await film.result()
        deletion = await _begun(client, film.id)
        assert (await deletion.result()).gone
        return deletion


async def nothing_to_delete(rig: Rig, client: Client) -> Handle:
    async with rig(Plain()):
        deletion = await _begun(client, "film-of-nobody")
        with pytest.raises(WorkflowFailureError):
            await deletion.result()
        return deletion


RECORDINGS = (deleted, nothing_to_delete)
