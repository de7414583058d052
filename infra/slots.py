"""How much a worker takes at once, by the memory that is free when it starts.

Never by what the machine does meanwhile: where others use its cores too, the kernel shares them out. The
SDK's resource-based slots ask every ten milliseconds whether one more may begin, which took 7 ms of CPU a
second of a worker that did nothing, and left a film on a busy machine one core of two.
"""

from __future__ import annotations

from pathlib import Path

import psutil
from temporalio.worker import FixedSizeSlotSupplier, WorkerTuner

# A worker that followed a thousand jobs had 396 MB, itself with them.
_JOB_BYTES = 400_000
# The other half is for what films in the cache, encodes and outputs on their way take.
_WAITING_SHARE = 0.5
#: What the smallest machine carries, and what one event loop was seen to carry with a lag of 10 ms: for more,
#: there are more workers.
LEAST_WAITING, MOST_WAITING = 50, 1000
# What an encode takes in the end at 1080p is 460 MB, at 720p 233 MB.
_ENCODE_BYTES = 500_000_000
# The rest is for whatever else the machine does.
_ENCODES_SHARE = 0.8
# The SDK's own default, for kinds of tasks that wait for nobody.
_OTHERS = 100
_CONTAINER = Path("/sys/fs/cgroup")
# What a container may take and has taken, and which of the latter are files that the kernel gives up for
# whoever needs the memory: by the second version of its control groups and by the first.
_GROUPS = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)


def free_memory(container: Path = _CONTAINER) -> int:
    """Bytes that this process may still take: what the machine has, or its container where that is less.
    `container` is where the kernel tells of the latter."""
    return min([psutil.virtual_memory().available, *(_left(container, *group) for group in _GROUPS)])


def _left(container: Path, most: str, taken: str, facts: str, files: str) -> int:
    try:
        left = int((container / most).read_text()) - int((container / taken).read_text())
        told = dict(line.split() for line in (container / facts).read_text().splitlines())
    except (OSError, ValueError):
        # Not there, or "max".
        return psutil.virtual_memory().total
    return max(left + int(told.get(files, 0)), 0)


def waiting_slots(free_bytes: int, queues: int) -> int:
    """How many steps that wait for a provider one worker takes from each of its queues."""
    share = int(free_bytes * _WAITING_SHARE / _JOB_BYTES / max(queues, 1))
    return min(max(share, LEAST_WAITING), MOST_WAITING)


def encode_slots(free_bytes: int, most: int) -> int:
    """How many encodes one worker takes: as many as their memory has room for, `most` at most, and never
    none."""
    return max(1, min(most, int(free_bytes * _ENCODES_SHARE / _ENCODE_BYTES)))


def fixed(slots: int) -> WorkerTuner:
    """So many activities, whatever the machine does."""
    others, activities = FixedSizeSlotSupplier(_OTHERS), FixedSizeSlotSupplier(slots)
    return WorkerTuner.create_composite(
        workflow_supplier=others,
        activity_supplier=activities,
        local_activity_supplier=others,
        nexus_supplier=others,
    )
