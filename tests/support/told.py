"""A server that answers whatever it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: Read the request, then close; say nothing for as long as the other side waits.
DROP, SILENCE = b"", b"silence"


def answer(status: int, body: object, **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"content-length: {len(data)}",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    return "\r\n".join(lines).replace("_", "-").encode() + b"\r\n\r\n" + data


@dataclass
class Told:
    """Its answers, in order, one a connection; told no more, it drops connections. `asked` holds the request
    line without its version, the whole head, and the body."""

    url: str = ""
    said: deque[bytes] = field(default_factory=deque)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(x[15:]) for x in head.lower().split("\r\n") if x.startswith("content-length:")), 0)
        body = (await reader.readexactly(length)).decode(errors="replace")
        self.asked.append((head.partition(" HTTP")[0], head, body))
        if (words := self.said.popleft() if self.said else DROP) is SILENCE:
            await reader.read()
        writer.write(words if words is not SILENCE else DROP)
        await writer.drain()
        writer.close()

    def says(self, status: int, body: object, **headers: str) -> None:
        self.said.append(answer(status, body, **headers))


@asynccontextmanager
async def told() -> AsyncIterator[Told]:
    """Such a server, on a loopback port."""
    server = Told()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield server
