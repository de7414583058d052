"""How much a worker takes at once: by its memory, and by what its machine does."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker, WorkerTuner

from infra.slots import LEAST_WAITING, MOST_WAITING, by_resources, fixed, free_memory, waiting_slots

GIB = 1 << 30


@given(free=st.integers(0, 1 << 42), queues=st.integers(0, 20))
def test_what_waits_on_all_queues_together_has_room_in_memory(free: int, queues: int) -> None:
    slots = waiting_slots(free, queues)
    assert LEAST_WAITING <= slots <= MOST_WAITING
    # As measured: 396 MB for a thousand.
    assert slots == LEAST_WAITING or slots * max(queues, 1) * 396_000 <= free / 2
    assert waiting_slots(free + GIB, queues) >= slots >= waiting_slots(free, queues + 1)


def test_a_worker_of_a_gigabyte_carries_a_thousand_jobs_of_one_provider() -> None:
    assert waiting_slots(GIB, 1) == MOST_WAITING
    assert 0 < free_memory() <= psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("slots", "most"), [(fixed(4), 4), (by_resources(2), 2), (by_resources(4, memory=0.001), 1)]
)
async def test_encodes_are_as_many_as_the_machine_takes_and_never_none(
    client: Client, slots: WorkerTuner, most: int
) -> None:
    """Where its memory is used, it is one at a time."""
    at_once, highest = 0, 0

    @activity.defn(name="encode")
    async def encode() -> None:
        nonlocal at_once, highest
        at_once += 1
        highest = max(highest, at_once)
        await asyncio.sleep(0.2)
        at_once -= 1

    queue, minute = f"slots-{uuid.uuid4().hex}", timedelta(minutes=1)
    async with Worker(client, task_queue=queue, activities=[encode], tuner=slots):
        begun = [
            await client.start_activity(
                encode, id=f"{queue}-{number}", task_queue=queue, start_to_close_timeout=minute
            )
            for number in range(6)
        ]
        for one in begun:
            await one.result()
    assert 1 <= highest <= most
