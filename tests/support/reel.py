"""The `reel` command as a process of its own, watched and signalled from a test."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from infra.embedded.keys import Keys
from infra.embedded.process import Identity
from infra.embedded.servers import PostgresServer
from infra.embedded.state import StateFile
from tests.support.prepared import program

#: Far beyond anything a healthy run takes on a busy machine; only a hang ends here.
PATIENCE_S = 120.0
#: Options of every film of these tests: small enough that drawing it costs next to nothing.
SMALL = ("--size", "360p", "--fps", "8")


@dataclass
class Reel:
    """One running command. `lines` grows with what it writes on stderr."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    out: str = ""
    _grown: asyncio.Event = field(default_factory=asyncio.Event)
    _pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def watch(self) -> None:
        self._pumps = [asyncio.create_task(self._errors()), asyncio.create_task(self._output())]

    async def _errors(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip("\n"))
            self._grown.set()

    async def _output(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.out += line.decode()
            self._grown.set()

    async def until(self, pattern: str, count: int = 1) -> re.Match[str]:
        """The first match, once `count` of them have been written on either stream."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = list(re.finditer(pattern, "\n".join((*self.lines, self.out)), re.M))
                if len(found) >= count:
                    return found[0]
                if self.process.returncode is not None and all(pump.done() for pump in self._pumps):
                    raise AssertionError(f"{pattern} was never written, but:\n{self.text}")
                self._grown.clear()
                with_limit = asyncio.wait_for(self._grown.wait(), 0.2)
                await asyncio.gather(with_limit, return_exceptions=True)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def end(self) -> int:
        """The exit code, once it has ended and everything it wrote is here."""
        async with asyncio.timeout(PATIENCE_S):
            code = await self.process.wait()
            await asyncio.gather(*self._pumps)
        return code

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + self.out

    @property
    def json(self) -> dict[str, Any]:
        """Its stdout, which must be one JSON object and nothing else."""
        answer = json.loads(self.out)
        assert isinstance(answer, dict)
        return answer


@asynccontextmanager
async def reel(
    *words: str | Path, home: Path, folder: Path, module: str = "starter.cli", **more: str
) -> AsyncIterator[Reel]:
    """Runs it in `folder`, as a person does; whatever still runs at the end is killed."""
    async with _watched((sys.executable, "-m", module), words, home, folder, more) as one:
        yield one


@asynccontextmanager
async def prepared(
    *words: str | Path, home: Path, folder: Path, module: str = "starter.cli", **more: str
) -> AsyncIterator[Reel]:
    """The same where a process that begins is not the point: it is forked with all that it imports."""
    # In a thread: the first takes seconds.
    begun = str(await asyncio.to_thread(program, module))
    async with _watched((begun,), words, home, folder, more) as one:
        yield one


@asynccontextmanager
async def _watched(
    begun: Sequence[str], words: Sequence[str | Path], home: Path, folder: Path, more: Mapping[str, str]
) -> AsyncIterator[Reel]:
    process = await asyncio.create_subprocess_exec(
        *begun,
        *map(str, words),
        cwd=folder,
        env={**os.environ, "REEL_HOME": str(home), **more},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # One line is one JSON object, which may be long.
        limit=2**22,
    )
    running = Reel(process)
    running.watch()
    try:
        yield running
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def ran(*words: str | Path, home: Path, folder: Path, **more: str) -> tuple[int, Reel]:
    """Runs it to its end, `prepared`."""
    async with prepared(*words, home=home, folder=folder, **more) as one:
        return await one.end(), one


async def finished_rows(home: Path) -> dict[str, tuple[object, str]]:
    """What the ledger of a running stack has finished: key → (when, which object)."""
    server = PostgresServer(home, Keys.of(home).postgres_password)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            # It may be on its way back from the kill before.
            with suppress(OSError, asyncpg.PostgresError):
                connection = await asyncpg.connect(server.url(StateFile(home).read().ports["postgres"]))
                rows = await connection.fetch("SELECT key, done_at, object FROM render WHERE state = 'done'")
                await connection.close()
                return {row["key"]: (row["done_at"], row["object"]) for row in rows}
            await asyncio.sleep(0.1)


def servers_of(home: Path) -> dict[str, Identity]:
    """The servers that the home's state names."""
    return {name: server.process for name, server in StateFile(home).read().servers.items()}


def temporal_of(home: Path) -> str:
    """The address of the home's Temporal server."""
    return f"127.0.0.1:{StateFile(home).read().ports['temporal']['frontend']}"


def processes_about(home: Path) -> list[str]:
    """Every process whose command line speaks of the home, but for the test run's own guard."""
    lines = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        named = any(str(home) in word for word in words) and "tests.guard" not in words
        if named and process.info["status"] != psutil.STATUS_ZOMBIE:
            lines.append(" ".join(words))
    return lines
