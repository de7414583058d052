"""Knows what a maker has to work with: a folder, its inputs as files, threads, a way to say how far it is."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from pydantic import JsonValue

from activities.ledger.threads import Threads
from activities.storage import Cache, ObjectStore
from workflows.studio import Media

log = logging.getLogger(__name__)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Abandoned(Exception):
    """The work is no longer wanted: stopped, shut down, or taken over. Let it pass; nothing has failed."""


@dataclass(frozen=True)
class Made:
    """What a maker made: files in the work's folder, complete, with their measured facts.

    `parts` are further files of the same artifact, by name. `facts` are free, and travel with it.
    """

    path: Path
    media: Media
    parts: Mapping[str, tuple[Path, Media]] = field(default_factory=dict)
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Workspace:
    """What one process makes things with: the bucket, its disk, and `threads` that compute, at least as many
    as there are slots."""

    store: ObjectStore
    cache: Cache
    threads: Threads


class Work:
    """One piece of work under way. Its folder is empty at first, and removed when the work has ended."""

    def __init__(self, dir: Path, workspace: Workspace) -> None:
        self.dir = dir
        self.done = 0
        self._store, self._cache, self._pool = workspace.store, workspace.cache, workspace.threads
        self._inputs = dir / "inputs"
        self._abandoned = threading.Event()
        self._heard = time.monotonic()
        self._calls: set[Future[Any]] = set()
        self._waits = 0
        self._ended = False

    def advance(self, done: int) -> None:
        """Says that `done` frames are done. From any thread, as often as one likes, at least every few
        seconds: work that is not heard of loses its claim. Raises `Abandoned` when it is no longer wanted."""
        self.alive()
        self.done = done

    def alive(self, moved: int = 0) -> None:
        """Says that the work goes on, without a frame more; raises as `advance` does."""
        if self._abandoned.is_set():
            raise Abandoned
        self._heard = time.monotonic()

    async def fetch(self, object: str) -> Path:
        """The object as a file, from the cache or the bucket: to read, never to write."""

        async def download(path: Path) -> None:
            await self._store.get_file(object, path, moved=self.alive)

        self._inputs.mkdir(exist_ok=True)
        path = await self._cache.get(object, self._inputs, download)
        self.alive()
        return path

    async def compute(self, fn: Callable[[*Ts], T], *args: *Ts) -> T:
        """Runs `fn(*args)` in a thread of the compute pool, and leaves it only when that thread has.

        Cancelled, it makes `advance` raise and waits for the thread, so that nothing runs on behind it.
        """
        call = self._pool.submit(fn, *args)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        ended = asyncio.wrap_future(call)
        try:
            return await asyncio.shield(ended)
        except asyncio.CancelledError:
            self._abandoned.set()
            if not call.cancel():
                await asyncio.wait({ended})
            # Whatever it ended with, nobody asks any more.
            ended.cancelled() or ended.exception()
            raise
        finally:
            self._heard = time.monotonic()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While a server is asked. It may be away, but every answer has a deadline of its own: silence is
        no sign that the work hangs then."""
        self._waits += 1
        try:
            yield
        finally:
            self._waits -= 1
            self._heard = time.monotonic()

    @property
    def heard(self) -> float:
        """When it was last heard of, on the monotonic clock. Waiting for a free thread or for a server counts
        as a sign of life: it is not the work that hangs then."""
        if self._waits or any(not call.running() and not call.done() for call in tuple(self._calls)):
            return time.monotonic()
        return self._heard

    async def end(self, job: asyncio.Task[Any], patience_s: float) -> None:
        """Ends the job that does this work, and its threads; leaves them behind after `patience_s`, with
        others in their place."""
        if self._ended:
            return
        self._ended = True
        self._abandoned.set()
        job.cancel()
        _, hangs = await asyncio.wait({job}, timeout=patience_s)
        if hangs:
            log.error("work does not end; its thread is left behind, and another takes its place")
            for call in tuple(self._calls):
                self._pool.give_up(call)
        elif not job.cancelled():
            job.exception()
