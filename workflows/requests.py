"""What a caller may send, and how to say everything that is wrong with it at once.

Works from the raw JSON bytes, because any client in any language can start a film. Nothing of the
input is echoed beyond a short, printable quotation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from workflows.contract import Facts, VideoRequest
from workflows.duration import is_legal, nearest_legal, resolved_duration, spoken_duration
from workflows.faults import clipped, fault_of, is_echo, quoted

__all__ = ["FieldProblem", "InvalidRequest", "parse_request", "resolved_duration"]

# The server refuses larger payloads; a request of the longest legal texts stays far below.
MAX_BYTES = 2_000_000
# The longest legal request has fewer than 10,000 values, nested 5 deep.
MAX_VALUES, MAX_DEPTH = 20_000, 32
MAX_PROBLEMS = 50
EXAMPLE = 'send one JSON object such as {"prompt": "A 15 second film about a ceramic coffee mug"}'

_Short = Annotated[str, BeforeValidator(clipped)]


class FieldProblem(Facts):
    """One wrong field: where it is, what is wrong, what to do. Each at most 200 printable characters."""

    field: _Short
    problem: _Short
    suggestion: _Short

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; {self.suggestion}"


class InvalidRequest(Exception):
    """The request cannot be used. Never retry it as it is; `fields` names what to change, at most 50."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        found = list(dict.fromkeys(problems))
        if len(found) > MAX_PROBLEMS:
            rest = len(found) - MAX_PROBLEMS + 1
            more = FieldProblem(
                field="request", problem=f"{rest} more problems", suggestion="correct these first"
            )
            found = [*found[: MAX_PROBLEMS - 1], more]
        self.fields = tuple(found)
        super().__init__("\n".join(str(problem) for problem in self.fields))


def _whole(problem: str, suggestion: str = EXAMPLE) -> InvalidRequest:
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


def _decoded(data: bytes) -> Any:
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
        raise _whole("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _whole(f"is not JSON: {error.msg} at character {error.pos}") from None
    except ValueError:
        # NaN and infinities, and numbers of thousands of digits, which Python refuses to read.
        raise _whole(
            "holds a number that JSON or arithmetic does not know", "give ordinary numbers"
        ) from None
    _bounded(value)
    return value


def _bounded(value: Any) -> None:
    level, count = [value], 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_VALUES:
            raise _whole(f"holds more than {MAX_VALUES:,} values")
        level = [inner for each in level for inner in _inner(each)]
        if not level:
            return
    raise _whole("nested too deeply")


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


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _said(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """A length in the prompt that no film can have; it counts only where no field gives one."""
    prompt = value.get("prompt")
    if not isinstance(prompt, str) or value.get("duration_s") is not None or value.get("plan") is not None:
        return
    spoken = spoken_duration(prompt)
    if spoken is not None and not is_legal(spoken):
        nearest = nearest_legal(spoken)
        yield FieldProblem(
            field="duration_s",
            problem=f"the prompt asks for {spoken} s; films last 5 to 120 s in steps of 5",
            suggestion=f"the nearest is {nearest}: say so in the prompt, or set duration_s to {nearest}",
        )


def _beats(value: Any) -> list[dict[str, Any]]:
    return [beat for beat in value if isinstance(beat, dict)] if isinstance(value, list) else []


def _repeats(field: str, beats: list[dict[str, Any]]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for index, beat in enumerate(beats):
        name = beat.get("id")
        if isinstance(name, str) and name in seen:
            yield FieldProblem(
                field=f"{field}[{index}].id",
                problem=f"{quoted(name)} appears twice",
                suggestion="give every beat its own id",
            )
        elif isinstance(name, str):
            seen.add(name)


def _sum(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """A plan whose lengths are all known must add up to a legal film, and to the one asked for."""
    plan = value.get("plan")
    beats = _beats(plan.get("beats")) if isinstance(plan, dict) else []
    lengths = {
        beat.get("id"): beat.get("seconds") for beat in _beats(value.get("library")) if _is_named(beat)
    }
    seconds = [
        beat.get("seconds") or (lengths.get(beat["id"]) if _is_named(beat) else None) for beat in beats
    ]
    if not beats or not all(_is_int(each) and each in (5, 10, 15) for each in seconds):
        return
    total, asked = sum(each for each in seconds if each is not None), value.get("duration_s")
    if asked is not None and _is_int(asked) and is_legal(asked) and asked != total:
        yield FieldProblem(
            field="duration_s",
            problem=f"duration_s is {asked}, but the beats of the plan add up to {total} s",
            suggestion=f"set duration_s to {total}, leave it out, or change the beats' seconds",
        )
    if not is_legal(total):
        yield FieldProblem(
            field="plan.beats",
            problem=f"the beats add up to {total} s; films last 5 to 120 s",
            suggestion=f"shorten or drop beats until they add up to {nearest_legal(total)} s",
        )


def _is_named(beat: dict[str, Any]) -> bool:
    return isinstance(beat.get("id"), str)


def _meant(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """What no single field shows. Looks at the raw value, so that it is said together with the rest."""
    plan = value.get("plan")
    yield from _said(value)
    yield from _sum(value)
    yield from _repeats("plan.beats", _beats(plan.get("beats") if isinstance(plan, dict) else None))
    yield from _repeats("library", _beats(value.get("library")))


def parse_request(data: bytes | None) -> VideoRequest:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent.

    Raises `InvalidRequest`, and nothing else, with every wrong field and a suggestion for each.
    """
    if data is None or not data.strip():
        raise _whole("no argument was sent")
    value = _decoded(data)
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}.get(
            type(value), "a number"
        )
        raise _whole(f"is {kind}, not an object")
    problems = list(_meant(value))
    try:
        request = VideoRequest.model_validate(_tuples(value))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        faults = [fault for fault in faults if not is_echo(fault)] or faults
        # Rules over several beats were told above, with their places.
        told = (fault_of(fault) for fault in faults[: MAX_PROBLEMS * 2] if fault["loc"] or not problems)
        problems = [FieldProblem(field=at, problem=what, suggestion=how) for at, what, how in told] + problems
        raise InvalidRequest(problems) from None
    if problems:
        raise InvalidRequest(problems)
    return request
