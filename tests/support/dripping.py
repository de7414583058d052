"""A server on a slow line, which sends one answer in pieces, and a clock that makes it bearable."""

from __future__ import annotations

import asyncio
import re
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


def in_pieces(data: bytes, count: int) -> list[bytes]:
    """The data in about so many pieces of one size."""
    size = -(-len(data) // count)
    return [data[at : at + size] for at in range(0, len(data), size)]


@asynccontextmanager
async def dripping(
    pieces: Sequence[bytes], pause_s: float, stalls: bool = False
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its base URL, and the requests that reached it. Where it `stalls`, half of the pieces never come."""
    seen: list[bytes] = []
    ends = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            seen.append(head + await reader.readexactly(int(length[1]) if length else 0))
            kind = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            writer.write(kind + b"content-length: %d\r\n\r\n" % sum(map(len, pieces)))
            for number, piece in enumerate(pieces):
                if stalls and number == len(pieces) // 2:
                    await ends.wait()
                await asyncio.sleep(pause_s)
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen
    ends.set()
    server.close()


def hurried(main: Callable[[], Coroutine[Any, Any, T]], by: float) -> T:
    """What `main` returns in an event loop whose seconds pass `by` times as fast, all its time limits too."""

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            return super().select(timeout / by if timeout else timeout)

    class Loop(asyncio.SelectorEventLoop):
        def time(self) -> float:
            return super().time() * by

    with asyncio.Runner(loop_factory=lambda: Loop(Selector())) as runner:
        return runner.run(main())
