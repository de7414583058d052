"""Knows which of OpenAI's paths and models are stood in for, and what is said of a wrong request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

from infra.standins.wire.schema import Wrong, published

PATHS = published("openai")
_BOUNDS = {
    "minimum": "integer_below_min_value",
    "maximum": "integer_above_max_value",
    "minLength": "string_below_min_length",
    "maxLength": "string_above_max_length",
}


class Complaint(NamedTuple):
    """The body of a refusal with 400: its code, the parameter, the message."""

    code: str
    param: str
    message: str


def complaint(path: str, said: JsonValue) -> Complaint | None:
    """What is wrong with a request; None where it may be sent."""
    wrong = PATHS[path].wrong(said)
    return None if wrong is None else _complaint(wrong)


def _complaint(wrong: Wrong) -> Complaint:
    name, wants = wrong.name, wrong.wants
    match wrong.keyword:
        case "required":
            code, message = "missing_required_parameter", f"Missing required parameter: '{name}'."
        case "additionalProperties":
            code, message = "unknown_parameter", f"Unknown parameter: '{name}'."
        case "type":
            code, message = "invalid_type", f"Invalid type for '{name}': expected {wants}."
        case "enum":
            code, message = "invalid_value", f"Invalid value: {wrong.said!r}. Supported values are: {wants}."
        case "minimum" | "maximum" | "minLength" | "maxLength":
            code, message = (
                _BOUNDS[wrong.keyword],
                f"Invalid '{name}': expected a value within {wants}, but got another.",
            )
        case _:
            code, message = "invalid_value", f"Invalid value for '{name}'."
    return Complaint(code, name, message)


def of_form(path: str, fields: Mapping[str, str]) -> dict[str, JsonValue]:
    """The fields of a form as the types that they stand for; what stands for none stays text."""
    return {name: _typed(PATHS[path].properties.get(name, {}), value) for name, value in fields.items()}


def _typed(schema: Mapping[str, JsonValue], value: str) -> JsonValue:
    try:
        return int(value) if schema.get("type") == "integer" else value
    except ValueError:
        return value
