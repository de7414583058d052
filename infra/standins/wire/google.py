"""Speaks as Vertex AI does: Veo's operations, Gemini's images and plans, and Google's errors."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import cast
from uuid import uuid4

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra.standins.core import Desk, Moment, Record, Spec
from infra.standins.spec import seen, sides
from infra.standins.wire.google_models import MODELS, Wrong, check
from infra.standins.wire.planner import answer

Json = dict[str, JsonValue]

VEO = {name for name, model in MODELS.items() if model.makes == "video"}
PLANS = {name for name, model in MODELS.items() if model.makes == "plan"}
IMAGES = MODELS.keys() - VEO - PLANS
# What 1K is at each aspect.
PIXELS = {"16:9": (1376, 768), "9:16": (768, 1376), "1:1": (1024, 1024), "4:5": (928, 1152)}
SIDES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
MODEL = "/{version}/projects/{project}/locations/{location}/publishers/google/models/{call}"
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
SAID = {
    401: "Request had invalid authentication credentials. Expected OAuth 2 access token.",
    429: "Resource exhausted. Please try again later.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}
FILTERED = (
    "Veo could not generate videos because the input prompt or image violates Google's Responsible AI "
    "practices. Support codes: 58061214"
)
# Codes of an RPC, not of HTTP.
ENDS: Mapping[str, Json] = {
    "capacity": {"code": 8, "message": "The service is currently experiencing high load. Try again later."},
    "failed": {"code": 13, "message": "Internal error. Please try again."},
}


def routes(desk: Desk) -> list[BaseRoute]:
    """Vertex AI on this desk, for any project and location."""

    async def called(request: Request) -> Response:
        model, _, verb = request.path_params["call"].partition(":")
        moment: Moment = "poll" if verb == "fetchPredictOperation" else "submit"
        if refusal := await desk.intercept("google", moment, request, error):
            return refusal
        try:
            return await _answered(desk, request, model, verb)
        except Wrong as wrong:
            return error(wrong.status, str(wrong))

    return [Route(MODEL, called, methods=["POST"])]


def error(status: int, message: str | None = None) -> Response:
    """Google's error body."""
    said = message or SAID.get(status, "Request contains an invalid argument.")
    body = {"code": status, "message": said, "status": STATUS.get(status, "UNKNOWN")}
    return JSONResponse({"error": body}, status)


async def _answered(desk: Desk, request: Request, model: str, verb: str) -> Response:
    if not request.headers.get("authorization", "").startswith("Bearer "):
        raise Wrong(401, SAID[401])
    body = await request.json()
    if verb != "fetchPredictOperation" and model in MODELS:
        check(model, body)
    match verb:
        case "predictLongRunning" if model in VEO:
            return await _started(desk, request, model, body)
        case "fetchPredictOperation" if model in VEO:
            return await _fetched(desk, body)
        case "generateContent" if model in IMAGES | PLANS:
            return await _generated(desk, model, body)
    name = request.url.path.partition("/projects/")[2]
    raise Wrong(404, f"Publisher Model `projects/{name}` was not found or your project has no access to it.")


async def _started(desk: Desk, request: Request, model: str, body: Json) -> Response:
    spec = _video(model, body)
    folder = request.url.path.partition("/projects/")[2].removesuffix(":predictLongRunning")
    name = f"projects/{folder}/operations/{uuid4()}"
    await desk.accept("google", model, body, spec, _tag(body), name)
    return JSONResponse({"name": name})


def _video(model: str, body: Json) -> Spec:
    instance = _object(_list(body.get("instances"))[0])
    wanted = _object(body.get("parameters"))
    seconds = cast(int, wanted.get("durationSeconds", 8))
    width, height = SIDES[str(wanted.get("resolution", "720p"))]
    if wanted.get("aspectRatio") == "9:16":
        width, height = height, width
    given = {"image": _inline(instance.get("image")), "last_frame": _inline(instance.get("lastFrame"))}
    return Spec(
        kind="video",
        model=model,
        prompt=str(instance.get("prompt", "")),
        inputs={role: file for role, file in given.items() if file is not None},
        frames=24 * seconds,
        width=width,
        height=height,
        seed=int(cast(int, wanted.get("seed", 0))),
        audio=bool(wanted.get("generateAudio", True)),
    )


