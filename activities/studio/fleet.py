"""Knows who serves which paid provider: this worker, whose keys it has, or another that polls its queue."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from temporalio import activity
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from activities.faults import ProviderUnavailable
from activities.film.keeping import Keeping
from activities.models.casting import Miscast
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from infra.refusals import passes
from workflows.film.budget import is_paid
from workflows.film.contract import VideoRequest
from workflows.studio.calls import generation_queue

log = logging.getLogger(__name__)


class Fleet:
    """All workers, as one of them sees them; `own` are the providers whose keys it has itself."""

    def __init__(self, own: Collection[str], catalogue: Catalogue, keeping: Keeping) -> None:
        self._own, self._catalogue, self._keeping = frozenset(own), catalogue, keeping

    async def providers(self, request: VideoRequest) -> frozenset[str]:
        """The paid providers that some worker serves. Temporal is asked about those that this one does not,
        and remembers for five minutes who polled. Raises `ProviderUnavailable`."""
        others = sorted(self._catalogue.providers.keys() - self._own) if is_paid(request) else []
        polled = await asyncio.gather(*(_polled(generation_queue(name)) for name in others))
        return self._own | {name for name, there in zip(others, polled, strict=True) if there}

    async def planner(self, film: str, request: VideoRequest) -> str:
        """The provider on whose queue the film is planned. Empty where any worker can: rules plan it, or
        nobody can, which `compose_plan` then says in full."""
        try:
            models = await self._keeping.cast(film, request, self._catalogue.providers.keys())
        except Miscast:
            return ""
        provider = models.planner.provider
        if is_ruled(request, models.planner) or provider not in await self.providers(request):
            return ""
        return provider


def is_ruled(request: VideoRequest, planner: Model) -> bool:
    """Whether rules plan it, and no model."""
    return planner.work == "computes" or request.plan is not None


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
