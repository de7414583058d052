"""Keys are spread over workers: a film is planned where its planner's key is, bought where the others are."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import EventType, TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, RegisterNamespaceRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.film.plan import Planning
from activities.film.studio import FilmStudio
from activities.models.available import open_providers
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from infra.temporal import connect, plugin
from starter.films import FilmFailed, Films
from tests.support.paid import TIMES, asked
from tests.support.standing import Standins
from worker import hosting, make_workers
from workflows.film.contract import VideoRequest
from workflows.film.steps import ComposePlan
from workflows.studio.calls import QUEUES, generation_queue
from workflows.studio.money import PaidStep

PLANNER, IMAGE, VIDEO = "openai-gpt-5.4-mini", "replicate-flux-schnell", "fal-kling-2.5-turbo-pro"
#: A worker with the keys of some providers: by default it hosts their queues, else the usual ones.
Hosts = Callable[..., AbstractAsyncContextManager[Studio]]


@pytest_asyncio.fixture
async def client(stack: Stack) -> Client:
    """Of a namespace of the test's own: Temporal remembers whoever polled a queue in the others."""
    name, day = f"fleet-{secrets.token_hex(4)}", Duration(seconds=24 * 3600)
    asked = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=day)
    await (await connect(stack)).workflow_service.register_namespace(asked)
    return await Client.connect(stack.temporal_address, namespace=name, plugins=[plugin()])


@pytest.fixture
def worker_with(stack: Stack, settings: Settings, client: Client, standins: Standins) -> Hosts:
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})
    near = replace(stack, standins=standins.root)

    @asynccontextmanager
    async def opened(*names: str) -> AsyncIterator[Studio]:
        known = open_providers(quick, standins.root)
        parts = Parts(providers={name: known[name] for name in names}, times=TIMES)
        queues = [generation_queue(name) for name in names] or list(QUEUES)
        async with (
            open_studio(near, quick, parts) as studio,
            hosting(make_workers(client, studio, quick, queues)),
        ):
            for queue in queues:
                await polled(client, queue)
            yield studio

    return opened


async def polled(client: Client, queue: str) -> None:
    """Returns when Temporal knows that somebody serves the queue's activities."""
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    while not (await client.workflow_service.describe_task_queue(asked)).pollers:
        await asyncio.sleep(0.05)


def film(**more: object) -> VideoRequest:
    made = asked("hero_shot", image=IMAGE, video=VIDEO)
    models = made.models.model_copy(update={"planner": PLANNER})
    changed = {"plan": None, "duration_s": 5, "models": models, **more}
    return VideoRequest.model_validate(made.model_copy(update=changed).model_dump())


async def planned_on(handle: WorkflowHandle[object, object]) -> list[str]:
    """The queues on which planning was scheduled."""
    kind = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    scheduled = [
        event.activity_task_scheduled_event_attributes
        async for event in handle.fetch_history_events()
        if event.event_type == kind
    ]
    return [one.task_queue.name for one in scheduled if one.activity_type.name == "compose_plan"]


async def test_a_film_is_planned_where_its_planners_key_is(worker_with: Hosts, client: Client) -> None:
    async with worker_with(), worker_with("openai"), worker_with("replicate", "fal"):
        made = await Films(client).start(film())
        assert (await made.result()).status == "completed"
        assert await planned_on(made.handle) == [generation_queue("openai")]


async def test_a_film_that_rules_plan_is_planned_by_any_worker(worker_with: Hosts, client: Client) -> None:
    async with worker_with(), worker_with("replicate", "fal"):
        made = await Films(client).start(asked("hero_shot", image=IMAGE, video=VIDEO))
        assert (await made.result()).status == "completed"
        assert await planned_on(made.handle) == ["reel-generation"]


async def test_planning_of_an_older_film_is_left_to_a_worker_that_has_the_key(
    worker_with: Hosts, client: Client
) -> None:
    async with worker_with() as keyless, worker_with("openai", "replicate", "fal"):
        step = ComposePlan(request=film(), terms=PaidStep(film="film-older", may_spend_usd=Decimal("0.05")))
        with pytest.raises(ApplicationError) as left:
            await ActivityEnvironment(client=client).run(Planning(FilmStudio.of(keyless)).compose_plan, step)
        assert left.value.type == "ProviderUnavailable" and not left.value.non_retryable


async def test_a_key_that_nobody_has_is_named_at_once(worker_with: Hosts, client: Client) -> None:
    async with worker_with(), worker_with("replicate", "fal"):
        made = await Films(client).start(film())
        with pytest.raises(FilmFailed, match="sold by openai, whose key is not set") as refused:
            await made.result()
        assert refused.value.type == "Miscast"


async def test_a_rung_is_usable_where_somebody_serves_its_models(worker_with: Hosts, client: Client) -> None:
    """A free film asks nobody for what it is made with; what it could be made with is the fleet's."""
    step = ComposePlan(request=VideoRequest(prompt="A film about a ceramic coffee mug"))
    async with worker_with() as keyless:
        planning = Planning(FilmStudio.of(keyless))
        alone = await ActivityEnvironment(client=client).run(planning.compose_plan, step)
        async with worker_with("replicate"):
            beside = await ActivityEnvironment(client=client).run(planning.compose_plan, step)
    assert alone.offered_by("animatic", "video") and not alone.rungs["draft"].models
    assert "replicate, whose key is not set" in alone.rungs["draft"].unavailable
    assert beside.offered_by("draft", "video") and not beside.rungs["draft"].unavailable
    assert "set FAL_KEY" in beside.rungs["final"].unavailable and not beside.offered_by("final", "video")
