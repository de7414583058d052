"""Hands a request on to a home's Web UI, wherever that listens now, and the answer back as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.embedded.web.address import Address, drawn
from infra.same_origin import SameOriginOnly

# About one connection and not about what it carries (RFC 9110, 7.6.1).
_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade")
)
# Files named by a hash of what is in them: the UI asks for some 250 of them at each page, and lets browsers
# keep none. What is always the same needs no cookie either.
_HASHED = b"/_app/immutable/"
_PASSING = frozenset((b"cache-control", b"set-cookie", b"vary"))
_FOR_GOOD = [(b"cache-control", b"private, max-age=31536000, immutable"), (b"vary", b"accept-encoding")]
# The UI asks and waits for a workflow's next event: an answer may take as long as it likes, a connection to
# this very machine may not.
_TIMES = {"connect": 5.0, "read": None, "write": None, "pool": None}


def door(home: Path) -> ASGIApp:
    """The one way to the Web UI of a home: its own pages may ask anything of it, those of others nothing."""
    return SameOriginOnly(_Onward(home))


class _Onward:
    def __init__(self, home: Path) -> None:
        self._home = home
        # No cookies, no redirects, no proxies of the environment: what comes is handed on as it is.
        self._transport = httpx.AsyncHTTPTransport(verify=False, limits=httpx.Limits(max_connections=None))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        address = drawn(self._home)
        try:
            if address is None:
                raise httpx.ConnectError("it was never started")
            answer = await self._transport.handle_async_request(_onward(request, address))
        except httpx.TransportError:
            words = "The Temporal server is being started again: load this page once more.\n"
            return PlainTextResponse(words, 503, {"Retry-After": "1"})
        back = StreamingResponse(_parts(answer), answer.status_code)
        # As a list: a header such as Set-Cookie may come twice.
        back.raw_headers = _end_to_end([(name.lower(), value) for name, value in answer.headers.raw])
        if answer.status_code == 200 and request.scope["raw_path"].startswith(_HASHED):
            kept = [one for one in back.raw_headers if one[0] not in _PASSING]
            back.raw_headers = [*kept, *_FOR_GOOD]
        return back


def _onward(request: Request, to: Address) -> httpx.Request:
    """The same request to the UI's own address, body and all, under the Host that the browser knows."""
    target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    has_body = any(name in request.headers for name in ("content-length", "transfer-encoding"))
    return httpx.Request(
        request.method,
        httpx.URL(scheme="http", host=to.host, port=to.port, raw_path=target.removesuffix(b"?")),
        headers=_end_to_end(request.headers.raw),
        content=request.stream() if has_body else None,
        extensions={"timeout": _TIMES},
    )


def _end_to_end(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name not in _HOP_BY_HOP]


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it comes, still compressed; whoever stops listening ends it at the other side too."""
    try:
        async for part in answer.aiter_raw():
            yield part
    finally:
        await answer.aclose()
