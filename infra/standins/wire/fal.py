"""A stand-in of fal: its queue, its listing of ended requests, and its storage, as they look on the wire.

What it leaves out: a request that a model cannot use is refused at once, with the body that the real one
gives as its result; and what is cancelled ends, though the real one may still finish it.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra.standins.core import Desk, Record, Spec, Unfetched
from infra.standins.wire.fal_models import MODELS, Invalid, checked, spec_of, urls_in

NAME = "fal"
# A black pixel: what the safety checker of an image model puts in the place of what it blocked.
_BLACK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)
_TYPES = {429: "concurrent_requests_limit", 500: "internal_error", 503: "runner_scheduling_failure"}


def shaped(status: int) -> Response:
    """An error of the infrastructure."""
    said = {"detail": f"fal answers {status}", "error_type": _TYPES.get(status, "internal_error")}
    return JSONResponse(said, status)


def routes(desk: Desk) -> list[BaseRoute]:
    """`/queue` is queue.fal.run, `/api` api.fal.ai, `/rest` rest.fal.ai, `/cdn` v3.fal.media."""
    queue, shelf = _Queue(desk), _Shelf(desk)
    request = "/queue/{owner}/{app}/requests/{id}"
    return [
        Route(f"{request}/status", queue.status),
        Route(f"{request}/cancel", queue.cancel, methods=["PUT"]),
        Route(request, queue.result),
        Route("/queue/{endpoint:path}", queue.submit, methods=["POST"]),
        Route("/api/v1/models/requests/by-endpoint", shelf.ended),
        Route("/rest/storage/auth/token", shelf.token, methods=["POST"]),
        Route("/cdn/files/upload", shelf.upload, methods=["POST"]),
    ]


def _stranger(request: Request) -> Response | None:
    """The refusal of a request that bears no key."""
    if request.headers.get("authorization", "").startswith("Key "):
        return None
    return JSONResponse({"detail": "Authentication is required to access this application."}, 401)


class _Queue:
    """Submit, status, result and cancel."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def submit(self, request: Request) -> Response:
        if fault := await self._desk.intercept(NAME, "submit", request, shaped) or _stranger(request):
            return fault
        endpoint = request.path_params["endpoint"]
        if endpoint not in MODELS:
            return JSONResponse({"detail": f"Application '{endpoint}' not found"}, 404)
        try:
            said = checked(endpoint, await request.json())
            spec = await self._spec(endpoint, said)
        except Invalid as invalid:
            return JSONResponse({"detail": invalid.detail}, 422)
        _, _, tag = request.headers.get("x-fal-tags", "").partition("reel=")
        record = await self._desk.accept(NAME, endpoint, said, spec, tag or None)
        return JSONResponse(
            {"request_id": record.id, "queue_position": record.position, **_links(request, record)}
        )

    async def status(self, request: Request) -> Response:
        record = self._found(request)
        if fault := await self._desk.intercept(NAME, "poll", request, shaped) or _stranger(request):
            return fault
        if record is None:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        wanted = request.query_params.get("logs", "").lower() in ("1", "true")
        # The official client needs both of these in every state.
        said: dict[str, JsonValue] = {"request_id": record.id, **_links(request, record)}
        said |= {"queue_position": record.position, "logs": _logs(record) if wanted else []}
        match record.state:
            case "queued":
                return JSONResponse({"status": "IN_QUEUE", **said}, 202)
            case "running":
                return JSONResponse({"status": "IN_PROGRESS", **said}, 202)
            case "failed" | "canceled":
                _, error_type, detail = _failure(record)
                if detail is not None:
                    said |= {"error": str(detail), "error_type": error_type}
        return JSONResponse({"status": "COMPLETED", "metrics": {"inference_time": 1.0}, **said})

    async def result(self, request: Request) -> Response:
        record = self._found(request)
        if fault := await self._desk.intercept(NAME, "poll", request, shaped) or _stranger(request):
            return fault
        if record is None:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        if record.state in ("queued", "running"):
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        status, error_type, detail = _failure(record)
        headers = {"x-fal-request-id": record.id}
        empty = record.state == "succeeded" and record.withholds()
        if record.tells_cost:
            # In the units of its price list; nothing for what a model did not deliver.
            free = status >= 500 or empty or record.misbills
            headers["x-fal-billable-units"] = "0" if free else "1"
        if record.state != "succeeded" and detail is not None:
            return JSONResponse({"detail": detail, "error_type": error_type}, status, headers)
        output = await self._output(request, record) if not empty else {"images": [], "video": None}
        return JSONResponse(output, headers=headers)

    async def cancel(self, request: Request) -> Response:
        record = self._found(request)
        if fault := await self._desk.intercept(NAME, "cancel", request, shaped) or _stranger(request):
            return fault
        if record is None:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        if record.state not in ("queued", "running"):
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        self._desk.cancel(record)
        return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

    def _found(self, request: Request) -> Record | None:
        record = self._desk.find(NAME, request.path_params["id"])
        app = f"{request.path_params['owner']}/{request.path_params['app']}"
        return record if record and record.model.startswith(f"{app}/") else None

    async def _output(self, request: Request, record: Record) -> dict[str, JsonValue]:
        if record.state == "failed":
            blocked = self._desk.stored_url(request, self._desk.store(_BLACK))
            black: JsonValue = {"url": blocked, "content_type": "image/png", "width": 1, "height": 1}
            return {"images": [black], "has_nsfw_concepts": [True], "seed": record.spec.seed}
        file: dict[str, JsonValue] = {
            "url": record.output_url(request),
            "content_type": record.mime,
            "file_name": f"{record.id}.{record.mime.partition('/')[2]}",
            "file_size": len(await record.output()),
        }
        if record.spec.kind == "video":
            return {"video": file, "seed": record.spec.seed}
        file |= {"width": record.spec.width, "height": record.spec.height}
        if MODELS[record.model].alone:
            seed: dict[str, JsonValue] = {"seed": record.spec.seed}
            return {"image": file, **(seed if "seed" in MODELS[record.model].says else {})}
        if "has_nsfw_concepts" not in MODELS[record.model].says:
            return {"images": [file]}
        return {"images": [file], "has_nsfw_concepts": [False], "seed": record.spec.seed}

    async def _spec(self, endpoint: str, said: dict[str, JsonValue]) -> Spec:
        files: dict[str, list[bytes]] = {}
        for name in MODELS[endpoint].pictures:
            named = said.get(name) or []
            try:
                urls = urls_in(named)
                files[name] = [await self._desk.fetched(str(url)) for url in urls]
            except Unfetched as error:
                what = "video" if name == MODELS[endpoint].inputs.get("video") else "image"
                kind = "file_download_error" if what == "video" else "image_load_error"
                raise Invalid([name], kind, f"Failed to load the {what}: {error}") from None
        return spec_of(endpoint, said, files)


