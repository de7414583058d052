"""How a worker says that it is there: live, ready, what it hosts, what runs in it, whether it is leaving."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.errors import SettingsError
from infra.listening import configured

log = logging.getLogger(__name__)

# Probes give up after a second or two: a server that is up has answered long before.
_CHECK_S = 1.0


def _nothing() -> Mapping[str, int]:
    return {}


@dataclass
class Standing:
    """How a worker stands. `running` counts the activities in it by queue; `checks` ask each server that it
    needs whether it is reached."""

    role: str
    queues: tuple[str, ...] = ()
    state: Literal["starting", "running", "draining"] = "starting"
    running: Callable[[], Mapping[str, int]] = _nothing
    checks: Mapping[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """For people and programs, as JSON."""
        running = {queue: self.running().get(queue, 0) for queue in self.queues}
        return {"role": self.role, "state": self.state, "queues": list(self.queues), "running": running}

    async def reached(self) -> dict[str, bool]:
        """Whether each server answers."""
        answers = await asyncio.gather(*(_answers(check) for check in self.checks.values()))
        return dict(zip(self.checks, answers, strict=True))


async def _answers(check: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(_CHECK_S):
            return await check() is not False
    except Exception:
        # Whatever it is that went wrong, the server cannot be worked with.
        return False


def application(standing: Standing) -> Starlette:
    """`/live` answers as long as the event loop turns; `/ready` with 200 where work is taken and every server
    is reached, else with 503."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True, **standing.told})

    async def ready(_: Request) -> JSONResponse:
        reached = await standing.reached()
        is_ready = standing.state == "running" and all(reached.values())
        told = {"ready": is_ready, **standing.told, "reached": reached}
        return JSONResponse(told, 200 if is_ready else 503)

    return Starlette(routes=[Route("/live", live), Route("/ready", ready)])


class _Guest(uvicorn.Server):
    """A server in somebody else's process: signals are its host's."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@asynccontextmanager
async def answering(standing: Standing, host: str, port: int | None) -> AsyncIterator[str | None]:
    """Answers at that address until the end, the drain included, and says where: `http://host:port`; None
    where no port is set. Raises `SettingsError` where it cannot listen there."""
    if port is None:
        yield None
        return
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"REEL_HEALTH_PORT: {host}:{port} is taken: choose another port.") from error
        words = f"REEL_HEALTH_HOST and REEL_HEALTH_PORT cannot be used: {host}:{port}: {error.strerror}."
        raise SettingsError(words) from error
    # What it says goes where all else is logged.
    server = _Guest(configured(application(standing), lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        at = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        log.info("health at %s/live and /ready", at)
        yield at
    finally:
        server.should_exit = True
        await serving