async def _fetched(desk: Desk, body: Json) -> Response:
    name = str(body.get("operationName"))
    record = desk.find("google", name)
    if record is None or record.expired:
        raise Wrong(404, f"Operation {name} was not found.")
    return JSONResponse({"name": name, **await _operation(record)})


async def _operation(record: Record) -> Json:
    if record.state in ("queued", "running"):
        return {}
    if record.state == "canceled":
        return {"done": True, "error": {"code": 1, "message": "The operation was cancelled."}}
    if record.fault and record.fault in ENDS:
        return {"done": True, "error": ENDS[record.fault]}
    kind = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
    if record.fault:
        held: Json = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [FILTERED]}
        return {"done": True, "response": {"@type": kind, **held}}
    video: Json = {"mimeType": "video/mp4"}
    if not record.withholds():
        video["bytesBase64Encoded"] = _base64(await record.output())
    return {"done": True, "response": {"@type": kind, "raiMediaFilteredCount": 0, "videos": [video]}}


async def _generated(desk: Desk, model: str, body: Json) -> Response:
    spec = _content(model, body)
    record = await desk.accept("google", model, body, spec, _tag(body))
    await record.ended()
    match record.fault:
        case None:
            return JSONResponse(await _candidate(record, spec))
        case "capacity":
            return error(429)
        case "failed":
            return error(500)
    if spec.kind == "plan":
        return JSONResponse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, **_used(record)})
    return JSONResponse({"candidates": [{"finishReason": "IMAGE_SAFETY"}], **_used(record)})


def _content(model: str, body: Json) -> Spec:
    parts = [_object(part) for part in _list(_object(_list(body.get("contents"))[-1]).get("parts"))]
    prompt = "\n".join(str(part["text"]) for part in parts if "text" in part)
    config = _object(body.get("generationConfig"))
    if model in PLANS:
        schema = _object(config.get("responseJsonSchema"))
        shown = [_inline(part["inlineData"], "data") for part in parts if "inlineData" in part]
        looked_at = {f"image_{number}": image for number, image in enumerate(shown, 1) if image}
        return Spec(kind="plan", model=model, prompt=prompt, inputs=looked_at, schema=schema)
    aspect = str(_object(config.get("imageConfig")).get("aspectRatio", "1:1"))
    width, height = PIXELS.get(aspect) or sides(aspect, 16)
    images = [_inline(part["inlineData"], "data") for part in parts if "inlineData" in part]
    inputs = seen(prompt, [image for image in images if image])
    return Spec(kind="image", model=model, prompt=prompt, inputs=inputs, width=width, height=height)


async def _candidate(record: Record, spec: Spec) -> Json:
    part: Json = {}
    if record.withholds():
        return {"candidates": [{"finishReason": "OTHER"}], **_used(record)}
    if spec.kind == "image":
        part["inlineData"] = {"mimeType": spec.mime, "data": _base64(await record.output())}
    else:
        part["text"] = answer(spec.prompt, spec.schema, record.facts.spoil, spec.inputs)
    ended = "MAX_TOKENS" if spec.kind == "plan" and record.facts.spoil == "truncated" else "STOP"
    content: Json = {"role": "model", "parts": [part]}
    return {"candidates": [{"content": content, "finishReason": ended}], **_used(record, part)}


def _used(record: Record, part: Json | None = None) -> Json:
    if not record.tells_cost:
        return {}
    # Four characters are a token; an image is some 1,120.
    spec = record.spec
    weighs = len(json.dumps(record.input.get("contents"))) // 4
    read = len(spec.prompt) // 4 + 1120 * len(spec.inputs) if spec.kind == "plan" and spec.inputs else weighs
    written = 0 if part is None else 1120 if "inlineData" in part else len(str(part["text"])) // 4
    if record.misbills:
        read, written = 1000 * read, 1000 * written
    counts: Json = {"promptTokenCount": read, "candidatesTokenCount": written}
    return {"usageMetadata": {**counts, "totalTokenCount": read + written}}


def _tag(body: Json) -> str | None:
    tag = _object(body.get("labels")).get("reel-tag")
    return None if tag is None else str(tag)


def _inline(image: JsonValue, field: str = "bytesBase64Encoded") -> bytes | None:
    return base64.b64decode(str(_object(image)[field])) if image else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _object(value: JsonValue) -> Json:
    if value is not None and not isinstance(value, dict):
        raise Wrong(400, "Invalid JSON payload received.")
    return value or {}


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list) or not value:
        raise Wrong(400, "Invalid JSON payload received.")
    return value
