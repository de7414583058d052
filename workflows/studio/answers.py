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

_NOUNS = {"usd": "an amount of USD from 0 to 100,000", "step": "the name of a step"}


class InvalidAnswer(ApplicationError):
    """An update that cannot be read. Nothing has changed; send it again as the message says."""

    def __init__(self, problem: str, example: Mapping[str, str]) -> None:
        words = f"{problem}; send one JSON object such as {json.dumps(example, ensure_ascii=False)}"
        super().__init__(words, type="InvalidAnswer", non_retryable=True)


def answer_of(kind: type[Sent], sent: RawValue | None, **example: str) -> Sent:
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
        return kind.model_validate(value)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        wrong = f"is not {_NOUNS[field]}: {quoted(value[field])}" if field in value else "is missing"
        raise InvalidAnswer(f"{field} {wrong}", example) from None
