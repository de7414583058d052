"""Which part of a worker its CPU time goes to, by stacks as py-spy samples them: `thread;frame;… count`.

Python's threads take turns: who has the turn is at work, and a sample tells in which part. What a thread does
without it (system calls, hashes, encodes) is in its CPU time, and goes to the part that such threads are for.
How much that is, the system's clock of each thread says, and never the samples: they count waits for a core.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

#: Part by what is found in the file names of a stack; the innermost frame with any of it decides.
PARTS = (
    ("sandbox", r"workflow_sandbox"),
    ("SQL", r"asyncpg|activities/storage/database"),
    ("S3", r"botocore|boto3|s3transfer|urllib3|activities/storage/(objects|puts|s3|transfer|cache)"),
    (
        "providers",
        r"httpx|httpcore|h11|anyio|replicate|fal_client|openai|google/genai|activities/storage/fetch",
    ),
    ("media", r"/(av|cv2|PIL|numpy|c2pa|resvg_py|ffmpeg)/|activities/(media|animatic)/|/subprocess\.py"),
    ("SDK", r"temporalio"),
    ("watching", r"tests/bench/"),
    ("workflows", r"workflows/"),
    ("activities", r"activities/|infra/"),
)
_PARTS = tuple((name, re.compile(pattern)) for name, pattern in PARTS)
LOOP, CORE, MEDIA = "event loop", "SDK core", "media"
#: The parts in the order of a table, media apart.
ROWS = (CORE, *(name for name, _ in PARTS if name != MEDIA), LOOP)
# A module that the sandbox imports anew, and all that is built as it is imported.
_IMPORTED = re.compile(r"workflow_sandbox/_importer")
# The loop's own frames, of whichever loop: below them stands what it runs.
_BELOW = re.compile(r"_run_once[^;]*|/asyncio/runners\.py[^;]*")
_LINE = re.compile(r"^thread \(\d+\): ([^;]*);(.*) (\d+)$")
#: What a kind of thread is for: where its work without Python's turn belongs.
_FOR = {"loop": LOOP, "bucket": "S3", "workflow": "SDK", "file": MEDIA, "other": MEDIA}
# Kinds by how the names of their threads begin; the loop lends its own to whatever handles files.
_KINDS = {"MainThread": "loop", "bucket": "bucket", "temporal_workflow": "workflow", "uvloop": "file"}


def kind_of(thread: str | None) -> str:
    """Of a thread by its name in Python; one that has none is the SDK's own."""
    if thread is None:
        return "core"
    return next((kind for begins, kind in _KINDS.items() if thread.startswith(begins)), "other")


def part_of(frames: str) -> str:
    """The part that was at work in the frames of a stack, of which the loop's own say nothing."""
    if _IMPORTED.search(frames):
        return "sandbox"
    for frame in reversed(_BELOW.split(frames)[-1].split(";")[1:] or [""]):
        for name, pattern in _PARTS:
            if pattern.search(frame):
                return name
    return LOOP


@dataclass(frozen=True)
class Stacks:
    """Seconds that Python was at work, by kind of thread and part."""

    seconds: dict[tuple[str, str], float]

    @classmethod
    def read(cls, path: Path, a_second: int) -> Stacks:
        seconds: dict[tuple[str, str], float] = defaultdict(float)
        for line in path.read_text().splitlines():
            if found := _LINE.match(line):
                seconds[kind_of(found[1]), part_of(found[2])] += int(found[3]) / a_second
        return cls(seconds)

    def completed(self, cpu_s: dict[str, float]) -> dict[str, float]:
        """Seconds of CPU by part, as many as `cpu_s` has by kind of thread, what is no Python included."""
        parts = defaultdict(float, {CORE: cpu_s["core"]})
        # Threads that encode live as long as their step: only the whole has all of them.
        others = cpu_s["all"] - cpu_s["core"] - sum(cpu_s.get(kind, 0.0) for kind in _FOR)
        for kind, part in _FOR.items():
            worked = max(0.0, others) if kind == "other" else cpu_s.get(kind, 0.0)
            seen = {part: seconds for (one, part), seconds in self.seconds.items() if one == kind}
            had_turn = sum(seen.values())
            # Who has Python's turn may wait for a core with it: on a busy machine most of a sample is that.
            share = min(1.0, worked / had_turn) if had_turn else 1.0
            for one, seconds in seen.items():
                parts[one] += share * seconds
            parts[part] += max(0.0, worked - had_turn)
        return parts
