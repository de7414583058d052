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
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from pydantic import SecretStr

from infra.embedded.keys import Keys
from infra.embedded.process import Identity
from infra.embedded.servers import (
    LOOPBACK,
    ObjectServer,
    PostgresServer,
    Server,
    StandinServer,
    TemporalServer,
    WebServer,
)
from infra.embedded.state import Attached, State, StateFile
from infra.embedded.upkeep import Upkeep, end_servers
from infra.errors import ServerError, StackError
from infra.settings import S3Config, Settings
from infra.temporal import configured_address

log = logging.getLogger(__name__)

# A dead server is back within this and its own start (under a second): far less than any retry's patience.
KEEP_EVERY_S = 1.0


@dataclass
class Stack:
    """The servers that this process uses, embedded or configured, and its place among their users."""

    temporal_address: str
    temporal_embedded: bool
    web_ui: str | None
    #: Holds a password.
    database_url: str = field(repr=False)
    s3: S3Config
    #: Base URL of the paid providers' stand-ins, where they are wanted.
    standins: str | None
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
        self._upkeep = Upkeep(settings, self.file)
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
            await self._upkeep.start_missing(self.servers.values(), state, unanswering=True)

    def _wanted(self) -> frozenset[str]:
        configured = {
            TemporalServer.name: configured_address() is not None,
            WebServer.name: configured_address() is not None,
            PostgresServer.name: self.settings.database_url is not None,
            ObjectServer.name: self.settings.s3_configured,
            StandinServer.name: not self.settings.standins,
        }
        return frozenset(name for name, has in configured.items() if not has)

    def _servers(self) -> dict[str, Server]:
        home, keys = self.settings.home, Keys.of(self.settings.home)
        every: tuple[Server, ...] = (
            TemporalServer(home),
            WebServer(home),
            PostgresServer(home, keys.postgres_password),
            ObjectServer(home, keys.s3_access_key, keys.s3_secret_key, self.settings.s3_bucket),
            self._standins(),
        )
        return {server.name: server for server in every if server.name in self.wanted}

    def _standins(self) -> StandinServer:
        asked = self.settings
        return StandinServer(asked.home, asked.standins_speed, asked.standins_faults, asked.standins_skew)

    async def ensure(self) -> None:
        """Start what is not alive, note who died."""
        if not self.wanted:
            return
        async with self.file.changing() as state:
            state.prune()
            await self._upkeep.start_missing(self.servers.values(), state, unanswering=False)

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
            web_ui=WebServer.url(ports["web"]) if temporal else self._own_web_ui(frontend),
            database_url=database,
            s3=self._embedded_s3(s3, ports["s3"]) if isinstance(s3, ObjectServer) else settings.s3,
            standins=StandinServer.url(ports["standins"]) if self.settings.standins else None,
            instance=self.me.instance,
            _embedded=self,
        )

    def _own_web_ui(self, configured: str) -> str | None:
        """Where the address that somebody set is that of the home's own server, as `reel up` tells it."""
        running = self.file.read().servers
        temporal, web = running.get(TemporalServer.name), running.get(WebServer.name)
        if temporal is None or web is None or not web.process.alive:
            return None
        port = temporal.ports["frontend"]
        own = (f"{LOOPBACK}:{port}", f"localhost:{port}")
        return WebServer.url(web.ports) if configured in own else None

    def _embedded_s3(self, server: ObjectServer, ports: dict[str, int]) -> S3Config:
        endpoint = f"http://{LOOPBACK}:{ports['http']}"
        secret = SecretStr(server.secret_key)
        return S3Config(endpoint, server.bucket, self.settings.s3_region, server.access_key, secret)
