"""A server that says what it is told to, for what no stand-in ever says, and keeps what arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Scripted:
    """Answers by path, one after the other, the last one for ever; keeps what arrived."""

    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    arrived: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def say(self, path: str, *answers: tuple[int, Any]) -> None:
        self.answers[path] = list(answers)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        await reader.readexactly(int(headers.get("content-length", "0")))
        self.arrived.append((method, target, headers))
        told = self.answers.get(target.partition("?")[0], [(404, {"status": "NOT_FOUND"})])
        status, body = told.pop(0) if len(told) > 1 else told[0]
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        more = {**self.headers, "content-length": str(len(data)), "connection": "close"}
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in more.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    script = Scripted()
    async with await asyncio.start_server(script, "127.0.0.1", 0) as server:
        script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield script
