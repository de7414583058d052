"""Who asks: tells requests that a page of another origin can have caused from all others.

A page anywhere can make a browser send requests to this machine, and by a name that resolves to 127.0.0.1
("DNS rebinding") even read the answers. Both show: the first in Origin, the second in Host.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: Names that no stranger's name server answers for. Any port: a tunnel may begin at another one.
LOOPBACK_NAMES = ("127.0.0.1", "localhost")


def is_same_origin(request: Request) -> bool:
    """Whether a program, a page of the same server, or a link that a person followed has asked this."""
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    return host.partition(":")[0].lower() in LOOPBACK_NAMES and origin in (None, f"http://{host}")


class SameOriginOnly:
    """An ASGI application around another one: what is not its own gets 403 and goes no further."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_same_origin(Request(scope)):
            await self._app(scope, receive, send)
            return
        words = "Only pages of this very server, under the address that `reel` prints, may ask it.\n"
        await PlainTextResponse(words, 403)(scope, receive, send)
