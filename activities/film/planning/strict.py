"""How a strict JSON Schema is written: every field required, none other, no defaults, no bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

TEXT: Final[dict[str, JsonValue]] = {"type": "string"}


def object_of(**properties: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """An object that has these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(item: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """A list of such items."""
    return {"type": "array", "items": item}


def one_of(values: Sequence[str]) -> dict[str, JsonValue]:
    """One of these strings."""
    return {"type": "string", "enum": list(values)}
