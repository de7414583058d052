"""A home seen from outside: its servers, other processes attached to it, and its bucket."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config
from mypy_boto3_s3 import S3Client

from infra.embedded.stack import Stack
from infra.embedded.state import StateFile
from tests.support.prepared import program


def servers_of(home: Path) -> list[psutil.Process]:
    """Every process that works on this home's data, found without the stack's own records: of the tests' own
    those alone that stand in for models."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            ours = "tests.support.rough" in words
            if any(str(home) in word for word in words) and (ours or "tests." not in " ".join(words)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def pids(home: Path) -> dict[str, int]:
    """The servers' pids by name."""
    return {name: server.process.pid for name, server in StateFile(home).read().servers.items()}


class Neighbour:
    """Another process, attached to the home's stack; it hosts nothing, unless it decides for productions."""

    def __init__(self, home: Path, decides: bool = False) -> None:
        self.process = subprocess.Popen(
            [program("tests.support.attached"), home, *(["decides"] if decides else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.facts: dict[str, Any] = {}

    async def attached(self) -> dict[str, Any]:
        """What it says once it is attached."""
        assert self.process.stdout is not None
        # In a thread: it may have to wait for a lock that a task of this process holds.
        self.facts = json.loads(await asyncio.to_thread(self.process.stdout.readline))
        return self.facts

    def leave(self) -> None:
        """It ends by itself, in order."""
        self.process.communicate()
        assert self.process.returncode == 0

    def die(self) -> None:
        """kill -9; before its input closes, at which it would leave in order."""
        os.kill(self.facts.get("pid", self.process.pid), signal.SIGKILL)
        self.process.communicate()


@asynccontextmanager
async def kept_up(home: Path, decides: bool = True) -> AsyncIterator[None]:
    """Servers that stay while commands come and go, and a worker that answers for productions: most of a
    command's time is to start and end them. What stands in for models draws roughly."""
    neighbour = await asyncio.to_thread(Neighbour, home, decides)
    try:
        await neighbour.attached()
        yield
    finally:
        await asyncio.to_thread(neighbour.leave)


def contents(folder: Path) -> list[str]:
    """The names in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def until(true: Callable[[], Any], limit_s: float = 120) -> None:
    """Wait for something that must come true."""
    limit = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < limit, "did not happen"
        await asyncio.sleep(0.05)


def s3_client(stack: Stack) -> S3Client:
    """A client as the storage uses it."""
    assert stack.s3.secret_key is not None
    config = Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        request_checksum_calculation="when_required",
    )
    return boto3.client(
        "s3",
        endpoint_url=stack.s3.endpoint,
        region_name=stack.s3.region,
        aws_access_key_id=stack.s3.access_key,
        aws_secret_access_key=stack.s3.secret_key.get_secret_value(),
        config=config,
    )
