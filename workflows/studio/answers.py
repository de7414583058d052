"""What a person sends with an update, read as it came: what is wrong is said in words, with an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.studio.faults import quoted

Sent = TypeVar("Sent", bound=BaseModel)

_NOUNS = {
    "film": "the id of a film",
    "usd": "an amount of USD from 0 to 100,000",
    "spend_usd": "an amount of USD from 0 to 100,000",
    "step": "the name of a step",
    "shot": "the name of a shot",
    "shots": "a list of names of shots",
    "sheet": "the name of whom a sheet was drawn of",
    "chunk": "the number of a chunk, from 1",
    "words": "text of at most 1,000 characters",
    "prompt": "text of at most 4,000 characters",
    "steps": "a list of names of steps",
    "keys": "a list of keys, or of their first 8 characters",
    "items": "a list of ids, numbers or ranges such as 3-17",
    "state": "a state of an item, such as failed",
    "version": "the name of a version, such as draft-1",
    "profile": "draft or final",
    "plan": "the number of a plan, from 1",
}


class InvalidAnswer(ApplicationError):
    """An update that cannot be read. Nothing has changed; send it again as the message says."""

    def __init__(self, problem: str, example: Mapping[str, Any]) -> None:
        words = f"{problem}; send one JSON object such as {json.dumps(example, ensure_ascii=False)}"
        super().__init__(words, type="InvalidAnswer", non_retryable=True)


def answer_of(kind: type[Sent], sent: RawValue | None, **example: Any) -> Sent:
    """The `kind` that was sent. Raises `InvalidAnswer`; `example` is a value that would do."""
    if sent is None:
        raise InvalidAnswer("nothing was sent", example)
    try:
        value: Any = json.loads(sent.payload.data)
    except (ValueError, RecursionError):
        # Bytes, text that is no JSON, a number of thousands of digits, a thousand brackets.
        raise InvalidAnswer("what was sent is not JSON", example) from None
    if not isinstance(value, dict):
        raise InvalidAnswer(f"{quoted(value)} is no object", example)
    try:
        return kind.model_validate_json(sent.payload.data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = str(fault["loc"][0]) if fault["loc"] else ""
        if not field:
            # What Python alone takes for JSON: half a character, UTF-16.
            raise InvalidAnswer("what was sent is not JSON", example) from None
        if field not in kind.model_fields:
            raise InvalidAnswer(f"{quoted(field)} is not a field of it", example) from None
        noun = _NOUNS.get(field, "what it takes")
        wrong = f"is not {noun}: {quoted(value[field])}" if field in value else "is missing"
        raise InvalidAnswer(f"{field} {wrong}", example) from None
