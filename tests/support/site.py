"""A web site on loopback that says, byte by byte, what a test has written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager


class Site:
    """A server on loopback: raw bytes in, raw bytes out, and a record of what came in."""

    def __init__(self, pages: dict[str, bytes | Sequence[bytes]]) -> None:
        self._pages, self.heard, self.port = pages, list[bytes](), 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heard.append(head)
            page = self._pages[head.split(b" ")[1].decode().partition("?")[0]]
            for piece in [page] if isinstance(page, bytes) else page:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0 if isinstance(page, bytes) else 0.02)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def site(**pages: bytes | Sequence[bytes]) -> AsyncIterator[Site]:
    here = Site({f"/{name}": page for name, page in pages.items()})
    server = await asyncio.start_server(here._serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    yield here
    server.close()


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def moved(to: str) -> bytes:
    return answer(b"", f"Location: {to}", "Set-Cookie: a=b; Path=/", status="302 Found")
