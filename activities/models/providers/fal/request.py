"""Turns a call into the body of a request to one of fal's models."""

from __future__ import annotations

from pydantic import JsonValue

from activities.models.call import ModelCall
from activities.models.entries import Model

# Where all pictures go into one list, the one that is changed stands first, and edges last.
_ORDER = (
    "prompt", "negative_prompt", "image", "references", "control", "last_frame", "seconds", "seed", "aspect",
    "size", "video", "factor", "prompt_optimizer",
)  # fmt: skip


def body_of(call: ModelCall) -> dict[str, JsonValue]:
    """The JSON that is sent. Raises `InvalidInput` for what would be ignored or refused: a picture or length
    that the model does not take, an aspect it does not have, a prompt that is too long."""
    return {**call.model.fixed, **call.named(call.values() | call.links(), _ORDER)}


def comparable(model: Model, echoed: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What a listing echoes of a request, without the defaults that a model adds to it: the parameters
    that `body_of` may send."""
    known = {*(name.removesuffix("[]") for name in model.parameters.values()), *model.fixed}
    return {name: _said(value) for name, value in echoed.items() if name in known and value is not None}


def _said(value: JsonValue) -> JsonValue:
    """The same of what stands inside a parameter."""
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list) else value
