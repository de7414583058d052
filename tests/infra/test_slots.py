"""How much a worker takes at once: by its memory, and by what its machine does."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path

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
    ("prefix", "most", "taken", "files"),
    [
        ("", "memory.max", "memory.current", "inactive_file"),
        ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ],
)
def test_what_a_container_has_taken_is_not_free(
    tmp_path: Path, prefix: str, most: str, taken: str, files: str
) -> None:
    (tmp_path / prefix).mkdir(exist_ok=True)

    def told(limit: str, of_files: int) -> int:
        said = {most: limit, taken: "900", "memory.stat": f"anon 100\n{files} {of_files}\n"}
        for name, text in said.items():
            (tmp_path / prefix / name).write_text(text)
        return free_memory(tmp_path)

    assert told("1000", 0) == 100
    # The kernel gives up what it only remembers of files.
    assert told("1000", 500) == 600
    # Lowered while it runs.
    assert told("800", 0) == 0
    assert told("max", 0) > GIB / 8


@pytest.mark.parametrize(
    ("slots", "least", "most"),
    [(fixed(4), 4, 4), (by_resources(2), 1, 2), (by_resources(4, memory=0.001), 1, 1)],
)
async def test_encodes_are_as_many_as_the_machine_takes_and_never_none(
    client: Client, slots: WorkerTuner, least: int, most: int
) -> None:
    """Where its memory is used, it is one at a time."""
    at_once, highest, enough = 0, 0, asyncio.Event()

    @activity.defn(name="encode")
    async def encode() -> None:
        nonlocal at_once, highest
        at_once += 1
        highest = max(highest, at_once)
        if highest >= least:
            enough.set()
        await enough.wait()
        # For one more to come, if any may.
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
    assert least <= highest <= most
