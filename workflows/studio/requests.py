"""What a caller may send, and how to say everything that is wrong with it at once.

Works from the raw JSON bytes, because any client in any language can start a production. Nothing of the
input is echoed beyond a short, printable quotation.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from workflows.studio.facts import Facts
from workflows.studio.faults import Own, clipped, fault_of, is_echo

M = TypeVar("M", bound=BaseModel)

# The server refuses larger payloads; a request of the longest legal texts stays far below.
MAX_BYTES = 2_000_000
# The longest legal request has fewer than 10,000 values, nested 5 deep.
MAX_VALUES, MAX_DEPTH = 20_000, 32
MAX_PROBLEMS = 50

# As JSON writes numbers, and of a length that means one: Python itself also takes underscores, other scripts'
# digits, and infinities.
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_Short = Annotated[str, BeforeValidator(clipped)]


class FieldProblem(Facts):
    """One wrong field: where it is, what is wrong, what to do. Each at most 200 printable characters."""

    field: _Short
    problem: _Short
    suggestion: _Short

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; {self.suggestion}"


class InvalidRequest(Exception):
    """The request cannot be used. Never retry it as it is; `fields` names what to change, at most 50, or
    `most` where many lines were read at once."""

    def __init__(self, problems: Iterable[FieldProblem], most: int = MAX_PROBLEMS) -> None:
        found = list(dict.fromkeys(problems))
        if len(found) > most:
            rest = len(found) - most + 1
            more = FieldProblem(
                field="request", problem=f"{rest} more problems", suggestion="correct these first"
            )
            found = [*found[: most - 1], more]
        self.fields = tuple(found)
        super().__init__("\n".join(str(problem) for problem in self.fields))


def _whole(problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest([FieldProblem(field="request", problem=problem, suggestion=suggestion)])


class _Repeated(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _Repeated(counts.most_common(1)[0][0])
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _decoded(data: bytes, example: str) -> Any:
    """The JSON value of `data`. Raises `InvalidRequest` for what is not JSON, or not within bounds."""
    if len(data) > MAX_BYTES:
        raise _whole(f"{len(data):,} bytes is too much", f"send at most {MAX_BYTES:,} bytes")
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _whole(f"byte {error.start} is not UTF-8", "send JSON in UTF-8") from None
    except _Repeated as repeated:
        problem = FieldProblem(field=repeated.name, problem="given more than once", suggestion="give it once")
        raise InvalidRequest([problem]) from None
    except RecursionError:
        raise _whole("nested too deeply", example) from None
    except json.JSONDecodeError as error:
        raise _whole(f"is not JSON: {error.msg} at character {error.pos}", example) from None
    except ValueError:
        # NaN and infinities, and numbers of thousands of digits, which Python refuses to read.
        raise _whole(
            "holds a number that JSON or arithmetic does not know", "give ordinary numbers"
        ) from None
    _bounded(value, example)
    return value


def _bounded(value: Any, example: str) -> None:
    level, count = [value], 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_VALUES:
            raise _whole(f"holds more than {MAX_VALUES:,} values", example)
        level = [inner for each in level for inner in _inner(each)]
        if not level:
            return
    raise _whole("nested too deeply", example)


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _tuples(value: Any) -> Any:
    # Strict validation of Python values wants tuples where JSON has arrays.
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {name: _tuples(item) for name, item in value.items()}
    return value


def number(typed: str) -> int | float | None:
    """What was typed, as the finite number it is; None where it is none."""
    text = typed.strip()
    if not _NUMBER.fullmatch(text):
        return None
    found = int(text) if text.lstrip("+-").isdecimal() else float(text)
    return found if math.isfinite(found) else None


@dataclass(frozen=True)
class Rules(Generic[M]):
    """What a wing asks of its requests beside the types of `model`: `meant` looks at the raw value for what
    no single field shows, `own` words a field's faults, and `example` is what to send instead of nothing."""

    model: type[M]
    example: str
    meant: Callable[[dict[str, Any]], Iterable[FieldProblem]]
    own: Own


def parsed(data: bytes | None, rules: Rules[M]) -> M:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent.

    Raises `InvalidRequest`, and nothing else, with every wrong field and a suggestion for each.
    """
    if data is None or not data.strip():
        raise _whole("no argument was sent", rules.example)
    value = _decoded(data, rules.example)
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}.get(
            type(value), "a number"
        )
        raise _whole(f"is {kind}, not an object", rules.example)
    problems = list(rules.meant(value))
    try:
        request = rules.model.model_validate(_tuples(value))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        faults = [fault for fault in faults if not is_echo(fault)] or faults
        # Rules over several fields were told above, with their places.
        told = (
            fault_of(fault, rules.model, rules.own)
            for fault in faults[: MAX_PROBLEMS * 2]
            if fault["loc"] or not problems
        )
        problems = [FieldProblem(field=at, problem=what, suggestion=how) for at, what, how in told] + problems
        raise InvalidRequest(problems) from None
    if problems:
        raise InvalidRequest(problems)
    return request
