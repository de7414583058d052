"""Hosts of their own for workers: network namespaces, each with one cable to the machine with the servers.

Through the cable a host reaches the servers' ports and nothing else. They listen on loopback, as ever: what
arrives at our end of the cable is passed on to them. Pulled, it loses whatever is sent either way.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from infra.embedded.servers import LOOPBACK
from tests.platform.passing import passing
from tests.support.reel import Reel

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
    async def running(self, *words: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Reel]:
        """A module that Python runs on this host, killed where it still runs at the end."""
        process = await asyncio.create_subprocess_exec(
            _program(), "netns", "exec", self.name, sys.executable, "-m", *words,
            cwd=_ROOT, env={**os.environ, **(environment or {})},
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
    # A run that was killed has left its own: neither names nor addresses may meet.
    name, third, fourth = f"reel{os.getpid()}h{number}", secrets.randbelow(256), 4 * secrets.randbelow(64)
    # Four addresses of a private network, which are on this cable alone.
    here, there = f"10.213.{third}.{fourth + 1}", f"10.213.{third}.{fourth + 2}"
    _clear_away()
    async with AsyncExitStack() as stay:
        _made(name, here, there)
        stay.callback(_ip, "netns", "delete", name)
        for port in ports:
            server = await passing(here, LOOPBACK, port)
            stay.callback(server.close)
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


def _clear_away() -> None:
    """The hosts of runs that were killed."""
    for name in re.findall(r"^reel(\d+)h\d+", _ip("netns", "list"), re.M):
        if not psutil.pid_exists(int(name)):
            for left in re.findall(rf"^reel{name}h\d+", _ip("netns", "list"), re.M):
                _ip("netns", "delete", left)


def _ip(*words: str) -> str:
    return subprocess.run([_program(), *words], check=True, capture_output=True, text=True).stdout


def _program() -> str:
    """Missing, it fails the test: workers that shared a host were not tested apart."""
    if found := shutil.which("ip") or shutil.which("ip", path="/usr/sbin:/sbin"):
        return found
    pytest.fail("These tests need `ip`, and it is not installed: `apt-get install -y iproute2`.")
