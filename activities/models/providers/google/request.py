"""Turns a call into the JSON of a request to Veo or Gemini, by what the catalogue says of the model.

A body has the arguments of the client's call under the API's own names: `source` and `config` for videos,
`contents` and `config` for images and plans. A name with dots in the catalogue is a place in a nested object.
"""

from __future__ import annotations

import base64
import copy
from decimal import Decimal

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.provider import ModelCall, Picture

Body = dict[str, JsonValue]

# A seed is an unsigned number of 32 bits.
_SEEDS = 2**32


def body(call: ModelCall, tag: str) -> Body:
    """The body of the request for a call. Raises `InvalidInput` for what the model does not take."""
    _check(call)
    config: Body = copy.deepcopy(dict(call.model.fixed))
    # Nothing can be found by it: labels only reach the bill.
    config["labels"] = {"reel-tag": tag}
    if call.model.kind == "video":
        return _video(call, config)
    return _content(call, config)


def _video(call: ModelCall, config: Body) -> Body:
    names = call.model.parameters
    source: Body = {names["prompt"]: call.prompt}
    if call.image is not None:
        source[names["image"]] = _picture(call.image, "imageBytes")
    values: dict[str, JsonValue] = {
        "negative_prompt": call.negative_prompt or None,
        "last_frame": _picture(call.last_frame, "imageBytes") if call.last_frame else None,
        "seconds": _sent(call),
        "seed": None if call.seed is None else call.seed % _SEEDS,
        "aspect": call.model.aspects.get(call.aspect),
        "size": call.model.sizes.get(call.size),
    }
    _place_all(config, call, values)
    return {"source": source, "config": config}


def _content(call: ModelCall, config: Body) -> Body:
    names = call.model.parameters
    parts: list[JsonValue] = [{names["prompt"]: call.prompt}]
    if call.image is not None:
        parts.insert(0, {names["image"]: _picture(call.image, "data")})
    if call.instructions:
        # The caller's words are data in `contents`; only ours are instructions.
        config["systemInstruction"] = call.instructions
    if call.schema is not None:
        config["responseMimeType"] = "application/json"
        config["responseJsonSchema"] = dict(call.schema)
    # The client would send further requests, for the rest of a long answer or a function that was called: one
    # call is one payment.
    config |= {"automaticContinuation": False, "automaticFunctionCalling": {"disable": True}}
    _place_all(config, call, {"aspect": call.model.aspects.get(call.aspect)})
    return {"contents": [{"role": "user", "parts": parts}], "config": config}


def _place_all(config: Body, call: ModelCall, values: dict[str, JsonValue]) -> None:
    for ours, value in values.items():
        if value is not None and ours in call.model.parameters:
            _place(config, call.model.parameters[ours], value)


def _place(into: Body, name: str, value: JsonValue) -> None:
    *folders, last = name.split(".")
    for folder in folders:
        inner = into.setdefault(folder, {})
        assert isinstance(inner, dict), f"{name} is no place"
        into = inner
    into[last] = value


def _picture(picture: Picture, field: str) -> JsonValue:
    inline = base64.b64encode(picture.path.read_bytes()).decode()
    return {field: inline, "mimeType": picture.mime}


def _sent(call: ModelCall) -> JsonValue:
    length = call.model.length(call.seconds, call.size)
    if length is not None:
        return int(length.asked_s) if length.sent is None else length.sent
    allowed = ", ".join(f"{each.asked_s}" for each in call.model.offered(call.size))
    raise InvalidInput(
        f"{call.model.id} makes {allowed} s at {call.size}, not {call.seconds or Decimal(0)} s"
    )


def _check(call: ModelCall) -> None:
    model, names = call.model, call.model.parameters
    if len(call.prompt) > model.prompt_limit:
        raise InvalidInput(f"{model.id} takes a prompt of {model.prompt_limit} characters: shorten it")
    if "aspect" in names and call.aspect not in model.aspects:
        raise InvalidInput(f"{model.id} makes {', '.join(model.aspects)}, not {call.aspect}: choose another")
    if "size" in names and call.size not in model.sizes:
        raise InvalidInput(f"{model.id} makes {', '.join(model.sizes)}, not {call.size}: choose another")
    if model.kind == "video" and call.image is None and not model.text_start:
        raise InvalidInput(f"{model.id} starts from an image, and there is none")
    if model.kind == "planner" and not (call.instructions and call.schema):
        raise InvalidInput(f"{model.id} needs instructions and the schema of its answer")
    given = {"image": call.image, "control": call.control, "last_frame": call.last_frame}
    for role, picture in given.items():
        if picture is not None and role not in names:
            raise InvalidInput(f"{model.id} takes no {role.replace('_', ' ')}")
    if call.last_frame is not None and call.image is None:
        raise InvalidInput(f"{model.id} takes a last frame only beside a first one")
