"""A real S3 server whose buckets are sub-domains of its host, and that refuses to be asked by path."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.embedded.servers import LOOPBACK
from infra.settings import S3Config
from tests.support.rclone import Server

#: The store's name on this machine: buckets are sub-domains of it.
HOST = "s3.test"
# Alibaba's words, as of 2026-11, with a key in them such as some stores repeat.
WORDS = "Please use virtual hosted style to access. Key: LTAI5tQ8mJ2vKzR7"
REFUSAL = f"<Error><Code>SecondLevelDomainForbidden</Code><Message>{WORDS}</Message></Error>"


@asynccontextmanager
async def virtual_hosted(folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[S3Config]:
    """How it is reached, by a name that leads to it inside the test's own process alone."""
    _resolve(patch)
    with Server(folder, "--force-path-style=false") as server:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await _serve(reader, writer, str(server.config.endpoint).rpartition(":")[2])
            except (OSError, asyncio.IncompleteReadError):
                writer.close()

        front = await asyncio.start_server(serve, LOOPBACK, 0)
        async with front:
            port = front.sockets[0].getsockname()[1]
            yield replace(server.config, endpoint=f"http://{HOST}:{port}")


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: str) -> None:
    # A client asks for one host over one connection: its first request tells which.
    head = await reader.readuntil(b"\r\n\r\n")
    if re.search(rb"(?im)^host: " + HOST.encode(), head):
        body = b"" if head.startswith(b"HEAD") else REFUSAL.encode()
        writer.write(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: application/xml\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n" % len(REFUSAL) + body)
        await writer.drain()
        writer.close()
        return
    there, back = await asyncio.open_connection(LOOPBACK, int(port))
    back.write(head)
    await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while block := await source.read(1 << 16):
        sink.write(block)
        await sink.drain()
    sink.close()


def _resolve(patch: pytest.MonkeyPatch) -> None:
    ask = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        return ask(LOOPBACK if str(host).endswith(HOST) else host, *rest, **more)

    patch.setattr(socket, "getaddrinfo", resolved)
