"""Knows who serves which paid provider: this worker, whose keys it has, or another that polls its queue."""

from __future__ import annotations

import asyncio
import logging

from temporalio import activity
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from activities.faults import ProviderUnavailable
from activities.models import Roster
from infra.refusals import passes
from workflows.studio import generation_queue

log = logging.getLogger(__name__)


class Fleet:
    """All workers, as one of them sees them, with its own roster."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    async def providers(self) -> frozenset[str]:
        """The paid providers that some worker serves. Temporal is asked about those that this one does not,
        and remembers for five minutes who polled. Raises `ProviderUnavailable`."""
        own = frozenset(self._roster.providers)
        others = sorted(self._roster.catalogue.providers.keys() - own)
        polled = await asyncio.gather(*(_polled(generation_queue(name)) for name in others))
        return own | {name for name, there in zip(others, polled, strict=True) if there}


async def _polled(queue: str) -> bool:
    client = activity.client()
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    try:
        answer = await client.workflow_service.describe_task_queue(asked)
    except RPCError as error:
        if passes(error):
            raise ProviderUnavailable(f"Temporal does not tell who serves {queue} now") from error
        log.warning("Temporal does not tell who serves %s (%s)", queue, error.status.name)
        return False
    return bool(answer.pollers)
