"""How much a worker takes at once: by its memory."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import Settings, cores
from infra.slots import LEAST_WAITING, MOST_WAITING, encode_slots, free_memory, waiting_slots

GIB = 1 << 30


@given(free=st.integers(0, 1 << 42), queues=st.integers(0, 20))
def test_what_waits_on_all_queues_together_has_room_in_memory(free: int, queues: int) -> None:
    slots = waiting_slots(free, queues)
    assert LEAST_WAITING <= slots <= MOST_WAITING
    # As measured: 396 MB for a thousand.
    assert slots == LEAST_WAITING or slots * max(queues, 1) * 396_000 <= free / 2
    assert waiting_slots(free + GIB, queues) >= slots >= waiting_slots(free, queues + 1)


@given(free=st.integers(0, 1 << 42), most=st.integers(1, 256))
def test_encodes_at_once_have_room_in_memory_and_are_never_none(free: int, most: int) -> None:
    slots = encode_slots(free, most)
    assert 1 <= slots <= most
    # As measured at 1080p: 460 MB each.
    assert slots == 1 or slots * 460_000_000 <= free
    assert encode_slots(free + GIB, most) >= slots and encode_slots(free, most + 1) >= slots
    assert encode_slots(most * GIB, most) == most, "as many as asked for, where there is room"


@pytest.mark.parametrize("files", [("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")])
def test_a_container_has_the_cores_that_its_quota_is_worth(tmp_path: Path, files: tuple[str, ...]) -> None:
    (tmp_path / "cpu").mkdir()

    def told(quota: str) -> int:
        said = (f"{quota} 100000",) if len(files) == 1 else (quota, "100000")
        for file, text in zip(files, said, strict=True):
            (tmp_path / file).write_text(f"{text}\n")
        return cores(tmp_path)

    machines = cores(tmp_path / "none")
    assert told("max" if len(files) == 1 else "-1") == machines >= 1
    assert told("50000") == told("100000") == 1, "what begins at all needs one"
    assert told("150000") == min(2, machines)
    assert told(str(100_000 * (machines + 1))) == machines
    assert told("what?") == machines
    assert Settings.model_fields["media_slots"].get_default(call_default_factory=True) == cores()


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
