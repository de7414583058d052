"""How the embedded servers are started, found again, waited for and ended."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from infra.embedded.process import end, free_port, last_lines, port_is_free, spawn
from infra.embedded.servers import KINDS, Server
from infra.embedded.state import Running, State, StateFile
from infra.errors import StackError
from infra.settings import Settings

log = logging.getLogger(__name__)

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


class Upkeep:
    """Sees to the servers of one home. Every method is called under the lock of its state file."""

    def __init__(self, settings: Settings, file: StateFile) -> None:
        self._settings = settings
        self._file = file

    async def start_missing(self, servers: Iterable[Server], state: State, *, unanswering: bool) -> None:
        """Start the wanted servers that are dead, side by side, and those that do not answer if asked."""
        starts = [self._see_to(server, state, unanswering) for server in servers]
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
        output = self._settings.logs / f"{server.name}.log"
        started = time.monotonic()
        running = Running(process=spawn(command, environment, output, server.folder), ports=ports)
        state.servers[server.name], state.ports[server.name] = running, ports
        self._file.write(state)
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


async def end_servers(state: State) -> None:
    """End every server that the state names, side by side."""
    signals = {kind.name: kind.stop_signal for kind in KINDS}
    running = list(state.servers.items())
    for name, server in running:
        # Sent to all at once, so that they end even if we are interrupted while waiting.
        server.process.signal(signals[name])
    await asyncio.gather(*(end(server.process, signals[name], STOP_PATIENCE_S) for name, server in running))
    state.servers.clear()
