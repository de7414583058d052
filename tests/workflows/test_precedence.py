"""Which step goes first: the later one, a person's before a batch's, whatever the names of steps are."""

from __future__ import annotations

import asyncio
import uuid
from fractions import Fraction

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.worker import Worker

from workflows.film import steps
from workflows.film.timeline import Conform
from workflows.studio.calls import LIGHT, run
from workflows.studio.facts import Artifact, Facts, FrameFormat, Media
from workflows.studio.precedence import Stage, priority_of


class Step(Facts):
    name: str
    queue: str


@workflow.defn(name="Precedences", sandboxed=False)
class Precedences:
    user = "ada" * 40

    @workflow.run
    async def run(self) -> list[tuple[int | None, str | None]]:
        return [(one.priority_key, one.fairness_key) for one in map(priority_of, Stage)]


@workflow.defn(name="OneStep", sandboxed=False)
class OneStep:
    """A production that has come as far as its id says."""

    @workflow.run
    async def run(self, step: Step) -> None:
        stage = Stage[step.name.split()[1].upper()]
        await run("note", step, Step, step.queue, LIGHT, step.name, stage)


@pytest.mark.parametrize(
    ("own", "bands", "key"),
    [
        (Priority(), [1, 2, 3], ("ada" * 40)[:64]),
        (Priority(priority_key=2, fairness_key="bob"), [1, 2, 3], "bob"),
        (Priority(priority_key=5, fairness_key="bob"), [4, 4, 5], "bob"),
        (Priority(priority_key=4), [4, 4, 5], ("ada" * 40)[:64]),
    ],
)
async def test_the_run_says_which_band_and_the_stage_where_in_it(
    client: Client, own: Priority, bands: list[int], key: str
) -> None:
    queue = f"precedence-{uuid.uuid4().hex}"
    async with Worker(client, task_queue=queue, workflows=[Precedences]):
        said = await client.execute_workflow(Precedences.run, id=queue, task_queue=queue, priority=own)
    assert [tuple(one) for one in said] == [(band, key) for band in bands]


@workflow.defn(name="FilmSteps", sandboxed=False)
class FilmSteps:
    """Schedules what a film refines, drawn and bought, and is over before any of it runs."""

    @workflow.run
    async def run(self) -> None:
        image = Artifact(key="i", object="i", media=Media(mime="image/png", bytes=1, sha256="0" * 64))
        drawn = steps.RefineSegment(
            beat_id="hero_shot",
            chunks=(),
            conform=Conform(counts=(), native=Fraction(24), fps=24, beat_frames=1, handle=0, retime=False),
            format=FrameFormat(width=2, height=2, fps=24),
            look="natural",
            head_frames=0,
        )
        bought = drawn.model_copy(update={"first": image})
        wanted = ((drawn, True), (bought, True), (bought, False))
        begun = [asyncio.ensure_future(steps.refine_segment(step, "body", unseen)) for step, unseen in wanted]
        await asyncio.sleep(0)
        assert not any(one.done() for one in begun)


#: In which bands, in that order: of a person's film and of a batch's.
WANTED = {None: [1, 3, 2], 4: [4, 4, 4]}


@pytest.mark.parametrize("own", WANTED)
async def test_nothing_that_is_bought_is_refined_before_the_drawings_of_a_film_that_nobody_has_seen(
    client: Client, own: int | None
) -> None:
    queue = f"precedence-{uuid.uuid4().hex}"
    async with Worker(client, task_queue=queue, workflows=[FilmSteps]):
        film = await client.start_workflow(
            FilmSteps.run, id=queue, task_queue=queue, priority=Priority(priority_key=own)
        )
        await film.result()
    scheduled = [
        event.activity_task_scheduled_event_attributes.priority.priority_key
        async for event in film.fetch_history_events()
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert scheduled == WANTED[own]


async def waiting(client: Client, queue: str) -> int:
    """How many activities its queue holds."""
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        report_stats=True,
    )
    return (await client.workflow_service.describe_task_queue(asked)).stats.approximate_backlog_count


async def test_a_queue_takes_up_late_steps_first_people_before_batches_and_users_in_turn(
    client: Client,
) -> None:
    """On the dev server as it is started here: in the order of their coming it would be the reverse."""
    queue, noted = f"precedence-{uuid.uuid4().hex}", list[str]()

    @activity.defn(name="note")
    async def note(step: Step) -> Step:
        noted.append(step.name)
        return step

    batch, person = Priority(priority_key=4, fairness_key="bob"), Priority(fairness_key="ada")
    begun = [(f"batch {stage}", batch) for stage in ("early", "middle", "late")]
    begun += [(f"ada early {number}", person) for number in range(12)]
    begun += [("bob early", Priority(fairness_key="bob")), ("ada middle", person), ("ada late", person)]
    async with Worker(client, task_queue=f"{queue}-runs", workflows=[OneStep]):
        started = []
        for number, (name, priority) in enumerate(begun):
            step = Step(name=name, queue=queue)
            id = f"{queue}-{number}"
            started.append(
                await client.start_workflow(
                    OneStep.run, step, id=id, task_queue=f"{queue}-runs", priority=priority
                )
            )
        # What is scheduled reaches its queue a moment later.
        while await waiting(client, queue) < len(started):
            await asyncio.sleep(0.05)
        async with Worker(client, task_queue=queue, activities=[note], max_concurrent_activities=1):
            for one in started:
                await one.result()
    assert noted[:2] == ["ada late", "ada middle"]
    assert noted[-1] == "batch early" and sorted(noted[-3:-1]) == ["batch late", "batch middle"]
    assert noted.index("bob early") < len(begun) - 4, "he waits behind all of hers"
