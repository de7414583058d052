"""Turns an order into the JSON of a request to Veo or Gemini, by what the catalogue says of the model.

A body has the arguments of the client's call under the API's own names: `source` and `config` for videos,
`contents` and `config` for images and plans. A name with dots in the catalogue is a place in a nested object.
"""

from __future__ import annotations

import base64
import copy
from decimal import Decimal

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.provider import Order, Picture

Body = dict[str, JsonValue]

# A seed is an unsigned number of 32 bits.
_SEEDS = 2**32


def body(order: Order, tag: str) -> Body:
    """The body of the request for an order. Raises `InvalidInput` for what the model does not take."""
    _check(order)
    config: Body = copy.deepcopy(dict(order.model.fixed))
    # Nothing can be found by it: labels only reach the bill.
    config["labels"] = {"reel-tag": tag}
    if order.model.kind == "video":
        return _video(order, config)
    return _content(order, config)


def _video(order: Order, config: Body) -> Body:
    names = order.model.parameters
    source: Body = {names["prompt"]: order.prompt}
    if order.image is not None:
        source[names["image"]] = _picture(order.image, "imageBytes")
    values: dict[str, JsonValue] = {
        "negative_prompt": order.negative_prompt or None,
        "last_frame": _picture(order.last_frame, "imageBytes") if order.last_frame else None,
        "seconds": _sent(order),
        "seed": None if order.seed is None else order.seed % _SEEDS,
        "aspect": order.model.aspects.get(order.aspect),
        "size": order.model.sizes.get(order.size),
    }
    _place_all(config, order, values)
    return {"source": source, "config": config}


def _content(order: Order, config: Body) -> Body:
    names = order.model.parameters
    parts: list[JsonValue] = [{names["prompt"]: order.prompt}]
    if order.image is not None:
        parts.insert(0, {names["image"]: _picture(order.image, "data")})
    if order.instructions:
        # The caller's words are data in `contents`; only ours are instructions.
        config["systemInstruction"] = order.instructions
    if order.schema is not None:
        config["responseMimeType"] = "application/json"
        config["responseJsonSchema"] = dict(order.schema)
    # The client would send further requests, for the rest of a long answer or a function that was called: one
    # call is one payment.
    config |= {"automaticContinuation": False, "automaticFunctionCalling": {"disable": True}}
    _place_all(config, order, {"aspect": order.model.aspects.get(order.aspect)})
    return {"contents": [{"role": "user", "parts": parts}], "config": config}


def _place_all(config: Body, order: Order, values: dict[str, JsonValue]) -> None:
    for ours, value in values.items():
        if value is not None and ours in order.model.parameters:
            _place(config, order.model.parameters[ours], value)


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


def _sent(order: Order) -> JsonValue:
    length = order.model.length(order.seconds, order.size)
    if length is not None:
        return int(length.asked_s) if length.sent is None else length.sent
    allowed = ", ".join(f"{each.asked_s}" for each in order.model.offered(order.size))
    raise InvalidInput(
        f"{order.model.id} makes {allowed} s at {order.size}, not {order.seconds or Decimal(0)} s"
    )


def _check(order: Order) -> None:
    model, names = order.model, order.model.parameters
    if len(order.prompt) > model.prompt_limit:
        raise InvalidInput(f"{model.id} takes a prompt of {model.prompt_limit} characters: shorten it")
    if "aspect" in names and order.aspect not in model.aspects:
        raise InvalidInput(f"{model.id} makes {', '.join(model.aspects)}, not {order.aspect}: choose another")
    if "size" in names and order.size not in model.sizes:
        raise InvalidInput(f"{model.id} makes {', '.join(model.sizes)}, not {order.size}: choose another")
    if model.kind == "video" and order.image is None and not model.text_start:
        raise InvalidInput(f"{model.id} starts from an image, and there is none")
    if model.kind == "planner" and not (order.instructions and order.schema):
        raise InvalidInput(f"{model.id} needs instructions and the schema of its answer")
    given = {"image": order.image, "control": order.control, "last_frame": order.last_frame}
    for role, picture in given.items():
        if picture is not None and role not in names:
            raise InvalidInput(f"{model.id} takes no {role.replace('_', ' ')}")
    if order.last_frame is not None and order.image is None:
        raise InvalidInput(f"{model.id} takes a last frame only beside a first one")
