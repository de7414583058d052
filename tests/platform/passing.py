"""Passes connections on: what arrives at a port of one address goes to the same port of another.

`python -m tests.platform.passing FROM TO PORT` does so as a process, until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress


async def passing(here: str, there: str, port: int) -> asyncio.Server:
    """Begins to; close what it returns to end it."""

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_there, to_there = await asyncio.open_connection(there, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_flow(reader, to_there), _flow(from_there, writer))

    return await asyncio.start_server(passed, here, port)


async def _flow(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    sink.close()


async def _main(here: str, there: str, port: str) -> None:
    await (await passing(here, there, int(port))).serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
