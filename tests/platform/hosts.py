"""Hosts of their own for workers: network namespaces, each with one cable to the machine with the servers.

Through the cable a host reaches the servers' ports and nothing else. They listen on loopback, as ever: what
arrives at our end of the cable is passed on to them. Pulled, it loses whatever is sent either way.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.embedded.servers import LOOPBACK
from tests.support.reel import _COMPILED, Reel

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Host:
    """`here` is the address of the servers as seen from it."""

    name: str
    here: str

    def pull(self) -> None:
        """Nothing arrives any more, and nobody is told."""
        _ip("link", "set", self.name, "down")

    def plug(self) -> None:
        _ip("link", "set", self.name, "up")

    @asynccontextmanager
    async def running(self, module: str, *words: str, **more: str) -> AsyncIterator[Reel]:
        """A Python process on this host, killed where it still runs at the end."""
        process = await asyncio.create_subprocess_exec(
            _program(), "netns", "exec", self.name, sys.executable, "-m", module, *words,
            cwd=_ROOT, env={**os.environ, **_COMPILED, **more},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        one = Reel(process)
        one.watch()
        try:
            yield one
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def host(number: int, ports: Collection[int]) -> AsyncIterator[Host]:
    """A host that reaches these ports of our loopback. `number` tells it from the others of a test."""
    # A network of four addresses, of those that are nobody's on any network beyond this machine.
    name, here, there = f"reel{secrets.token_hex(3)}{number}", f"10.213.{number}.1", f"10.213.{number}.2"
    async with AsyncExitStack() as stay:
        _made(name, here, there)
        stay.callback(_ip, "netns", "delete", name)
        for port in ports:
            passing = await asyncio.start_server(_passing(port), here, port)
            stay.callback(passing.close)
        yield Host(name, here)


def _made(name: str, here: str, there: str) -> None:
    try:
        _ip("netns", "add", name)
        _ip("link", "add", name, "type", "veth", "peer", "name", "cable", "netns", name)
    except subprocess.CalledProcessError as error:
        pytest.fail(f"These tests need root and its right to make network namespaces: {error.stderr.strip()}")
    _ip("address", "add", f"{here}/30", "dev", name)
    _ip("link", "set", name, "up")
    _ip("-n", name, "address", "add", f"{there}/30", "dev", "cable")
    _ip("-n", name, "link", "set", "cable", "up")
    _ip("-n", name, "link", "set", "lo", "up")


def _ip(*words: str) -> None:
    subprocess.run([_program(), *words], check=True, capture_output=True, text=True)


def _program() -> str:
    """Missing, it fails the test: workers that shared a host were not tested apart."""
    if found := shutil.which("ip") or shutil.which("ip", path="/usr/sbin:/sbin"):
        return found
    pytest.fail("These tests need `ip`, and it is not installed: `apt-get install -y iproute2`.")


def _passing(port: int):  # type: ignore[no-untyped-def]
    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server, from_us = await asyncio.open_connection(LOOPBACK, port)
        await asyncio.gather(_flow(reader, from_us), _flow(to_server, writer))

    return passed


async def _flow(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    sink.close()
