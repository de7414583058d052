"""How people direct a film, for tests: its updates, while it runs and after it has ended."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from starter.films import Film
from tests.support.standing import Standins
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.studio.calls import STUDIO_QUEUE


async def told(film: Film, update: str, **value: Any) -> str:
    """What a running film answers."""
    answer: str = await film.handle.execute_update(update, value)
    return answer


async def edited(client: Client, request: VideoRequest, update: str, **value: Any) -> VideoResult:
    """The film as it ends after the decision: of one that has ended, which it starts once more."""
    operation, _ = await begun(client, request, update, **value)
    return await (await operation.workflow_handle()).result()


async def begun(
    client: Client, request: VideoRequest, update: str, **value: Any
) -> tuple[WithStartWorkflowOperation[Any, VideoResult], str]:
    """The film, begun by the decision where it does not run; and what it answers."""
    operation: WithStartWorkflowOperation[Any, VideoResult] = WithStartWorkflowOperation(
        "VideoWorkflow",
        request.model_dump(mode="json", exclude_defaults=True),
        id=film_id(request),
        task_queue=STUDIO_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        result_type=VideoResult,
    )
    words: str = await client.execute_update_with_start_workflow(
        update, value, start_workflow_operation=operation
    )
    return operation, words


def refusal(error: WorkflowUpdateFailedError) -> tuple[str, str]:
    """The type and the words with which a decision was refused."""
    assert isinstance(error.cause, ApplicationError)
    return error.cause.type or "", error.cause.message


async def submitted(standins: Standins, count: int, provider: str = "replicate") -> list[dict[str, Any]]:
    """What the provider has accepted, once that is so much."""
    while len(log := standins.log(provider)) < count:
        await asyncio.sleep(0.05)
    return log
