"""Knows a house in which workers are killed: its home and servers, and its living workers."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import asyncpg
from temporalio.client import Client

from activities.upkeep.sweep import ensure_sweeper
from infra.embedded.stack import Stack, open_stack
from infra.embedded.state import StateFile
from infra.schema import migrate
from infra.temporal import connect
from starter.films import Films
from tests.chaos.boundaries import every_death
from tests.chaos.lives import Life, Tally, drawn
from tests.chaos.refusing import Gate, bucket_of
from tests.chaos.sweeper import sweep
from tests.chaos.worker import TURNED_AWAY, settings_of
from tests.conftest import guarded
from tests.support.rough import roughly_drawn

log = logging.getLogger(__name__)

# Not always the first time: what comes first in a film would else be all that is ever died at.
_CHANCE = 0.6
# How long one is frozen: for longer than a lease, as a laptop that sleeps.
_FROZEN_S = (2.0, 12.0)
# How long a worker takes to start on a machine that is not loaded, at most.
_READY_S = 2.0


class House:
    """The servers and workers of one run. `quota` kills are made, then every worker is left in peace."""

    def __init__(
        self, home: Path, factor: float, stack: Stack, client: Client, seed: int, quota: int
    ) -> None:
        self.gate = Gate(bucket_of(home), random.Random(seed), factor)
        self.home, self.factor, self.stack, self.client = home, factor, stack, client
        self.films, self.tally, self.quota = Films(client), Tally(), quota
        self.draw = random.Random(seed)
        self._wanted, self._at_random = every_death(), True
        self._lives: dict[int, Life] = {}
        self._forge: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def wanted(self) -> list[str]:
        """The boundaries that nobody has died at yet."""
        return list(self._wanted)

    def only(self, deaths: list[str]) -> None:
        """Nothing but these is died at, and nobody is killed at random."""
        # Two workers may meet the same one at the same time.
        self._wanted, self._at_random, self.quota = list(deaths), False, 3 * len(deaths)

    @property
    def over(self) -> bool:
        """Whether enough was killed."""
        return self.tally.kills >= self.quota or not (self._wanted or self._at_random)

    async def open(self, buyers: int, faults: bool, skew_s: float, refuses: bool) -> None:
        """Starts the workers, each of which is replaced as soon as it has died."""
        mood = "lively" if faults else "calm"
        self._forge = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.worker", str(self.home), str(self.factor), mood,
            str(skew_s),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=_bare(),
        )  # fmt: skip
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._sweep())]
        self._tasks += [asyncio.create_task(self._keep("buyer")) for _ in range(buyers)]
        self._tasks.append(asyncio.create_task(self._keep("desk")))
        if refuses:
            self._tasks.append(asyncio.create_task(self._refuse()))

    async def close(self) -> None:
        """Ends the workers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._forge and self._forge.stdin:
            self._forge.stdin.close()
            await self._forge.wait()

    def check(self) -> None:
        """Raises what ended a part of the house by itself."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    def kill_server(self, name: str) -> None:
        """kill -9; whoever is attached brings it back."""
        StateFile(self.home).read().servers[name].process.signal(signal.SIGKILL)
        self.tally.servers[name] += 1
        log.info("killed %s", name)

    # ---- workers

    async def _keep(self, role: str) -> None:
        while True:
            life = self._next(role)
            await self._begin(life)
            await self._live(life)
            self._bury(life)
            while self.gate.shut and life.turned_away:
                await asyncio.sleep(0.2)

    def _next(self, role: str) -> Life:
        number = len(self._lives) + 1
        if self.over:
            return Life(number, role, (), None)
        return drawn(number, role, self._wanted, self.draw, at_random=self._at_random)

    async def _begin(self, life: Life) -> None:
        self._lives[life.id] = life
        assert self._forge and self._forge.stdin
        chance = _CHANCE if self._at_random else 1.0
        order = {"id": life.id, "role": life.role, "deaths": life.deaths, "chance": chance}
        self._forge.stdin.write((json.dumps(order) + "\n").encode())
        await self._forge.stdin.drain()

    async def _live(self, life: Life) -> None:
        """Until it has died, by itself or by our hand."""
        begun = asyncio.get_running_loop().time()
        await _either(life.ready, life.ended)
        # Where it takes longer to start, all that it does takes longer: none would ever end.
        slower = max(1.0, (asyncio.get_running_loop().time() - begun) / _READY_S)
        if life.freezes and not life.ended.is_set():
            await self._freeze(life)
        limit = None if life.limit_s is None else asyncio.get_running_loop().time() + life.limit_s * slower
        while not life.ended.is_set():
            if limit is not None and asyncio.get_running_loop().time() > limit and not self.over:
                with suppress(ProcessLookupError):
                    os.kill(life.pid, signal.SIGKILL)
                await life.ended.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(life.ended.wait(), 0.05)

    async def _freeze(self, life: Life) -> None:
        await asyncio.sleep(self.draw.uniform(0.2, 4.0))
        with suppress(ProcessLookupError):
            os.kill(life.pid, signal.SIGSTOP)
            self.tally.frozen += 1
            await asyncio.sleep(self.draw.uniform(*_FROZEN_S) * 10 / self.factor)
            os.kill(life.pid, signal.SIGCONT)

    def _bury(self, life: Life) -> None:
        if life.died_at is not None:
            self.tally.deaths[life.died_at] += 1
            if life.died_at in self._wanted:
                self._wanted.remove(life.died_at)
        elif life.turned_away:
            self.tally.turned_away += 1
        elif life.ended.is_set():
            self.tally.random[life.role] += 1

    async def _hear(self) -> None:
        assert self._forge and self._forge.stdout
        async for line in self._forge.stdout:
            said = json.loads(line)
            life = self._lives[said["id"]]
            match said:
                case {"pid": int(pid)}:
                    life.pid = pid
                case {"ready": True}:
                    life.ready.set()
                case {"dies": str(death)}:
                    life.died_at = death
                case {"ended": int(code)}:
                    life.turned_away = code == TURNED_AWAY
                    if code not in (-signal.SIGKILL, TURNED_AWAY):
                        self.tally.surprises.append(f"worker {life.id} ended by itself with {code}")
                    life.ended.set()
        raise RuntimeError("the process that forks workers has ended")

    # ---- the bucket

    async def _refuse(self) -> None:
        """The bucket refuses now and then, until enough was killed."""
        try:
            while not self.over:
                await asyncio.sleep(self.gate.well_s())
                await asyncio.sleep(self.gate.shut_for_s())
                self.gate.open()
        finally:
            self.gate.open()

    async def mended(self) -> None:
        """Until the bucket is well."""
        while self.gate.shut:
            await asyncio.sleep(0.1)

    # ---- the sweeper

    async def _sweep(self) -> None:
        """The product sweeps every minute: here as many times as often as all else is quicker."""
        while True:
            with suppress(Exception):
                await ensure_sweeper(self.client)
                break
            await asyncio.sleep(1)
        while True:
            await asyncio.sleep(60 / self.factor)
            await self.sweep()

    async def sweep(self) -> None:
        """Asks for a sweep now."""
        await sweep(self.client)


@asynccontextmanager
async def house(
    home: Path, factor: float, faults: bool, skew_s: float, seed: int, quota: int, kind: type[House] = House
) -> AsyncIterator[House]:
    """A house on servers of its own, in an empty home; this process is attached to them for as long. `kind`
    says how its workers live and die."""
    with guarded(home), roughly_drawn():
        settings = settings_of(home, factor, faults, skew_s)
        settings.logs.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as stay:
            stack = await stay.enter_async_context(open_stack(settings))
            await migrate(stack.database_url)
            made = kind(home, factor, stack, await connect(stack, role="chaos"), seed, quota)
            stay.push_async_callback(made.close)
            yield made


async def rows(stack: Stack, statement: str) -> list[asyncpg.Record]:
    """What the ledger says; asked again while its server is away."""
    while True:
        try:
            connection = await asyncpg.connect(stack.database_url, timeout=5)
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close(timeout=5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.3)


async def _either(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _bare() -> dict[str, str]:
    """No worker may reach a server, or read a configuration, of the person who runs this."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TEMPORAL_", "REEL_", "AWS_"))
    }
    return kept | {"TEMPORAL_CONFIG_FILE": "/dev/null"}
