"""Knows how a call becomes the input of a Replicate model, and where that is sent."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from activities.models.call import ModelCall
from activities.models.entries import Model

_ORDER = (
    "prompt", "negative_prompt", "seed", "image", "last_frame", "references", "control", "seconds", "aspect",
    "size", "video", "factor", "prompt_optimizer",
)  # fmt: skip


def input_of(call: ModelCall) -> dict[str, JsonValue]:
    """What the model is sent, by its own names. Raises `InvalidInput` for what it cannot do without, or would
    silently ignore."""
    return {**call.model.fixed, **call.named(call.values() | call.links(), _ORDER)}


def address_of(model: Model, said: Mapping[str, JsonValue]) -> tuple[str, dict[str, JsonValue]]:
    """(path, body) of a submit. Community models are known by their version alone: under their name they
    answer 404."""
    name, _, version = model.endpoint.partition(":")
    if version:
        return "/v1/predictions", {"version": version, "input": dict(said)}
    return f"/v1/models/{name}/predictions", {"input": dict(said)}


def is_of(model: Model, answer: Mapping[str, JsonValue]) -> bool:
    """Whether a listed prediction is of this model. In doubt it is: one that is left out would be taken for
    a request that was never accepted."""
    name, _, version = model.endpoint.partition(":")
    if answer.get("model") not in (name, None, ""):
        return False
    return not version or answer.get("version") in (version, None, "hidden")
