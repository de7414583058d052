"""Knows how a call becomes the input of a Replicate model, and where that is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.entries import Model
from activities.models.provider import ModelCall

_Ours = TypeVar("_Ours", bound=str)
# The models' own bound: some take 32 bits, with a sign.
_SEEDS = 2**31


def input_of(call: ModelCall) -> dict[str, JsonValue]:
    """What the model is sent, by its own names. Left out: a negative prompt, edges and a seed that it does
    not take. Raises `InvalidInput` for what it cannot do without, or would silently ignore."""
    model = call.model
    if len(call.prompt) > model.prompt_limit:
        raise InvalidInput(
            f"{model.id} takes prompts of at most {model.prompt_limit} characters: shorten this one"
        )
    return {**model.fixed, **dict(_words(call)), **dict(_pictures(call)), **dict(_format(call))}


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


def _words(call: ModelCall) -> Iterator[tuple[str, JsonValue]]:
    theirs = call.model.parameters
    yield theirs["prompt"], call.prompt
    if call.negative_prompt and "negative_prompt" in theirs:
        yield theirs["negative_prompt"], call.negative_prompt
    if call.seed is not None and "seed" in theirs:
        yield theirs["seed"], call.seed % _SEEDS


def _pictures(call: ModelCall) -> Iterator[tuple[str, JsonValue]]:
    model, theirs = call.model, call.model.parameters
    given = {"image": call.image, "last_frame": call.last_frame, "control": call.control}
    if not call.image and "image" in theirs and not model.text_start:
        raise InvalidInput(f"{model.id} starts from an image: give one, or choose a model that needs none")
    if not call.control and "control" in theirs:
        raise InvalidInput(f"{model.id} is guided by edges, and there are none: choose a model without")
    for what, picture in given.items():
        if picture is None:
            continue
        if what in theirs and picture.url is None:
            raise InvalidInput(f"{model.id} reads images from a link, and there is none: upload it first")
        if what in theirs:
            yield theirs[what], picture.url
        elif what != "control":
            # It would break the film after it was paid. Without its edges an image is still an image.
            raise InvalidInput(f"{model.id} takes no {what.replace('_', ' ')}: choose a model that does")


def _format(call: ModelCall) -> Iterator[tuple[str, JsonValue]]:
    model, theirs = call.model, call.model.parameters
    if "seconds" in theirs:
        yield theirs["seconds"], _length(call)
    if "aspect" in theirs:
        yield theirs["aspect"], _known(model, model.aspects, call.aspect)
    if "size" in theirs:
        yield theirs["size"], _known(model, model.sizes, call.size)


def _length(call: ModelCall) -> JsonValue:
    length = call.model.length(call.seconds, call.size)
    if length is not None:
        return int(length.asked_s) if length.sent is None else length.sent
    known = ", ".join(f"{each.asked_s:f}" for each in call.model.offered(call.size))
    raise InvalidInput(f"{call.model.id} makes {call.size} videos of {known} s, not of {call.seconds} s")


def _known(model: Model, known: Mapping[_Ours, JsonValue], asked: _Ours) -> JsonValue:
    if asked not in known:
        raise InvalidInput(f"{model.id} knows {', '.join(known)}, not {asked}")
    return known[asked]
