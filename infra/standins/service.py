"""How the stand-ins listen: one web server on loopback whose connections can be dropped on purpose."""

from __future__ import annotations

from asyncio import Transport
from collections.abc import Mapping

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from infra.listening import listening
from infra.standins.app import Provider, application
from infra.standins.core import Desk
from infra.standins.faults import DROP


class Droppable(H11Protocol):
    """A connection that hands the application the way to close it without an answer."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served: ASGIApp = self.app

        async def with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope[DROP] = transport.abort
            await served(scope, receive, send)

        self.app = with_drop


def server(desk: Desk, port: int, providers: Mapping[str, Provider] | None = None) -> uvicorn.Server:
    """A web server of this desk on a loopback port; run it in the loop that is to own the desk."""
    # As patient as the clients' own pools, which else meet a connection that closes as they use it.
    return listening(application(desk, providers), port, http=Droppable, timeout_keep_alive=75)
