"""Knows what fully determines one generated thing, and the name that follows from it.

Two recipes that say the same have the same key in every process, on every machine, for ever; recipes
that differ in any field have different keys. So a key is known before the thing exists, and asking
for the same thing twice finds the first one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

#: The key of another recipe, or an upload named by the SHA-256 of its bytes. Never the content hash of
#: something made: keys must be known before anything exists.
InputKey = Annotated[
    str, StringConstraints(pattern=r"^([0-9a-f]{64}|uploads/[0-9a-f]{64}(\.[a-z0-9]{1,8})?)$")
]


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("a parameter must be a finite number")
    # 0.5 and 0.50 are one amount and one string; -0 is 0. (`normalize` would round to 28 digits.)
    written = format(value if value else Decimal(0), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise ValueError("a parameter must be a finite number")
    # 24 and 24.0 are one number to JSON; a language without floats of its own writes the first.
    return int(value) if value == int(value) else value


def _text(value: str) -> str:
    # Neither the database's JSON nor UTF-8 can hold these, and nobody means to type one.
    if "\0" in value or (not value.isascii() and any(0xD800 <= ord(c) < 0xE000 for c in value)):
        raise ValueError("a parameter holds a character that is none")
    return value


def plain(value: object) -> JsonValue:
    """The canonical JSON of a parameter, copied, so that nobody changes it afterwards.

    Decimal and Fraction become strings (`"0.5"`, `"30000/1001"`), tuples become lists, models their JSON
    form, whole floats integers. Raises ValueError for what JSON cannot say: NaN, infinities, bytes, keys
    that are no strings.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case float():
            return _number(value)
        case Decimal():
            return _decimal(value)
        case Fraction():
            return str(value)
        case BaseModel():
            return plain(value.model_dump(mode="json"))
        case Mapping():
            if not all(isinstance(name, str) for name in value):
                raise ValueError("the names of parameters are strings")
            return {_text(name): plain(item) for name, item in value.items()}
        case bytes() | bytearray():
            raise ValueError("bytes are no parameter: put them in the bucket")
        case Sequence():
            return [plain(item) for item in value]
        case _:
            raise ValueError(f"{type(value).__name__} is no parameter: JSON cannot say it")


class Recipe(BaseModel):
    """What fully determines one generated thing.

    `inputs` names what it is made from: role → recipe key or upload key. `take` asks for another one of
    the same. `engine` names the exact software of a local encode, so that pieces which are joined by
    stream copy come from one engine. A float counts as the number that its shortest decimal form writes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: Annotated[str, Field(min_length=1, max_length=80)]
    model: Annotated[str, Field(max_length=200)]
    params: Annotated[dict[str, JsonValue], BeforeValidator(plain)] = {}
    inputs: dict[str, InputKey] = {}
    take: Annotated[int, Field(ge=1, strict=True)] = 1
    engine: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _has_a_key(self) -> Recipe:
        assert self.canonical
        return self

    @property
    def canonical(self) -> str:
        """Its JSON: sorted names, no spaces, ASCII, numbers in one form only."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        return json.dumps(plain(fields), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def key(self) -> str:
        """SHA-256 of the canonical JSON, 64 lower-case hex digits."""
        return hashlib.sha256(self.canonical.encode("ascii")).hexdigest()

    # Python holds True == 1 == 1.0; JSON does not, and neither do keys.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)
