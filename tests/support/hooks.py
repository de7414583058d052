"""A receiver of notices on loopback: real HTTP, which says no as often as a test wants, and comes back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

SECRET = "a secret of the receiver's"


@dataclass
class Receiver:
    """`says` are the answers to come, before each is taken."""

    port: int = 0
    says: list[str] = field(default_factory=list)
    knocks: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=hush"

    async def until(self, *types: str) -> None:
        """Until all of these have come."""
        async with asyncio.timeout(60):
            while not set(types) <= {event["type"].rpartition(".")[2] for event in self.events}:
                await asyncio.sleep(0.05)

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.knocks += 1
        status = self.says.pop(0) if self.says else "204 No Content"
        if status.startswith("2"):
            # Base64 has capital letters, which the headers above have lost.
            raw = next(line for line in head.split("\r\n") if line.lower().startswith("webhook-signature: "))
            said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            seal = base64.b64encode(hmac.new(SECRET.encode(), said, hashlib.sha256).digest()).decode()
            assert raw.split(": ", 1)[1] == f"v1,{seal}"
            self.events.append(json.loads(body))
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: http://127.0.0.1:1/\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """It listens; a second time, where it did before."""
    server = await asyncio.start_server(receiver.hear, "127.0.0.1", receiver.port)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver
