"""Speaks as Replicate does: predictions, their listing, and files."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from pydantic import JsonValue
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra.standins.core import Desk, Moment, Record, Spec, Unfetched
from infra.standins.wire.replicate_models import MODELS, Invalid, by_version, checked, spec_of

NAME = "replicate"
PAGE = 100
FILES_LAST = timedelta(days=1)
STATUSES = {"queued": "starting", "running": "processing"}
ERRORS = {
    "content_policy": "The input or output was flagged as sensitive. "
    "Please try again with different inputs. (E005) (Xq3v)",
    "capacity": "Service is currently unavailable due to high demand. Please try again later. (E003) (Xq3v)",
    "failed": "Prediction interrupted; please retry (code: PA)",
}
DETAILS = {
    401: "You did not pass a valid authentication token",
    404: "The requested resource could not be found.",
    429: "Request was throttled. Your rate limit resets in ~2s.",
}
_DEADLINE = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


def problem(status: int, detail: str = "", title: str = "") -> Response:
    """An error body as Replicate's."""
    said = detail or DETAILS.get(status, "Internal server error")
    title = title or ("Input validation failed" if status == 422 else said)
    return JSONResponse({"title": title, "detail": said, "status": status}, status)


def routes(desk: Desk) -> list[BaseRoute]:
    """All that is asked of Replicate."""
    api = _Api(desk)
    return [
        Route("/v1/models/{owner}/{name}/predictions", api.create_official, methods=["POST"]),
        Route("/v1/predictions", api.create_version, methods=["POST"]),
        Route("/v1/predictions", api.listing),
        Route("/v1/predictions/{id}", api.get),
        Route("/v1/predictions/{id}/cancel", api.cancel, methods=["POST"]),
        Route("/v1/files", api.upload, methods=["POST"]),
    ]


class _Api:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # By job: when the header said that it has to end, and what that ended before it began. Not kept
        # through a restart.
        self.deadlines: dict[str, datetime] = {}
        self.aborted: set[str] = set()

    async def create_official(self, request: Request) -> Response:
        return await self._create(request, "{owner}/{name}".format(**request.path_params))

    async def create_version(self, request: Request) -> Response:
        return await self._create(request, None)

    async def _create(self, request: Request, name: str | None) -> Response:
        if fault := await self._met("submit", request):
            return fault
        body = await request.json()
        model = name or by_version(str(body.get("version", "")))
        # Community models have no address of their own.
        if name and (model not in MODELS or ":" in model):
            return problem(404)
        if model not in MODELS:
            why = "The specified version does not exist (or perhaps you don't have permission to use it?)"
            return problem(422, why, "Invalid version or not permitted")
        try:
            said = _input(body, name)
            spec = await self._spec(model, said)
        except Invalid as invalid:
            return problem(422, str(invalid))
        id = secrets.token_hex(13)
        if after := request.headers.get("cancel-after"):
            self.deadlines[id] = self.desk.moment() + _seconds(after) / self.desk.speed
        record = await self.desk.accept(NAME, model, said, spec, _tag(said), id)
        return JSONResponse(self._prediction(record, request), 201)

    async def get(self, request: Request) -> Response:
        if fault := await self._met("poll", request):
            return fault
        record = self.desk.find(NAME, request.path_params["id"])
        return JSONResponse(self._prediction(record, request)) if record else problem(404)

    async def cancel(self, request: Request) -> Response:
        if fault := await self._met("cancel", request):
            return fault
        if not (record := self.desk.find(NAME, request.path_params["id"])):
            return problem(404)
        self.desk.cancel(record)
        return JSONResponse(self._prediction(record, request))

    async def listing(self, request: Request) -> Response:
        """Newest first; `next` is a full URL, and carries the dates on."""
        if fault := await self._met("list", request):
            return fault
        ask = request.query_params
        after = datetime.fromisoformat(ask.get("created_after", "1970-01-01T00:00:00+00:00"))
        found = [each for each in self.desk.records(NAME) if each.created_at >= after]
        start = int(ask.get("cursor", "0"))
        more = len(found) > start + PAGE
        following = str(request.url.include_query_params(cursor=start + PAGE)) if more else None
        results = [self._prediction(each, request) for each in found[start : start + PAGE]]
        return JSONResponse({"previous": None, "next": following, "results": results})

    async def upload(self, request: Request) -> Response:
        if fault := await self._met("upload", request):
            return fault
        async with request.form() as form:
            content = form.get("content")
            if not isinstance(content, UploadFile):
                return problem(422, "- content: is required")
            data = await content.read()
            mime, now = content.content_type, self.desk.moment()
        name = self.desk.store(data)
        file: dict[str, JsonValue] = {
            "id": name[:26],
            "content_type": mime,
            "size": len(data),
            "checksums": {"sha256": name},
            "metadata": {},
            "created_at": _z(now),
            "expires_at": _z(now + FILES_LAST),
            "urls": {"get": self.desk.stored_url(request, name)},
        }
        return JSONResponse(file, 201)

    async def _met(self, moment: Moment, request: Request) -> Response | None:
        if fault := await self.desk.intercept(NAME, moment, request, problem):
            return fault
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        return None if kind == "Bearer" and key.strip() else problem(401)

    async def _spec(self, model: str, said: Mapping[str, JsonValue]) -> Spec:
        schema, files = MODELS[model], {}
        for name in schema.pictures:
            url = said.get(name)
            if isinstance(url, str):
                try:
                    files[name] = await self.desk.fetched(url)
                except Unfetched as error:
                    raise Invalid(f"- input.{name}: cannot be read: {error}") from None
        return spec_of(model, said, files)

    def _prediction(self, record: Record, request: Request) -> dict[str, JsonValue]:
        status, gone = self._status(record), record.expired
        delivers = status == "succeeded" and not gone and not record.withholds()
        name, _, version = record.model.partition(":")
        at = f"{request.url.scheme}://{request.url.netloc}/{NAME}/v1/predictions/{record.id}"
        return {
            "id": record.id,
            "model": name,
            "version": version or "hidden",
            "input": {} if gone else record.listed_input,
            "output": _output(record, request) if delivers else None,
            "logs": "" if gone else _logs(record),
            "error": ERRORS[record.fault or "failed"] if status == "failed" else None,
            "status": status,
            "source": "api",
            "data_removed": gone,
            "created_at": _z(record.created_at),
            "started_at": None if status == "aborted" else _z(record.started_at),
            "completed_at": _z(record.ended_at),
            "deadline": _z(self.deadlines.get(record.id)),
            "metrics": _metrics(record),
            "urls": {"get": at, "cancel": f"{at}/cancel", "web": f"https://replicate.com/p/{record.id}"},
        }

    def _status(self, record: Record) -> str:
        """The real one's word; a deadline that has passed strikes here, but for what is late on a busy
        machine of ours."""
        deadline, runs = self.deadlines.get(record.id), record.state in ("queued", "running")
        if deadline and self.desk.moment() >= deadline and runs and not record.is_late:
            if record.state == "queued":
                self.aborted.add(record.id)
            self.desk.cancel(record)
        if record.id in self.aborted:
            return "aborted"
        return STATUSES.get(record.state, record.state)


def _input(body: Mapping[str, JsonValue], name: str | None) -> dict[str, JsonValue]:
    allowed = {"input", "webhook", "webhook_events_filter", "stream", *([] if name else ["version"])}
    if unknown := sorted(body.keys() - allowed):
        raise Invalid(f"- (root): Additional property {unknown[0]} is not allowed")
    model = name or by_version(str(body.get("version")))
    return checked(model, body.get("input"))


def _tag(said: Mapping[str, JsonValue]) -> str | None:
    for value in said.values():
        if isinstance(value, str) and (found := parse_qs(urlsplit(value).query).get("x-reel-tag")):
            return found[0]
    return None


def _output(record: Record, request: Request) -> JsonValue:
    url = record.output_url(request)
    model = MODELS[record.model]
    return url if model.short or model.alone else [url]


def _logs(record: Record) -> str:
    done = round(record.percent)
    bar = "█" * (done // 10)
    return f"Using seed: {record.spec.seed}\n{done:3d}%|{bar:<10}| {done * 28 // 100}/28" if done else ""


def _metrics(record: Record) -> dict[str, JsonValue]:
    if record.ended_at is None or record.started_at is None:
        return {}
    begun = record.ended_at - record.started_at
    return {
        "predict_time": begun.total_seconds(),
        "total_time": (record.ended_at - record.created_at).total_seconds(),
    }


def _seconds(after: str) -> timedelta:
    found = _DEADLINE.fullmatch(after)
    hours, minutes, seconds = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _z(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
