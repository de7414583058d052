"""What a home remembers of its embedded stack: the servers, the processes attached, those who died attached.

`stack.json` holds it and `stack.lock` serialises every change. It is only trusted as far as the processes
in it are found alive, so a stale one, a lost one and an unreadable one all lead to a working stack.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import filelock
from pydantic import BaseModel, Field, ValidationError

from infra.embedded.process import Identity
from infra.private import write_private


class Running(BaseModel):
    """A server that was started, and what it listens on."""

    process: Identity
    ports: dict[str, int]


class Attached(BaseModel):
    """Somebody who uses the stack."""

    instance: str
    process: Identity


class State(BaseModel):
    """What `stack.json` says."""

    servers: dict[str, Running] = Field(default_factory=dict)
    #: Ports of servers that have ended; a later stack takes them again when it can, for bookmarks' sake.
    ports: dict[str, dict[str, int]] = Field(default_factory=dict)
    attached: list[Attached] = Field(default_factory=list)
    #: Instances that died attached, until somebody has ended their leases.
    gone: list[str] = Field(default_factory=list)

    def prune(self) -> None:
        """Move those who died from `attached` to `gone`."""
        dead = [one for one in self.attached if not one.process.alive]
        self.attached = [one for one in self.attached if one not in dead]
        self.gone += [one.instance for one in dead]


class StateFile:
    """The home's state and the lock around it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._file = home / "stack.json"

    def read(self) -> State:
        """The state as last written; without the lock, good enough to see whether something needs care."""
        try:
            return State.model_validate_json(self._file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return State()

    def write(self, state: State) -> None:
        """Replace the state at once. Call under the lock."""
        write_private(self._file, state.model_dump_json(indent=1))

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[State]:
        """The state under the lock, written back at the end, whatever happens in between."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = await self._locked()
        try:
            state = self.read()
            try:
                yield state
            finally:
                self.write(state)
        finally:
            lock.release()

    async def _locked(self) -> filelock.BaseFileLock:
        # A new one each time: one object lets its own process in again, and two tasks must not meet here.
        path = self.home / "stack.lock"
        lock = filelock.FileLock(path, mode=0o600, thread_local=False, is_singleton=False)
        # Polled, not awaited in a thread: a thread that waits for a lock cannot be cancelled.
        while True:
            try:
                lock.acquire(blocking=False)
                return lock
            except filelock.Timeout:
                await asyncio.sleep(0.05)
