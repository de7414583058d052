"""How much a worker takes at once: the steps that wait by its memory, encodes by what its machine does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psutil
from temporalio.worker import (
    FixedSizeSlotSupplier,
    ResourceBasedSlotConfig,
    ResourceBasedSlotSupplier,
    ResourceBasedTunerConfig,
    WorkerTuner,
)

# A worker that followed a thousand jobs had 396 MB, itself with them.
_JOB_BYTES = 400_000
# The other half is for what films in the cache, encodes and outputs on their way take.
_WAITING_SHARE = 0.5
#: What the smallest machine carries, and what one event loop was seen to carry with a lag of 10 ms: for more,
#: there are more workers.
LEAST_WAITING, MOST_WAITING = 50, 1000
# The SDK's own advice: what an encode will take is not known when it is begun.
_MEMORY = 0.8
# Encodes are there to use the cores. Only where others use all of them already, one at a time is enough.
_CORES = 1.0
# As often as the SDK takes the figures anew by which the next one is judged. What is found in the ledger ends
# within it, and a film that is resumed, forked or directed has many such steps, one after the other. What an
# encode takes in the end (233 MB at 720p, 460 MB at 1080p) shows after many seconds only: there is room for
# it in what `_MEMORY` leaves.
_RAMP = timedelta(milliseconds=100)
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


def fixed(slots: int) -> WorkerTuner:
    """So many activities, whatever the machine does: for steps that hardly use a core."""
    return _tuner(FixedSizeSlotSupplier(slots))


def by_resources(most: int, memory: float = _MEMORY) -> WorkerTuner:
    """One encode always, and up to `most` while the machine, or its container, uses less than that share of
    its memory, and not all of its cores."""
    slots = ResourceBasedSlotConfig(minimum_slots=1, maximum_slots=most, ramp_throttle=_RAMP)
    return _tuner(ResourceBasedSlotSupplier(slots, ResourceBasedTunerConfig(memory, _CORES)))


def _tuner(activities: FixedSizeSlotSupplier | ResourceBasedSlotSupplier) -> WorkerTuner:
    others = FixedSizeSlotSupplier(_OTHERS)
    return WorkerTuner.create_composite(
        workflow_supplier=others,
        activity_supplier=activities,
        local_activity_supplier=others,
        nexus_supplier=others,
    )
