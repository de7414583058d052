"""A provider of the plainest kind on the stand-ins' desk; run as a module, it is a server of its own."""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra.standins.core import Desk, Record, Spec
from infra.standins.service import server


def routes(desk: Desk) -> list[BaseRoute]:
    def seen(record: Record, request: Request) -> Response:
        facts = {"id": record.id, "state": record.state, "fault": record.fault}
        return JSONResponse(facts | {"url": record.output_url(request) if record.ended_at else None})

    async def submit(request: Request) -> Response:
        if refusal := await desk.intercept("acme", "submit", request):
            return refusal
        asked = await request.json()
        spec = Spec(asked["kind"], "m-1", asked["prompt"], width=96, height=54, frames=9, fps=Fraction(8))
        return seen(await desk.accept("acme", "m-1", asked, spec, asked.get("tag")), request)

    async def poll(request: Request) -> Response:
        record = desk.find("acme", request.path_params["id"])
        return seen(record, request) if record else Response(status_code=404)

    async def cancel(request: Request) -> Response:
        record = desk.find("acme", request.path_params["id"])
        assert record is not None
        desk.cancel(record)
        return seen(record, request)

    async def listed(_: Request) -> Response:
        return JSONResponse([record.id for record in desk.records("acme")])

    return [
        Route("/jobs", submit, methods=["POST"]),
        Route("/jobs", listed),
        Route("/jobs/{id}", poll),
        Route("/jobs/{id}/cancel", cancel, methods=["POST"]),
    ]


if __name__ == "__main__":
    asyncio.run(server(Desk(Path(sys.argv[1])), int(sys.argv[2]), {"acme": routes}).serve())
