"""What planners are asked and answer, whatever they plan."""

from __future__ import annotations

import json
from typing import Any

from pydantic import JsonValue

from workflows.film.contract import Plan


def told(data: str) -> dict[str, Any]:
    """What a model is told beside its instructions."""
    read: dict[str, Any] = json.loads(data.removeprefix("<data>").removesuffix("</data>"))
    return read


def is_strict(schema: JsonValue) -> bool:
    """Whether models that follow schemas strictly take it."""
    assert isinstance(schema, dict)
    assert schema.keys() <= {"type", "properties", "required", "additionalProperties", "items", "enum"}
    if schema["type"] == "object":
        properties = schema["properties"]
        assert isinstance(properties, dict) and schema["required"] == list(properties)
        assert schema["additionalProperties"] is False
        return all(map(is_strict, properties.values()))
    return schema["type"] != "array" or is_strict(schema["items"])


def differ_in(words: set[str], one: Plan, other: Plan) -> bool:
    """Whether nothing but these words of their shots tells two plans apart."""
    beats = ([beat.model_dump(exclude=words) for beat in plan.beats] for plan in (one, other))
    plans = (plan.model_dump(exclude={"beats"}) for plan in (one, other))
    return next(beats) == next(beats) and next(plans) == next(plans) and one != other
