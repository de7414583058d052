"""The one way to start a server of ours on loopback: what is run, what it is told, whether it answers."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import sysconfig
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import infra
from infra.embedded.process import Identity, processes_like
from infra.errors import ServerError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Server(ABC):
    """One embedded server of one home. Unless it says otherwise it starts in the home and speaks HTTP."""

    home: Path
    name: ClassVar[str]
    #: What it listens on, by name.
    port_names: ClassVar[tuple[str, ...]] = ("http",)
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    @abstractmethod
    def data(self) -> Path:
        """Its data: a file or a folder."""

    @property
    def folder(self) -> Path:
        """The folder it is to be started in, there once `prepare` has run."""
        return self.home

    @abstractmethod
    async def prepare(self) -> None:
        """Bring the data into a state that a start can work from, whatever a crash left."""

    @abstractmethod
    def line(self) -> list[str]:
        """How its command line begins, at every start of this data: by this it is found again."""

    @abstractmethod
    def options(self, ports: Mapping[str, int]) -> list[str]:
        """The rest of the command line."""

    def environment(self) -> dict[str, str]:
        """All that it knows of ours."""
        return bare_environment()

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        """Command line and environment. Raises ServerError where its program is missing."""
        return [*self.line(), *self.options(ports)], self.environment()

    def strays(self) -> list[Identity]:
        """Processes of this very server on this data that were started as `command` starts them."""
        return processes_like(self.line(), os.geteuid())

    async def answers(self, ports: Mapping[str, int]) -> bool:
        """Whether a client would be served now; the caller limits how long that may take."""
        # Unsigned and without a host, so it may be refused: that it answers at all is what is asked.
        return await speaks_http(ports["http"])


class OwnServer(Server):
    """A server that is a module of ours, with a `--port`."""

    module: ClassVar[str]

    @abstractmethod
    def place(self) -> list[str]:
        """What its module is told of where its data lies."""

    def line(self) -> list[str]:
        # -P: the folder it starts in is the user's, and no place to import modules from.
        return [sys.executable, "-P", "-m", self.module, *self.place()]

    def options(self, ports: Mapping[str, int]) -> list[str]:
        return ["--port", str(ports["http"])]

    def environment(self) -> dict[str, str]:
        # A checkout that was never installed is found from elsewhere too.
        return bare_environment(PYTHONPATH=str(Path(infra.__path__[0]).parent))

    @staticmethod
    def url(ports: Mapping[str, int]) -> str:
        """Its base URL."""
        return f"http://{LOOPBACK}:{ports['http']}"


def program(name: str) -> str:
    """A program that a package put beside the interpreter. Raises ServerError."""
    places = [sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise ServerError(f"the program {name!r} is missing: install reelwright's dependencies again")
    # A PATH may name folders by where we are, and servers are started elsewhere.
    return str(Path(found).absolute())


def bare_environment(**more: str) -> dict[str, str]:
    """What a server needs to know of ours: no API key, no TEMPORAL_*, no RCLONE_*, no PG*."""
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | more


async def speaks_http(port: int) -> bool:
    """Whether a web server answers on this loopback port, whatever it says."""
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    try:
        writer.write(b"HEAD / HTTP/1.0\r\n\r\n")
        return await reader.read(5) == b"HTTP/"
    except OSError:
        return False
    finally:
        writer.close()


async def listens(port: int, host: str = LOOPBACK) -> bool:
    """Whether anything accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
