"""Who ends when, where many films want few slots: in the product's order, and in that of their coming.

`uv run python -m tests.bench.fairness [--quick] [--without NAME]`: twelve films of one user at once and,
begun last, a small one of another, on two slots of the queue of encodes. The real `VideoWorkflow` on the real
dev server, with the settings of `reel up`, over activities that sleep as long as such steps take. Once as the
product does it; once more, on the same server, with the priorities and fairness keys taken off its steps.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import NamedTuple

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from tests.bench.makespan import serving
from tests.bench.studio import MODEL, SleepingStudio, planned_film
from tests.bench.tables import Held, said, table
from workflows.film.contract import BeatSeconds, VideoRequest
from workflows.film.planned import PlannedFilm
from workflows.film.steps import ComposePlan
from workflows.film.workflow import VideoWorkflow
from workflows.studio import calls

FILMS, SLOTS = 12, 2
#: Beats of each of the twelve, and of the other user's one.
LONG: tuple[BeatSeconds, ...] = (5, 10, 5)
SMALL: tuple[BeatSeconds, ...] = (5,)
# Of the end of the last one: else all films end together, and whoever comes last waits for all before him.
AIM = 0.35
# So quick that a run takes half a minute, and so slow that the slots, and not the server, are what is short.
SPEED, QUICK = 4.0, 20.0
# What computes here takes a slot for its pictures and chunks as for its encodes.
_COMPUTES = MODEL.model_copy(update={"work": "computes"})


class Studio(SleepingStudio):
    """Plans the film that was asked for."""

    @activity.defn
    async def compose_plan(self, step: ComposePlan) -> PlannedFilm:
        await self._take("plan")
        return planned_film(_COMPUTES, SMALL if step.request.duration_s == sum(SMALL) else LONG)


class _Plainly(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[object]:
        input.priority = Priority.default
        return super().start_activity(input)


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Plainly(outbound))


class InTheirComing(Interceptor):
    """Takes off every step what says which one goes first."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _Inbound


class Order(NamedTuple):
    """Seconds from the first start to the end of each of the twelve, the soonest first; and those that the
    other user's film took from its own."""

    ends: Sequence[float]
    waited_s: float

    @property
    def first(self) -> Held:
        return Held("first : last", self.ends[0] / self.ends[-1], AIM)

    @property
    def others(self) -> Held:
        return Held("the other user's : last", self.waited_s / self.ends[-1], AIM)


async def measured(client: Client, name: str, speed: float, interceptors: Sequence[Interceptor]) -> Order:
    """One run of all of them, by the server's clock."""
    studio = Studio(speed)
    async with AsyncExitStack() as workers:
        for queue in calls.QUEUES:
            worker = Worker(
                client,
                task_queue=queue,
                workflows=[VideoWorkflow] if queue == calls.STUDIO_QUEUE else [],
                activities=studio.activities(),
                max_concurrent_activities=SLOTS if queue == calls.MEDIA_QUEUE else None,
                interceptors=interceptors,
            )
            await workers.enter_async_context(worker)
        begun = [await _begun(client, f"{name}-{number}", LONG, "ann") for number in range(FILMS)]
        begun.append(await _begun(client, f"{name}-{FILMS}", SMALL, "bob"))
        took = [await _ended(film) for film in begun]
    since = took[0][0]
    start, end = took.pop()
    ends = sorted((one - since).total_seconds() for _, one in took)
    return Order(ends, (end - start).total_seconds())


async def _begun(
    client: Client, id: str, beats: Sequence[BeatSeconds], user: str
) -> WorkflowHandle[VideoWorkflow, object]:
    seconds = sum(beats)
    request = VideoRequest(
        prompt=f"A {seconds} second film about a ceramic coffee mug",
        duration_s=seconds,
        user=user,
        preview=False,
    )
    return await client.start_workflow(
        "VideoWorkflow",
        request,
        id=id,
        task_queue=calls.STUDIO_QUEUE,
        execution_timeout=timedelta(minutes=10),
    )


async def _ended(film: WorkflowHandle[VideoWorkflow, object]) -> tuple[datetime, datetime]:
    await film.result()
    told = await film.describe()
    assert told.close_time is not None, "its result has been read"
    return told.start_time, told.close_time


async def both(speed: float, without: str) -> dict[str, Order]:
    async with serving(without) as client:
        return {
            "the product's": await measured(client, "ordered", speed, ()),
            "as they come": await measured(client, "plain", speed, (InTheirComing(),)),
        }


def tables(orders: dict[str, Order]) -> str:
    """Markdown: both orders side by side, and what is held of the product's."""
    columns = list(orders.values())
    rows = [
        ["first of twelve", *(said(one.ends[0], "s") for one in columns)],
        ["mean", *(said(sum(one.ends) / len(one.ends), "s") for one in columns)],
        ["last of twelve", *(said(one.ends[-1], "s") for one in columns)],
        ["first : last", *(f"{one.first.value:.2f}" for one in columns)],
        ["the other user's, from its start", *(said(one.waited_s, "s") for one in columns)],
        ["the other user's : last", *(f"{one.others.value:.2f}" for one in columns)],
    ]
    ours = columns[0]
    held = table(["", "is", "aim", ""], [ours.first.row, ours.others.row])
    return f"{table([f'{FILMS} films, {SLOTS} slots', *orders], rows)}\n{held}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="five times quicker: shows that it runs")
    parser.add_argument(
        "--without",
        metavar="NAME",
        default="",
        help="without this setting of the server's, such as Partitions",
    )
    given = parser.parse_args()
    print(tables(asyncio.run(both(QUICK if given.quick else SPEED, given.without))))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
