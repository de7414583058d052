"""A house for the benchmark of a fleet: servers, stand-ins that carry a crowd, a worker that is watched."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from infra.embedded.process import Identity, end, free_port, last_lines, spawn
from infra.embedded.stack import Stack, open_stack
from infra.settings import Settings
from infra.temporal import connect
from starter.films import Films
from tests.bench.stacks import Stacks, kind_of

# A worker imports everything first; it takes three seconds on an idle machine.
_START_S = 120.0
# Of the worker's CPU time: a second in 50 samples tells a part of a hundredth after some minutes.
_SAMPLES_A_SECOND = 50


@dataclass
class Counts:
    """What the worker had asked of others at a moment, in seconds since the epoch. `rpc` are calls of
    Temporal and `s3` of the bucket by operation, `provider` requests by moment, `sql` statements; `cpu_s` is
    the worker's own CPU time by kind of thread: the event `loop`, the `bucket`'s, the SDK's `core`, `all`.
    `connections` were made to ask the provider."""

    at: float
    rpc: Counter[str]
    s3: Counter[str]
    provider: Counter[str]
    sql: int
    cpu_s: dict[str, float]
    connections: int

    def since(self, before: Counts) -> Counts:
        return Counts(
            self.at - before.at,
            self.rpc - before.rpc,
            self.s3 - before.s3,
            self.provider - before.provider,
            self.sql - before.sql,
            {kind: seconds - before.cpu_s.get(kind, 0.0) for kind, seconds in self.cpu_s.items()},
            self.connections - before.connections,
        )


@dataclass
class FleetHouse:
    """Make it with `housed`."""

    stack: Stack
    films: Films
    worker: psutil.Process
    provider: str
    _notes: Path
    _standins: str
    _spy: asyncio.subprocess.Process | None = None
    _stacks: Path = field(default=Path())

    @property
    def rss_mb(self) -> float:
        """The worker's own memory; not that of the encoders it runs."""
        return self.worker.memory_info().rss / 2**20

    def late_ms(self, since: float) -> list[float]:
        """How late the worker's loop was each time it was asked, from a moment on."""
        return [late for note in self._noted() if note["at"] > since for late in note["late_ms"]]

    def in_flight(self) -> int:
        """Jobs that the provider has accepted and not ended."""
        return sum(one["state"] in ("queued", "running") for one in self._log()["submits"])

    async def counts(self) -> Counts:
        now = time.time()
        self.worker.send_signal(signal.SIGUSR1)
        while (last := list(self._noted())[-1])["at"] < now:
            await asyncio.sleep(0.1)
        asked = Counter(self._log()["requests"][self.provider])
        sql = await self._of_database("SELECT xact_commit FROM pg_stat_database WHERE datname = $1")
        cpu_s = self._cpu_s(last["threads"])
        return Counts(
            last["at"],
            Counter(last["rpc"]),
            Counter(last["s3"]),
            asked,
            sql,
            cpu_s,
            self._asked("connections"),
        )

    def _cpu_s(self, names: dict[str, str]) -> dict[str, float]:
        whole = self.worker.cpu_times()
        seconds = defaultdict(float, {"all": whole.user + whole.system})
        for one in self.worker.threads():
            seconds[kind_of(names.get(str(one.id)))] += one.user_time + one.system_time
        # Threads that encode live as long as their step: of them only the whole tells.
        return {kind: worked for kind, worked in seconds.items() if kind != "other"}

    async def connections(self) -> int:
        """What the worker holds of the database's connections, and our question with them."""
        return await self._of_database("SELECT count(*) FROM pg_stat_activity WHERE datname = $1") - 1

    async def _of_database(self, statement: str) -> int:
        connection = await asyncpg.connect(self.stack.database_url)
        try:
            name = await connection.fetchval("SELECT current_database()")
            return int(await connection.fetchval(statement, name))
        finally:
            await connection.close()

    def _noted(self) -> Iterator[dict[str, Any]]:
        for line in self._notes.read_text().splitlines():
            yield json.loads(line)

    def _log(self) -> dict[str, Any]:
        said: dict[str, Any] = self._asked("log")
        return said

    def _asked(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self._standins}/control/{what}") as answer:
            return json.load(answer)

    # ---- what the worker's CPU goes to

    async def sample(self) -> None:
        """Begins to look at the stacks of the worker's Python threads."""
        self._stacks = self._notes.with_name("stacks")
        spy = Path(sys.executable).with_name("py-spy")
        self._spy = await asyncio.create_subprocess_exec(
            # Stopped for each sample, every thread of its would take some CPU more: the SDK's twice as much.
            spy, "record", "--nonblocking", "--gil", "--threads", "--full-filenames", "--format", "raw",
            "--pid", str(self.worker.pid), "--output", self._stacks,
            "--rate", str(_SAMPLES_A_SECOND), "--duration", "unlimited",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def sampled(self) -> Stacks:
        """What was seen since. Raises RuntimeError where the worker could not be looked at."""
        assert self._spy is not None, "call sample() first"
        self._spy.send_signal(signal.SIGINT)
        said, _ = await self._spy.communicate()
        if not self._stacks.exists():
            raise RuntimeError(f"py-spy saw nothing: {said.decode()[-500:]}")
        return Stacks.read(self._stacks, _SAMPLES_A_SECOND)


@asynccontextmanager
async def housed(
    provider: str, *, speed: float = 1.0, faults: str = "", late: bool = False, **more: str
) -> AsyncIterator[FleetHouse]:
    """Servers, stand-ins and a worker for all queues, each a process of its own. Every time of the stand-ins
    is divided by `speed`; how `late` the worker's loop is, is looked at where that is asked for; `more` are
    the worker's settings."""
    with tempfile.TemporaryDirectory(prefix="reel-bench-") as name:
        home, port, started = Path(name), free_port(), list[Identity]()
        notes, log, root = home / "notes", home / "worker.log", f"http://127.0.0.1:{port}"
        crowd = ["tests.bench.crowd", "--port", str(port), "--data", str(home / "crowd"), f"--speed={speed}"]
        async with open_stack(Settings.load(home)) as stack:
            try:
                started.append(_spawned([*crowd, *([f"--faults={faults}"] if faults else [])], home, {}))
                looks = "late" if late else "asked"
                watched = ["tests.bench.watched", str(notes), root, looks, "--home", str(home)]
                started.append(_spawned(watched, home, more))
                await _ready(notes, started[-1], log)
                films, worker = Films(await connect(stack, role="bench")), psutil.Process(started[-1].pid)
                yield FleetHouse(stack, films, worker, provider, notes, root)
            finally:
                for one in reversed(started):
                    await end(one, signal.SIGKILL)


def _spawned(words: list[str], home: Path, more: dict[str, str]) -> Identity:
    environment = {**os.environ, "REEL_HOME": str(home), **more}
    return spawn([sys.executable, "-m", *words], environment, home / f"{words[0].rpartition('.')[2]}.log")


async def _ready(notes: Path, process: Identity, log: Path) -> None:
    async with asyncio.timeout(_START_S):
        while not (notes.exists() and notes.read_text()):
            if not process.alive:
                raise RuntimeError(f"the worker did not start: {last_lines(log)}")
            await asyncio.sleep(0.2)
