"""Speaks OpenAI's wire format: background responses with an id, and images that are the answer itself."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from uuid import uuid4

from pydantic import JsonValue
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra.standins.core import Desk, Moment, Record, Spec
from infra.standins.spec import seen
from infra.standins.wire.openai_models import PATHS, complaint, of_form
from infra.standins.wire.planner import answer

NAME = "openai"
# Of a medium image of about 1.3 megapixels, and of an image that goes along with a request.
_IMAGE_TOKENS, _INPUT_TOKENS = 1600, 1030
_STATUS = {
    "queued": "queued",
    "running": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "canceled": "cancelled",
}
_ERRORS = {
    "content_policy": (
        "invalid_prompt",
        "Your prompt was flagged as violating our usage policy.",
    ),
    "capacity": ("server_error", "The server is overloaded."),
    "failed": ("server_error", "The model failed to generate a response."),
}
_BODIES = {
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided: stand****."),
    404: (
        "invalid_request_error",
        "model_not_found",
        "The model does not exist, or is not yours to use.",
    ),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests per min."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "The server is overloaded."),
}


def routes(desk: Desk) -> list[BaseRoute]:
    """All that the official client asks of it, below the base URL."""

    async def respond(request: Request) -> Response:
        if refusal := await _refused(desk, "submit", request):
            return refusal
        body = await request.json()
        if wrong := _wrong_plan(body):
            return wrong
        schema = body["text"]["format"]["schema"]
        if (said := _said(body["input"])) is None:
            words = "Invalid value for 'input': text, or messages of input_text and input_image."
            return _error(400, "invalid_request_error", "invalid_value", words, "input")
        spec = Spec("plan", body["model"], *said, schema=schema, mime="application/json")
        tag = (body.get("metadata") or {}).get("reel")
        record = await desk.accept(NAME, body["model"], body, spec, tag=tag, id=f"resp_{uuid4().hex}")
        return JSONResponse(_response(record))

    async def retrieve(request: Request) -> Response:
        if refusal := await _refused(desk, "poll", request):
            return refusal
        record = desk.find(NAME, request.path_params["id"])
        return _not_found() if record is None or record.expired else JSONResponse(_response(record))

    async def cancel(request: Request) -> Response:
        if refusal := await _refused(desk, "cancel", request):
            return refusal
        if (record := desk.find(NAME, request.path_params["id"])) is None:
            return _not_found()
        desk.cancel(record)
        return JSONResponse(_response(record))

    async def generate(request: Request) -> Response:
        if refusal := await _refused(desk, "submit", request):
            return refusal
        return await _draw(desk, "images/generations", await request.json(), [])

    async def edit(request: Request) -> Response:
        if refusal := await _refused(desk, "submit", request):
            return refusal
        form = await request.form()
        fields = of_form("images/edits", {k: value for k, value in form.items() if isinstance(value, str)})
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            return _error(
                400, "invalid_request_error", "missing_required_parameter", "Missing parameter: 'image'."
            )
        return await _draw(desk, "images/edits", fields, [await file.read() for file in files])

    return [
        Route("/responses", respond, methods=["POST"]),
        Route("/responses/{id}", retrieve, methods=["GET"]),
        Route("/responses/{id}/cancel", cancel, methods=["POST"]),
        Route("/images/generations", generate, methods=["POST"]),
        Route("/images/edits", edit, methods=["POST"]),
    ]


async def _refused(desk: Desk, moment: Moment, request: Request) -> Response | None:
    """A fault, or the refusal of a request without a key."""
    if fault := await desk.intercept(NAME, moment, request, _shape):
        return fault
    return None if request.headers.get("authorization", "").startswith("Bearer ") else _shape(401)


def _shape(status: int) -> Response:
    kind, code, message = _BODIES.get(status, ("invalid_request_error", None, f"status {status}"))
    return _error(status, kind, code, message)


def _error(status: int, kind: str, code: str | None, message: str, param: str | None = None) -> Response:
    error = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": error}, status, headers={"x-request-id": f"req_{uuid4().hex}"})


def _wrong(path: str, body: JsonValue) -> Response | None:
    """The refusal of a request that the API does not take."""
    if isinstance(body, dict) and body.get("model") not in PATHS[path].models:
        return _shape(404)
    if found := complaint(path, body):
        return _error(400, "invalid_request_error", found.code, found.message, found.param)
    return None


def _missing(name: str) -> Response:
    said = f"Missing required parameter: '{name}'."
    return _error(400, "invalid_request_error", "missing_required_parameter", said)


def _not_found() -> Response:
    return _error(404, "invalid_request_error", None, "Response with that id not found.")


# ---- plans


def _wrong_plan(body: Mapping[str, JsonValue]) -> Response | None:
    if refusal := _wrong("responses", dict(body)):
        return refusal
    form = body.get("text")
    form = form.get("format") if isinstance(form, dict) else None
    if not isinstance(form, dict) or not body.get("input"):
        return _missing("text.format")
    if form.get("strict") and not _strict(form.get("schema")):
        said = "Invalid schema for response_format: every field must be required, and no other allowed."
        return _error(400, "invalid_request_error", "invalid_json_schema", said)
    if not (body.get("background") and body.get("store")):
        said = "The stand-in answers in the background only."
        return _error(400, "invalid_request_error", "unsupported_value", said)
    return None


def _strict(schema: JsonValue) -> bool:
    """Whether a schema is one that strict mode takes."""
    if not isinstance(schema, dict) or "default" in schema:
        return False
    if schema.get("type") == "array":
        return _strict(schema.get("items"))
    if schema.get("type") != "object":
        return True
    inner, required = schema.get("properties"), schema.get("required")
    closed = schema.get("additionalProperties") is False
    named = isinstance(inner, dict) and isinstance(required, list) and set(inner) == set(map(str, required))
    return closed and named and isinstance(inner, dict) and all(map(_strict, inner.values()))


def _said(given: JsonValue) -> tuple[str, dict[str, bytes]] | None:
    """The words of an input and the pictures in it; None where it is no input."""
    if isinstance(given, str):
        return given, {}
    words, pictures = list[str](), dict[str, bytes]()
    for message in given if isinstance(given, list) else [None]:
        for part in message["content"] if isinstance(message, dict) else [None]:  # type: ignore[union-attr]
            match part:
                case {"type": "input_text", "text": str(text)}:
                    words.append(text)
                case {"type": "input_image", "image_url": str(url)} if url.startswith("data:image/"):
                    pictures[f"image_{len(pictures) + 1}"] = base64.b64decode(url.partition(",")[2])
                case _:
                    return None
    return "\n".join(words), pictures


def _response(record: Record) -> dict[str, JsonValue]:
    status, body = _STATUS[record.state], record.input
    said: dict[str, JsonValue] = {
        "id": record.id,
        "object": "response",
        "created_at": record.created_at.timestamp(),
        "status": status,
        "background": True,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": record.listed_input.get("metadata") or {},
        "model": record.model,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }
    if record.state == "failed":
        code, message = _ERRORS[record.fault or "failed"]
        said["error"] = {"code": code, "message": message}
    if record.state == "succeeded":
        spec = record.spec
        text = answer(spec.prompt, spec.schema, record.facts.spoil, spec.inputs)
        said["output"] = [] if record.withholds() else [_message(record.id, text)]
        times = 1000 if record.misbills else 1
        usage = _usage(times * _read(body, spec), times * len(text))
        said["usage"] = usage if record.tells_cost else None
    return said


def _read(body: Mapping[str, JsonValue], spec: Spec) -> int:
    """Characters that were read; a picture counts as its tokens, whatever it weighs."""
    if not spec.inputs:
        return len(json.dumps(body))
    words = {name: one for name, one in body.items() if name != "input"}
    return len(json.dumps(words)) + len(spec.prompt) + 4 * _INPUT_TOKENS * len(spec.inputs)


def _message(id: str, text: str) -> dict[str, JsonValue]:
    content: dict[str, JsonValue] = {"type": "output_text", "text": text, "annotations": []}
    return {
        "id": id.replace("resp_", "msg_"),
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [content],
    }


def _usage(asked: int, said: int) -> dict[str, JsonValue]:
    # English has about four characters a token.
    sent, made = asked // 4, said // 4
    return {
        "input_tokens": sent,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": sent + made,
    }


# ---- images


async def _draw(desk: Desk, path: str, body: dict[str, JsonValue], pictures: list[bytes]) -> Response:
    if refusal := _wrong(path, body):
        return refusal
    model, prompt = str(body.get("model")), str(body.get("prompt", ""))
    size = re.fullmatch(r"(\d+)x(\d+)", str(body.get("size")))
    width, height = (int(side) for side in size.groups()) if size else (1024, 1024)
    mime = f"image/{body.get('output_format') or 'png'}"
    spec = Spec("image", model, prompt, seen(prompt, pictures), width=width, height=height, mime=mime)
    urls: list[JsonValue] = [f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in pictures]
    record = await desk.accept(NAME, model, {**body, "image": urls}, spec, id=f"img_{uuid4().hex}")
    await record.ended()
    if record.fault == "content_policy":
        said = "Your request was rejected by the safety system."
        return _error(400, "image_generation_user_error", "moderation_blocked", said)
    if record.state != "succeeded":
        return _shape(500)
    return JSONResponse(_image(record, len(prompt) // 4, len(pictures), await record.output()))


def _image(record: Record, words: int, pictures: int, data: bytes) -> dict[str, JsonValue]:
    details: dict[str, JsonValue] = {"text_tokens": words, "image_tokens": pictures * _INPUT_TOKENS}
    sent, made = words + pictures * _INPUT_TOKENS, _IMAGE_TOKENS * (1000 if record.misbills else 1)
    usage: dict[str, JsonValue] = {
        "input_tokens": sent,
        "input_tokens_details": details,
        "output_tokens": made,
        "output_tokens_details": {"image_tokens": made, "text_tokens": 0},
        "total_tokens": sent + made,
    }
    return {
        "created": round(record.created_at.timestamp()),
        "data": [] if record.withholds() else [{"b64_json": base64.b64encode(data).decode()}],
        "usage": usage if record.tells_cost else None,
    }