class _Shelf:
    """The listing of ended requests, and the storage of inputs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ended(self, request: Request) -> Response:
        if fault := await self._desk.intercept(NAME, "list", request, shaped) or _stranger(request):
            return fault
        asked = request.query_params
        since = (
            datetime.fromisoformat(asked["start"]) if "start" in asked else self._desk.moment() - timedelta(1)
        )
        records = self._desk.records(NAME, asked.get("endpoint_id"))
        dated = sorted(((each.ended_at, each) for each in records if each.ended_at), key=lambda one: one[0])
        every = [_row(each, asked.get("expand") == "payloads") for at, each in reversed(dated) if at >= since]
        first, limit = int(asked.get("cursor", "0")), int(asked.get("limit", "50"))
        more = first + limit < len(every)
        page = {"items": every[first : first + limit], "has_more": more}
        return JSONResponse({**page, "next_cursor": str(first + limit) if more else None})

    async def token(self, request: Request) -> Response:
        if fault := await self._desk.intercept(NAME, "upload", request, shaped) or _stranger(request):
            return fault
        until = (self._desk.moment() + timedelta(hours=1)).isoformat()
        base = f"{request.url.scheme}://{request.url.netloc}/{NAME}/cdn"
        return JSONResponse({"token": "cdn", "token_type": "Bearer", "base_url": base, "expires_at": until})

    async def upload(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer cdn":
            return JSONResponse({"detail": "Unauthorized"}, 401)
        if fault := await self._desk.intercept(NAME, "upload", request, shaped):
            return fault
        name = self._desk.store(await request.body())
        return JSONResponse({"access_url": self._desk.stored_url(request, name)})


def _links(request: Request, record: Record) -> dict[str, JsonValue]:
    """A request's own URLs: of owner and app, without the rest of the endpoint."""
    owner, app = record.model.split("/")[:2]
    base = f"{request.url.scheme}://{request.url.netloc}/{NAME}/queue/{owner}/{app}/requests/{record.id}"
    return {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}


def _logs(record: Record) -> list[JsonValue]:
    if record.started_at is None:
        return []
    line: dict[str, JsonValue] = {"message": f"{record.percent:.0f}%|", "level": "INFO", "source": "USER"}
    return [{**line, "timestamp": record.started_at.isoformat()}]


def _failure(record: Record) -> tuple[int, str | None, JsonValue]:
    """Status, error type and detail of what did not succeed. An image model says of blocked content that it
    is a success, and has no detail."""
    if record.state == "canceled":
        return 499, "client_cancelled", "The request was cancelled"
    match record.fault:
        case "content_policy" if "has_nsfw_concepts" in MODELS[record.model].says:
            return 200, None, None
        case "content_policy":
            kind, message = "content_policy_violation", "The content could not be processed"
            return 422, kind, [{"loc": ["body", "prompt"], "msg": message, "type": kind}]
        case "capacity":
            kind = "downstream_service_unavailable"
            return 503, kind, [{"loc": ["body"], "msg": "Downstream service unavailable", "type": kind}]
        case "failed":
            return 500, "runner_server_error", "Internal server error"
    return 200, None, None


def _row(record: Record, payloads: bool) -> dict[str, JsonValue]:
    moments = {"sent_at": record.created_at, "started_at": record.started_at, "ended_at": record.ended_at}
    row: dict[str, JsonValue] = {name: at.isoformat() if at else None for name, at in moments.items()}
    status = 200 if record.state == "succeeded" else _failure(record)[0]
    row |= {"request_id": record.id, "endpoint_id": record.model, "status_code": status}
    return {**row, "json_input": record.listed_input} if payloads else row
