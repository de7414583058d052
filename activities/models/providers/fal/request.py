"""Turns a call into the body of a request to one of fal's models."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.entries import Model
from activities.models.provider import GUIDED, ModelCall, Picture

#: The pictures of a call, and what a person calls them; edges stand last where all go into one list.
_PICTURES = {"image": "a start image", "control": "an edges image", "last_frame": "a last frame"}
# In the catalogue, what ends so is a list, of one item for each of our parameters that names it.
_LIST = "[]"
# Seeds come from recipe keys and may have 64 bits; every model takes 31.
_SEED = (1 << 31) - 1


def body_of(call: ModelCall) -> dict[str, JsonValue]:
    """The JSON that is sent. Raises `InvalidInput` for what would be ignored or refused: a picture or length
    that the model does not take, an aspect it does not have, a prompt that is too long. Seed and negative
    prompt are wishes: where a model has none, they are left out."""
    model = call.model
    if len(call.prompt) > model.prompt_limit:
        raise InvalidInput(f"{model.id} takes {model.prompt_limit} characters, not {len(call.prompt)}")
    ours: dict[str, JsonValue] = {
        "prompt": call.prompt + (GUIDED if call.control and _is_listed(model, "control") else ""),
        "negative_prompt": call.negative_prompt or None,
        **{name: _url(model, name, getattr(call, name)) for name in _PICTURES},
        "seconds": _seconds(call),
        "seed": None if call.seed is None else call.seed & _SEED,
    }
    for name, value, allowed in (
        ("aspect", str(call.aspect), {str(each): value for each, value in model.aspects.items()}),
        ("size", str(call.size), {str(each): value for each, value in model.sizes.items()}),
    ):
        if name not in model.parameters:
            continue
        if value not in allowed:
            raise InvalidInput(f"{model.id} makes no {value}; it makes {', '.join(allowed)}")
        ours[name] = allowed[value]
    return {**model.fixed, **_named(model, ours)}


def _named(model: Model, ours: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Our parameters by the model's own names; what it does not take, and what is not there, is left out."""
    theirs: dict[str, JsonValue] = {}
    for name, value in ours.items():
        if value is None or name not in model.parameters:
            continue
        parameter = model.parameters[name]
        if _is_listed(model, name):
            before = theirs.get(parameter.removesuffix(_LIST))
            theirs[parameter.removesuffix(_LIST)] = [*(before if isinstance(before, list) else []), value]
        else:
            theirs[parameter] = value
    return theirs


def _is_listed(model: Model, name: str) -> bool:
    return model.parameters.get(name, "").endswith(_LIST)


def comparable(model: Model, echoed: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What a listing echoes of a request, without the defaults that a model adds to it: the parameters
    that `body_of` may send."""
    known = {*(name.removesuffix(_LIST) for name in model.parameters.values()), *model.fixed}
    return {name: value for name, value in echoed.items() if name in known and value is not None}


def _url(model: Model, name: str, picture: Picture | None) -> str | None:
    what = _PICTURES[name]
    if picture is None:
        if name == "image" and model.image_input and not model.text_start:
            raise InvalidInput(f"{model.id} needs {what}")
        return None
    if name not in model.parameters:
        raise InvalidInput(f"{model.id} does not take {what}; choose a model that does")
    if picture.url is None:
        raise InvalidInput(f"{model.id} reads {what} from a URL; give the file to fal first")
    return picture.url


def _seconds(call: ModelCall) -> str | int | None:
    model = call.model
    if model.kind != "video":
        return None
    length = model.length(call.seconds, call.size)
    if length is not None:
        return str(length.asked_s) if length.sent is None else length.sent
    known = ", ".join(f"{each.asked_s} s" for each in model.offered(call.size))
    raise InvalidInput(f"{model.id} makes {known} at {call.size}, not {call.seconds} s")
