"""A wire between a test and a real server that others use too: to be frozen, cut, and mended."""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit


class Wire:
    """A relay on a port of its own, in the test's own event loop. Frozen, it swallows every byte and still
    takes connections, as a stopped server does; cut, it refuses them."""

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._flows = asyncio.Event()
        self._flows.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._port = 0

    @classmethod
    def to(cls, url: str) -> Wire:
        """A wire to the server of a URL."""
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        return cls(parts.hostname, parts.port)

    def url(self, url: str) -> str:
        """The same URL, by way of this wire."""
        parts = urlsplit(url)
        account = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{account}@127.0.0.1:{self._port}").geturl()

    @property
    def port(self) -> int:
        """Where it listens; another may, once it is cut."""
        return self._port

    def freeze(self) -> None:
        self._flows.clear()

    def thaw(self) -> None:
        self._flows.set()

    def cut(self) -> None:
        self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        self._ends |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while block := await source.read(1 << 16):
                await self._flows.wait()
                sink.write(block)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
            self._ends.discard(sink)

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        for pump in self._pumps:
            pump.cancel()
