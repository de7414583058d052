"""Knows which models of Vertex AI are stood in for, and what is said of a wrong request."""

from __future__ import annotations

import re

from pydantic import JsonValue

from infra.standins.wire import schema

MODELS = schema.published("google")
# Maps whose keys are the caller's own, or another schema's.
_THEIRS = frozenset({"labels", "responseJsonSchema", "responseSchema"})


class Wrong(Exception):
    """A request that the real one would not take."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def check(model: str, body: JsonValue) -> None:
    """Raises `Wrong` for a body that the model does not take."""
    if wrong := MODELS[model].wrong(_in_json(body)):
        raise Wrong(400, _sentence(wrong))


def _in_json(said: JsonValue) -> JsonValue:
    """The names as JSON has them: those of the protocol, with underscores, are taken as well."""
    match said:
        case dict():
            named = {re.sub(r"_([a-z])", lambda found: found[1].upper(), name): name for name in said}
            return {new: said[old] if new in _THEIRS else _in_json(said[old]) for new, old in named.items()}
        case list():
            return [_in_json(each) for each in said]
    return said


def _sentence(wrong: schema.Wrong) -> str:
    name, wants = wrong.parameter, wrong.wants
    match wrong.keyword:
        case "additionalProperties":
            place = ".".join(map(str, wrong.place[:-1]))
            return f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Cannot find field."
        case "required":
            return f"The request lacks {wrong.name}."
        case "enum" if name == "durationSeconds":
            return f"Unsupported output video duration {wrong.said} seconds, supported durations are {wants}"
        case "enum":
            return f"Unsupported {name} {wrong.said}, supported are {wants}"
    return f"Invalid value at '{wrong.name}': {wrong.keyword} {wants}"
