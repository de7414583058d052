"""Stand-ins that carry a thousand jobs: on the wire as the others, but all jobs of a form share one file.

`python -m tests.bench.crowd --port … --data … [--speed …] [--faults …]`: a process of its own, so that what
it takes is not the worker's. Its pictures are drawn once, and not by the cores that are measured.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any, cast

import cv2
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.standins.core import Desk, Record
from infra.standins.faults import Faults
from infra.standins.service import server


class CrowdedDesk(Desk):
    """Whatever has the size and length of an earlier output is that output."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self._first: dict[tuple[object, ...], Record] = {}
        super().__init__(folder, **more)

    async def output_of(self, record: Record) -> bytes:
        asked = record.facts.spec
        form = tuple(asked[name] for name in ("kind", "width", "height", "frames", "fps", "mime", "form"))
        return await super().output_of(self._first.setdefault(form, record))

    def _make_later(self, record: Record) -> None:
        # Drawn when it is fetched: a job lasts as long as its clock says, on however busy a machine.
        record.made(record.facts.at)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowd", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--speed", type=float, default=1.0, help="divides every time")
    parser.add_argument("--faults", type=Faults.rates_of, default={}, help="as of the other stand-ins")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    asyncio.run(_serve(given))


class Connections:
    """The stand-ins, and how many connections were made to ask them: `GET /control/connections`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._callers: set[tuple[str, int]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/control/connections":
            await JSONResponse(len(self._callers))(scope, receive, send)
            return
        # A port is used again once its connection is long gone, which a bench does not see.
        if scope.get("client") and not scope["path"].startswith("/control"):
            self._callers.add(tuple(scope["client"]))
        await self._app(scope, receive, send)


async def _serve(given: argparse.Namespace) -> None:
    given.data.mkdir(parents=True, exist_ok=True)
    desk = CrowdedDesk(given.data, speed=given.speed, faults=Faults(given.faults))
    web = server(desk, given.port)
    web.config.app = Connections(cast(ASGIApp, web.config.app))
    await web.serve()


if __name__ == "__main__":
    main()
