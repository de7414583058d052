"""Processes that outlive the one that started them: their identity, their start, their orderly end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from infra.private import private_file, private_folder

# The kernel reports boot time in whole seconds, so two readings of one start may differ by one of them.
SAME_START_S = 2.0
# Below Linux's ephemeral range: a client that keeps dialling a dead server's port inside that range may be
# given the very port as its source, connect to itself, and keep the server from ever coming back on it.
PORTS = range(15_000, 30_000)
# A server log is for a person who looks for the last error; one old file is kept beside it.
LOG_BYTES = 4 << 20

# Popen objects of our own children: only their parent can reap them, and a zombie still has its pid.
_children: dict[int, subprocess.Popen[bytes]] = {}


class Identity(BaseModel):
    """A process that can be told from any later one with the same pid."""

    model_config = ConfigDict(frozen=True)

    pid: int
    #: Seconds; since boot on Linux, where wall clocks may be set under us, else since the epoch.
    started: float

    @classmethod
    def of(cls, pid: int) -> Identity:
        """The process that has this pid now. Raises psutil.NoSuchProcess."""
        return cls(pid=pid, started=_started(psutil.Process(pid)))

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            del _children[self.pid]
        try:
            process = psutil.Process(self.pid)
            is_it = abs(_started(process) - self.started) < SAME_START_S
            return is_it and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def signal(self, number: int) -> None:
        """Send a signal, if this very process still runs and is ours to signal."""
        if self.alive:
            try:
                os.kill(self.pid, number)
            except (ProcessLookupError, PermissionError):
                return


def _started(process: psutil.Process) -> float:
    """As `Identity` has it."""
    started = process.create_time()
    return started - psutil.boot_time() if sys.platform == "linux" else started


def spawn(
    command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path | None = None
) -> Identity:
    """Start a server in a session of its own, so that a terminal's Ctrl-C does not reach it.

    It starts in `folder`, else in ours; its output is appended to `log`. What it and its log hold is
    readable by their owner alone. Raises OSError when the program cannot be started.
    """
    private_folder(log.parent)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with private_file(log, "ab") as output:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _children[child.pid] = child
    return Identity.of(child.pid)


async def end(process: Identity, first: int = signal.SIGTERM, patience_s: float = 10.0) -> None:
    """Ask with `first`, then kill after `patience_s`; returns when the process is gone."""
    process.signal(first)
    limit = time.monotonic() + patience_s
    while process.alive:
        if time.monotonic() > limit:
            process.signal(signal.SIGKILL)
        await asyncio.sleep(0.02)


def processes_like(line: Sequence[str], user: int, folder: Path | None = None) -> list[Identity]:
    """Processes of this user (uid) that were started with a command line that begins like this one, wherever
    the program lies: what a crash left out of every record. Those that work in `folder`, if one is named.
    """
    return list(_found(lambda words, _: _begins(words, line), user, folder))


def processes_in(folder: Path, names: Collection[str], user: int) -> list[Identity]:
    """Processes of these names and this user (uid) that work in this folder."""
    return list(_found(lambda _, name: name in names, user, folder))


def _begins(words: Sequence[str], line: Sequence[str]) -> bool:
    return (
        len(words) >= len(line)
        and Path(words[0]).name == Path(line[0]).name
        and list(words[1 : len(line)]) == list(line[1:])
    )


def _found(fits: Callable[[Sequence[str], str], bool], user: int, folder: Path | None) -> Iterator[Identity]:
    for process in psutil.process_iter(["cmdline", "name", "status", "uids"]):
        facts = process.info
        # Facts that we may not read are None; then the process is somebody else's.
        if facts["uids"] is None or facts["uids"].effective != user:
            continue
        if facts["status"] == psutil.STATUS_ZOMBIE or not fits(facts["cmdline"] or (), facts["name"]):
            continue
        try:
            if folder is None or process.cwd() == str(folder):
                yield Identity.of(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port of a loopback address now."""
    with socket.socket() as probe:
        # As servers do: connections of a predecessor in TIME_WAIT do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A free loopback port, drawn at random so that two stacks that start together rarely meet."""
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        if port_is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1")


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for an error message."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
