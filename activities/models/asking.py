"""How a planner is asked: what is a caller's as one document of data, which nothing in it can close; and the
strict JSON Schema of its answer: every field required, none other, no defaults, no bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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


def document(data: Mapping[str, JsonValue]) -> str:
    """Data as one delimited JSON document, which nothing in the data can close."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # The end mark holds a character that is never written as it is.
    return f"<data>\n{text.replace('<', chr(92) + 'u003c')}\n</data>"
