"""Somebody in Temporal's place who refuses every call, as a cluster's front door does: HTTP/2 by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

# Frame types and flags of HTTP/2 (RFC 9113, section 6), and gRPC's "Trailers-Only" answer in them.
_HEADERS, _SETTINGS, _PING = 1, 4, 6
_ACK, _END_STREAM, _END_HEADERS = 1, 1, 4
_PREFACE = 24
PERMISSION_DENIED, UNAUTHENTICATED, UNAVAILABLE = 7, 16, 14


@asynccontextmanager
async def refusing(port: int, status: int, words: str) -> AsyncIterator[None]:
    """On this port, every call ends with the gRPC status and its words."""

    ends: set[asyncio.StreamWriter] = set()
    refusal = _refusal(status, words)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await _serve(reader, writer, refusal)

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield
        for end in ends:
            end.transport.abort()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refusal: bytes) -> None:
    await reader.readexactly(_PREFACE)
    writer.write(_frame(_SETTINGS, 0, 0))
    while True:
        head = await reader.readexactly(9)
        body = await reader.readexactly(int.from_bytes(head[:3]))
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:]) & 0x7FFFFFFF
        if kind == _HEADERS:
            writer.write(_frame(_HEADERS, _END_STREAM | _END_HEADERS, stream, refusal))
        elif kind in (_SETTINGS, _PING) and not flags & _ACK:
            writer.write(_frame(kind, _ACK, 0, body if kind == _PING else b""))
        await writer.drain()


def _frame(kind: int, flags: int, stream: int, body: bytes = b"") -> bytes:
    return len(body).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + body


def _refusal(status: int, words: str) -> bytes:
    fields = {"content-type": "application/grpc", "grpc-status": str(status), "grpc-message": words}
    # Literal fields without indexing (RFC 7541, 6.2.2), after `:status: 200`, which is entry 8.
    return b"\x88" + b"".join(
        b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        for name, value in fields.items()
    )
