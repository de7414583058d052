"""What one process of ours reaches, and how: the database, the bucket, the provider; each call a boundary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from activities.faults import ProviderUnavailable, RateLimited
from activities.ledger import renders as free
from activities.ledger import statements as paid
from activities.models.call import ModelCall
from activities.models.provider import (
    Delivered,
    Job,
    JobStatus,
    ListedJob,
    NotAccepted,
    OutputFile,
    Request,
    Unanswered,
    Uploaded,
)
from activities.storage.cache import Cache
from activities.storage.failures import bucket_failures
from activities.storage.objects import ObjectStore
from infra.settings import S3Config
from tests.support import vendor as vendors
from tests.support.interleaving import TIMES, Process
from tests.support.refusals import raised
from tests.support.virtual_time import (
    VirtualDatabase,
    VirtualLoop,
    VirtualThreads,
    all_leave,
    told,
    virtual_pool,
)


@dataclass
class Place:
    """What all runs share: connections, a bucket, a disk, threads."""

    loop: VirtualLoop
    pool: asyncpg.Pool
    store: ObjectStore
    #: The disks of two machines.
    caches: tuple[Cache, Cache]
    threads: VirtualThreads


@asynccontextmanager
async def place(loop: VirtualLoop, database_url: str, s3: S3Config, root: Path) -> AsyncIterator[Place]:
    store, threads = ObjectStore.of(s3), VirtualThreads(4, loop)
    caches = Cache(root / "here", 1 << 30), Cache(root / "there", 1 << 30)
    try:
        await store.ensure_bucket()
        async with virtual_pool(database_url, loop) as pool:
            with told(loop, vendors):
                yield Place(loop, pool, store, caches, threads)
                await all_leave()
    finally:
        store.close()
        for cache in caches:
            cache.close()
        threads.shutdown()


class Statements(VirtualDatabase):
    """The database as one process reaches it."""

    def __init__(self, process: Process) -> None:
        super().__init__(process.world.pool, process.world.loop)
        self._process = process

    async def rows(self, statement: str, *values: object) -> list[Any]:
        process, world = self._process, self._process.world
        name = NAMES.get(statement, "a statement")

        async def execute() -> list[Any]:
            if statement == paid.DONE and values[2] not in world.objects:
                world.never(f"{values[2]} is done without an object")
            rows = await super(Statements, self).rows(statement, *values)
            self._look(name, values, rows)
            return rows

        return await process.passes(name, execute, again=True)

    def _look(self, name: str, values: Sequence[object], rows: Sequence[Any]) -> None:
        """What a statement did, as far as it tells whether somebody is wronged."""
        world, now = self._process.world, self._process.world.loop.time()
        if name not in ("LOOK", "SURVEY", "SUBMISSION", "RENEW", "WISH", "a statement"):
            answer = [tuple(row) for row in rows]
            world.note(self._process.name, f"{name} {str(values[0])[:6]} {values[1:3]} -> {answer}"[:150])
        key = str(values[0]) if values else ""
        has = any(process is self._process for process in world.in_hand.values())
        if name == "SETTLE" and rows and values[5] == "held" and has:
            world.never(f"{key[:6]} is held by {self._process.name}, which has its output in hand")
        if name == "WISH" and rows:
            world.wishes[key] = now
        if name in ("INTENT", "DONE") and rows:
            world.sent.discard(key)
        if name == "STOP" and rows and rows[0]["stop"] == "sent" and key not in world.sent:
            world.sent.add(key)
            if key not in world.stops:
                world.never(f"{key[:6]} is stopped, and nobody asked")
            if now - world.wishes.get(key, -TIMES.wish) < TIMES.wish:
                world.never(f"{key[:6]} is stopped under somebody who waits")


NAMES = {
    statement: name
    for module in (free, paid)
    for name, statement in vars(module).items()
    if name.isupper() and isinstance(statement, str)
}


class Bucket:
    """The bucket as one process reaches it: every call of the real one is a boundary."""

    def __init__(self, process: Process, store: ObjectStore) -> None:
        self._process, self._store = process, store

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(real):
            return real

        async def call(*args: Any, **kwargs: Any) -> Any:
            async def act() -> Any:
                self._refuse(name)
                result = await real(*args, **kwargs)
                if name.startswith("put"):
                    self._process.world.objects.add(result)
                    self._process.world.note(self._process.name, f"puts {result[:20]}")
                return result

            return await self._process.passes(name, act, again=True)

        return call

    def _refuse(self, name: str) -> None:
        world = self._process.world
        if world.refusing and world.refusing.holds(name, world.loop.time()):
            world.note(self._process.name, f"{name} is refused: {world.refusing.kind}")
            with bucket_failures(name):
                raise raised(world.refusing.kind)


class Line:
    """The provider as one process reaches it."""

    def __init__(self, process: Process) -> None:
        self._process, self._world = process, process.world
        self.name, self.account = process.world.vendor.name, process.world.vendor.account
        self._posted: set[str] = set()

    def request(self, call: ModelCall, tag: str) -> Request:
        return self._world.vendor.request(call, tag)

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        """Once the process has come here nothing of ours can stop the request: it may only be slow."""
        process, world, chance = self._process, self._world, self._process.chance
        if process.key is None or request.tag in world.key_of or request.tag in self._posted:
            world.never(f"{process.name} submits {'again' if process.key else 'what it may not'}")
        self._posted.add(request.tag)
        key = str(process.key)
        fate = "fine" if world.calm else chance.choices(FATES, FATE_ODDS)[0]
        world.note(process.name, f"POST for {key[:6]}: {fate}")
        match fate:
            case "dies before":
                process.die("before the request was written")
            case "refused":
                raise NotAccepted(chance.choice([ProviderUnavailable("no"), RateLimited("slower", 5.0)]))
            case "never arrives":
                await asyncio.sleep(chance.choice([0, timeout_s - 1, timeout_s + 5]))
                raise Unanswered
            case "late":
                # As late as a request may be that was begun in time: its call, and what it takes to arrive.
                world.loop.call_later(
                    chance.uniform(0, TIMES.post_timeout + TIMES.transit), world.accept, request, key
                )
                await asyncio.sleep(chance.choice([0, 5, timeout_s + 5]))
                process.die("with its request under way") if chance.random() < 0.4 else None
                raise Unanswered
        job = world.accept(request, key)
        if fate == "answer lost":
            await asyncio.sleep(chance.choice([0, timeout_s + 5]))
            raise Unanswered
        if fate == "dies after":
            process.die("before the answer came")
        await process.comes_from("answer")
        if request.model.ledger == "synchronous":
            world.in_hand[request.tag] = process
            return Delivered([OutputFile("image/png", data=job.data)], job.cost)
        return Job(job.id, {"get": f"https://v.example/{job.id}"})

    async def poll(self, model: Any, job: Job) -> JobStatus:
        return await self._process.passes("poll", lambda: self._world.vendor.poll(model, job))

    async def cancel(self, model: Any, job: Job) -> None:
        async def act() -> None:
            await self._is_just(job)
            await self._world.vendor.cancel(model, job)

        await self._process.passes("cancel", act, again=True)

    async def _is_just(self, job: Job) -> None:
        world, found = self._world, self._world.vendor.find(job.id)
        with world.loop.working():
            row = await world.pool.fetchrow(WHY_CANCEL, job.id)
        assert found and row
        age = (world.loop.datetime() - found.at).total_seconds()
        world.note(self._process.name, f"cancels {job.id} at {age:.0f} s: {tuple(row)}")
        # The limit counts from the intent, and a request may arrive that much later.
        late = age > found.model.run_limit_s - TIMES.send_window - TIMES.post_timeout - TIMES.transit
        if row["state"] == "open" and row["phase"] == "running" and row["stop"] != "sent" and not late:
            world.never(f"{job.id} is cancelled, and nobody asked")

    async def listed(self, model: Any, since: datetime) -> Sequence[ListedJob]:
        return await self._process.passes("list", lambda: self._world.vendor.listed(model, since))

    async def upload(self, picture: Any) -> Uploaded | None:
        return None

    async def close(self) -> None:
        return None


WHY_CANCEL = "SELECT r.state, r.stop, a.phase FROM attempt a JOIN render r USING (key) WHERE a.job_id = $1"
FATES = ("fine", "dies before", "refused", "never arrives", "late", "answer lost", "dies after")
FATE_ODDS = (50, 6, 6, 8, 12, 10, 8)
