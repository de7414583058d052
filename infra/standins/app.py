"""One web application for all stand-ins: their routes, the files they made, and how they are steered."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from infra.same_origin import SameOriginOnly
from infra.standins.core import Desk
from infra.standins.faults import SPOILS, Cut, Ordered
from infra.standins.pictures.making import spoilt

PROVIDERS = ("replicate", "fal", "openai", "google")
# Google's storage says 403 to a signed URL that has run out, the others do not know the file any more.
GONE = {"google": 403}
#: Gives a provider's routes on a desk.
Provider: TypeAlias = Callable[[Desk], list[BaseRoute]]


def application(desk: Desk, providers: Mapping[str, Provider] | None = None) -> Starlette:
    """The whole application on one desk; `providers` instead of the studio's own, by name."""
    mounted = _own() if providers is None else providers

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        desk.resume()
        yield
        await desk.close()

    every: list[BaseRoute] = [
        *(Mount(f"/{name}", routes=routes(desk)) for name, routes in mounted.items()),
        Mount("/files", routes=_files(desk)),
        Mount("/control", routes=_control(desk, mounted)),
    ]
    # Nothing here costs money, but what a person wrote stands in it, and pages of others shall not read that.
    own_only = [Middleware(SameOriginOnly)]
    return Starlette(routes=every, lifespan=lifespan, middleware=own_only, exception_handlers={Cut: _cut})


def _own() -> dict[str, Provider]:
    modules = {name: f"infra.standins.wire.{name}" for name in PROVIDERS}
    return {
        name: importlib.import_module(module).routes
        for name, module in modules.items()
        if importlib.util.find_spec(module) is not None
    }


async def _cut(_: Request, error: Exception) -> Response:
    assert isinstance(error, Cut)
    return error.response


def _files(desk: Desk) -> list[BaseRoute]:
    async def output(request: Request) -> Response:
        n, _, _ = request.path_params["n"].partition(".")
        record = desk.of_id(request.path_params["id"])
        if record is None or not n.isdigit():
            return PlainTextResponse("Not Found", 404)
        until, signature = (request.query_params.get(name, "") for name in ("expires", "signature"))
        if not record.signed(int(n), until, signature):
            return PlainTextResponse("Forbidden", 403)
        if record.state != "succeeded" or record.expired or float(until) < desk.now():
            return PlainTextResponse("Gone", GONE.get(record.provider, 404))
        if refusal := await desk.intercept(record.provider, "output", request):
            return refusal
        spoil = desk.faults.take(record.provider, "output", record.id, SPOILS)
        if spoil == "expired":
            return PlainTextResponse("Gone", GONE.get(record.provider, 404))
        data = spoilt(await record.output(), spoil, record.mime)
        html = "html" in (spoil, record.facts.spoil)
        return HTMLResponse(data) if html else Response(data, media_type=record.mime)

    async def stored(request: Request) -> Response:
        try:
            return Response(
                desk.journal.kept(request.path_params["name"]), media_type="application/octet-stream"
            )
        except FileNotFoundError:
            return PlainTextResponse("Not Found", 404)

    return [Route("/stored/{name}", stored), Route("/{id}/{n}", output)]


def _control(desk: Desk, mounted: Collection[str]) -> list[BaseRoute]:
    async def faults(request: Request) -> Response:
        try:
            desk.faults.ordered.append(Ordered(**await request.json()))
        except (TypeError, ValueError) as error:
            return JSONResponse({"detail": str(error)}, 422)
        return JSONResponse({"ordered": len(desk.faults.ordered)})

    async def log(_: Request) -> Response:
        counts = {name: desk.requests(name) for name in mounted}
        posts = {name: count.get("submit", 0) for name, count in counts.items()}
        return JSONResponse({"submits": desk.log(), "posts": posts, "requests": counts})

    async def reset(_: Request) -> Response:
        desk.reset()
        return JSONResponse({})

    async def alive(_: Request) -> Response:
        return Response(status_code=204)

    return [
        Route("/alive", alive),
        Route("/faults", faults, methods=["POST"]),
        Route("/log", log),
        Route("/reset", reset, methods=["POST"]),
    ]
