"""One embedded stack a home: who is attached to it, what runs for it, and when it starts and ends.

One lock file serialises every change; `stack.json` beside it names the servers (pid, start, ports) and the
attached processes. Whoever attaches first starts the servers, whoever leaves last ends them, and every
attached process brings back a server that died, on the same port, so that clients simply reconnect.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from infra.keys import Keys
from infra.process import Identity, end, free_port, last_lines, port_is_free, spawn
from infra.servers import LOOPBACK, ObjectServer, PostgresServer, Server, ServerError, TemporalServer
from infra.settings import Settings
from infra.state import Attached, Running, State, StateFile
from infra.temporal import configured_address

log = logging.getLogger(__name__)

# A dead server is back within this and its own start (under a second): far less than any retry's patience.
KEEP_EVERY_S = 1.0
# A cold start takes one to two seconds; recovery after a crash on a loaded laptop may take many more.
START_LIMIT_S = 60.0
# A server that is alive but does not answer for so long is hung or was frozen: it is replaced.
ANSWER_LIMIT_S = 10.0
# The kernel accepts connections even for a stopped process: a probe of it must not wait for ever.
PROBE_LIMIT_S = 5.0
# The kernel closes a dead server's sockets within milliseconds; who holds its port longer has taken it.
VACATE_LIMIT_S = 1.0
# How long a stop may take: Temporal takes one second, PostgreSQL writes a checkpoint.
STOP_PATIENCE_S = 15.0


class StackError(Exception):
    """An embedded server did not start; the message ends with what it logged last. Retry after a look."""


@dataclass(frozen=True)
class S3Config:
    """How to reach the bucket: path-style, s3v4. No endpoint means AWS, no keys the usual AWS chain."""

    endpoint: str | None
    bucket: str
    region: str
    access_key: str | None
    secret_key: SecretStr | None


@dataclass
class Stack:
    """The servers that this process uses, embedded or configured, and its place among their users."""

    temporal_address: str
    temporal_embedded: bool
    web_ui: str | None
    #: Holds a password.
    database_url: str = field(repr=False)
    s3: S3Config
    #: Unique to this attachment; the ledger's leases carry it.
    instance: str
    _embedded: Embedded = field(repr=False)

    @property
    def gone(self) -> tuple[str, ...]:
        """Instances that died while attached and whose leases nobody has ended yet; looked up anew each time.

        End their leases, then call `forget`. Dying between the two is safe: the next one to look sees them.
        """
        return tuple(self._embedded.file.read().gone)

    async def forget(self, instances: Iterable[str]) -> None:
        """The leases of these have been ended."""
        done = set(instances)
        async with self._embedded.file.changing() as state:
            state.gone = [one for one in state.gone if one not in done]

    @property
    def alone(self) -> bool:
        """Whether no other process uses the embedded servers; False where none is embedded."""
        attached = self._embedded.file.read().attached
        return bool(attached) and all(one.instance == self.instance for one in attached)

    async def ensure(self) -> None:
        """Start whatever embedded server is not alive, on the ports it had. Raises StackError."""
        await self._embedded.ensure()

    async def abandon(self) -> None:
        """Before a sudden end: the last user ends the servers, and its leases are left to the next one."""
        await self._embedded.abandon()


@asynccontextmanager
async def open_stack(settings: Settings) -> AsyncIterator[Stack]:
    """Attach to the home's stack, starting what the settings do not configure; leave at the end.

    The last to leave ends the servers. Raises StackError, or ServerError where one cannot run at all.
    """
    embedded = Embedded(settings)
    try:
        # Leaving also undoes half an arrival.
        await embedded.attach()
        keeper = asyncio.create_task(embedded.keep())
        try:
            yield embedded.describe()
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
    finally:
        await embedded.leave()


class Embedded:
    """The embedded part of one process's stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        me = Identity.of(os.getpid())
        self.me = Attached(instance=f"{me.pid}-{me.started:.2f}-{secrets.token_hex(4)}", process=me)
        self.servers: dict[str, Server] = {}
        self.file = StateFile(settings.home)
        self.wanted = self._wanted()

    async def attach(self) -> None:
        """Become one of the stack's users and see to it that all its servers answer."""
        if not self.wanted:
            return
        async with self.file.changing() as state:
            state.prune()
            state.attached.append(self.me)
            # Written first: whoever comes after our sudden death must know what to clean up.
            self.file.write(state)
            self.servers = self._servers()
            await self._start_missing(state, unanswering=True)

    def _wanted(self) -> frozenset[str]:
        configured = {
            TemporalServer.name: configured_address() is not None,
            PostgresServer.name: self.settings.database_url is not None,
            ObjectServer.name: self.settings.s3_configured,
        }
        return frozenset(name for name, has in configured.items() if not has)

    def _servers(self) -> dict[str, Server]:
        home, keys = self.settings.home, Keys.of(self.settings.home)
        every: tuple[Server, ...] = (
            TemporalServer(home),
            PostgresServer(home, keys.postgres_password),
            ObjectServer(home, keys.s3_access_key, keys.s3_secret_key, self.settings.s3_bucket),
        )
        return {server.name: server for server in every if server.name in self.wanted}

    async def ensure(self) -> None:
        """Start what is not alive, note who died."""
        if not self.wanted:
            return
        async with self.file.changing() as state:
            state.prune()
            await self._start_missing(state, unanswering=False)

    async def keep(self) -> None:
        """Bring back what dies, until cancelled."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            try:
                if self._needs_care(self.file.read()):
                    await self.ensure()
            except (StackError, ServerError, OSError):
                # Its clients keep retrying meanwhile; the next round may succeed.
                log.exception("an embedded server is down and did not come back yet")

    def _needs_care(self, state: State) -> bool:
        running = [state.servers.get(name) for name in self.servers]
        down = any(server is None or not server.process.alive for server in running)
        return down or any(not one.process.alive for one in state.attached)

    async def _start_missing(self, state: State, *, unanswering: bool) -> None:
        """Start the wanted servers that are dead, side by side, and those that do not answer if asked."""
        starts = [self._see_to(server, state, unanswering) for server in self.servers.values()]
        failures = [one for one in await asyncio.gather(*starts, return_exceptions=True) if one is not None]
        if failures:
            raise failures[0]

    async def _see_to(self, server: Server, state: State, unanswering: bool) -> None:
        running = state.servers.get(server.name)
        if running is not None and running.process.alive:
            if not unanswering or await self._answers(server, running, ANSWER_LIMIT_S):
                return
            await end(running.process, server.stop_signal, STOP_PATIENCE_S)
        # Started by somebody who died before writing it down.
        for stray in server.strays():
            await end(stray, server.stop_signal, STOP_PATIENCE_S)
        await server.prepare()
        # Others hold connections to the ports it had; a first user may take new ones.
        before = running.ports if running else state.ports.get(server.name, {})
        if running is not None:
            await self._vacated(before)
        if running is not None and len(state.attached) > 1:
            ports = before
        else:
            ports = self._ports(server, before, state)
        await self._start(server, state, ports)

    @staticmethod
    async def _vacated(ports: Mapping[str, int]) -> None:
        """Returns when the ports of a server that died are free, or soon all the same."""
        # A killed process looks dead a moment before the kernel has closed the last of its sockets.
        limit = time.monotonic() + VACATE_LIMIT_S
        while time.monotonic() < limit:
            if all(port_is_free(port) for port in ports.values()):
                return
            await asyncio.sleep(0.02)

    @staticmethod
    def _ports(server: Server, before: Mapping[str, int], state: State) -> dict[str, int]:
        # A port drawn for a sibling that has yet to listen still looks free.
        taken = {
            port for name, ports in state.ports.items() if name != server.name for port in ports.values()
        }
        ports: dict[str, int] = {}
        for name in server.port_names:
            port = before.get(name)
            while port is None or port in taken or not port_is_free(port):
                port = free_port()
            ports[name] = port
            taken.add(port)
        return ports

    async def _start(self, server: Server, state: State, ports: dict[str, int]) -> None:
        command, environment = server.command(ports)
        output = self.settings.logs / f"{server.name}.log"
        started = time.monotonic()
        running = Running(process=spawn(command, environment, output, server.folder), ports=ports)
        state.servers[server.name], state.ports[server.name] = running, ports
        self.file.write(state)
        if not await self._answers(server, running, START_LIMIT_S):
            await end(running.process, server.stop_signal, STOP_PATIENCE_S)
            raise StackError(f"{server.name} did not start; the end of {output}:\n{last_lines(output)}")
        log.info("%s started in %.2f s on %s", server.name, time.monotonic() - started, ports)

    @staticmethod
    async def _answers(server: Server, running: Running, limit_s: float) -> bool:
        limit = time.monotonic() + limit_s
        while running.process.alive and time.monotonic() < limit:
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_LIMIT_S):
                    if await server.answers(running.ports):
                        return True
            await asyncio.sleep(0.03)
        return False

    async def leave(self) -> None:
        """Stop being a user; the last one ends every server of the home, wanted by itself or not."""
        if not self.wanted:
            return
        async with self.file.changing() as state:
            state.prune()
            state.attached = [one for one in state.attached if one.instance != self.me.instance]
            if not state.attached:
                await end_servers(state)

    async def abandon(self) -> None:
        """End the servers where nobody else uses them; stays on record, as whoever dies attached does."""
        if not self.wanted:
            return
        async with self.file.changing() as state:
            state.prune()
            if all(one.instance == self.me.instance for one in state.attached):
                await end_servers(state)

    def describe(self) -> Stack:
        """Where everything is. Ports do not change while somebody is attached."""
        ports, settings = self.file.read().ports, self.settings
        temporal = self.servers.get(TemporalServer.name)
        postgres, s3 = self.servers.get(PostgresServer.name), self.servers.get(ObjectServer.name)
        frontend = f"{LOOPBACK}:{ports['temporal']['frontend']}" if temporal else configured_address()
        if isinstance(postgres, PostgresServer):
            database = postgres.url(ports["postgres"])
        else:
            assert settings.database_url is not None
            database = settings.database_url.get_secret_value()
        assert frontend is not None
        return Stack(
            temporal_address=frontend,
            temporal_embedded=temporal is not None,
            web_ui=f"http://{LOOPBACK}:{ports['temporal']['ui']}" if temporal else None,
            database_url=database,
            s3=self._embedded_s3(s3, ports["s3"]) if isinstance(s3, ObjectServer) else self._configured_s3(),
            instance=self.me.instance,
            _embedded=self,
        )

    def _embedded_s3(self, server: ObjectServer, ports: dict[str, int]) -> S3Config:
        endpoint = f"http://{LOOPBACK}:{ports['http']}"
        secret = SecretStr(server.secret_key)
        return S3Config(endpoint, server.bucket, self.settings.s3_region, server.access_key, secret)

    def _configured_s3(self) -> S3Config:
        s = self.settings
        return S3Config(s.s3_endpoint, s.s3_bucket, s.s3_region, s.s3_access_key, s.s3_secret_key)


async def end_servers(state: State) -> None:
    """End every server that the state names, side by side."""
    kinds = (TemporalServer, PostgresServer, ObjectServer)
    signals = {kind.name: kind.stop_signal for kind in kinds}
    running = list(state.servers.items())
    for name, server in running:
        # Sent to all at once, so that they end even if we are interrupted while waiting.
        server.process.signal(signals[name])
    await asyncio.gather(*(end(server.process, signals[name], STOP_PATIENCE_S) for name, server in running))
    state.servers.clear()
