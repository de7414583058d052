"""What a film's request must be beyond its types, and in which words its length is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflows.film.contract import VideoRequest
from workflows.film.duration import is_legal, nearest_legal, spoken_duration
from workflows.film.methods import (
    is_length,
    lengths_of,
    method_of,
    misfits,
    nearest_length,
    numbers_of,
)
from workflows.film.plan import Method
from workflows.studio import FieldProblem, Rules, malformed, parsed, quoted

_EXAMPLE = 'send one JSON object such as {"prompt": "A 15 second film about a ceramic coffee mug"}'
# Larger numbers are no slip of the hand: nothing is near them.
_NEAR = 10**9
_SHAPES = {
    "archetype": "small letters, digits and underscores, such as luxury_showcase",
    "source.plan": "64 hexadecimal digits, as `reel fork --dry-run --json` prints them",
    "product": "a key uploads/<64 hexadecimal digits>.png, as `reel upload` prints it",
}
_BOUNDS = ("greater_than_equal", "less_than_equal", "multiple_of", "finite_number", "int_parsing_size")


def parse_request(data: bytes | None) -> VideoRequest:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent.

    Raises `InvalidRequest`, and nothing else, with every wrong field and a suggestion for each.
    """
    reading = _Reading()
    return parsed(data, Rules(VideoRequest, _EXAMPLE, reading.meant, reading.own))


class _Reading:
    """What is wrong with one request. Which lengths there are follows from its method, which `meant` reads
    before any field's faults are put into words."""

    def __init__(self) -> None:
        self._method: Method = "beats"

    def meant(self, value: dict[str, Any]) -> Iterator[FieldProblem]:
        self._method = method_of(value)
        yield from _meant(value)

    def own(self, field: str, kind: str, given: Any) -> tuple[str, str] | None:
        if field == "prompt" and kind == "missing":
            return "is missing", "say what the film is about"
        if kind == "string_pattern_mismatch" and field in _SHAPES:
            return malformed(given, _SHAPES[field])
        return self._length(kind, given) if field == "duration_s" else None

    def _length(self, kind: str, given: Any) -> tuple[str, str] | None:
        # What is no whole number is told here; `misfits` tells the whole ones that there are not.
        if kind in ("int_type", "int_from_float") and isinstance(given, float) and abs(given) < _NEAR:
            nearest = nearest_length(given, self._method)
            return f"{quoted(given)} is not a whole number", f"the nearest is {nearest}"
        if kind in _BOUNDS:
            lengths = numbers_of(self._method)
            return f"{quoted(given)} is not {lengths}", f"a number from {lengths}, such as 15"
        return None


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _said(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """A length in the prompt that no film can have; it counts only where no field gives one."""
    prompt = value.get("prompt")
    if not isinstance(prompt, str) or value.get("duration_s") is not None or value.get("plan") is not None:
        return
    spoken = spoken_duration(prompt)
    if spoken is not None and not is_length(spoken, method_of(value)):
        nearest = nearest_length(spoken, method_of(value))
        yield FieldProblem(
            field="duration_s",
            problem=f"the prompt asks for {spoken} s; films last {lengths_of(method_of(value))}",
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
    # A film that is forked has the lengths of the one before, whatever the library says.
    library = _beats(value.get("library")) if value.get("source") is None else []
    lengths = {beat.get("id"): beat.get("seconds") for beat in library if _is_named(beat)}
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


def _forked(value: dict[str, Any]) -> Iterator[FieldProblem]:
    if isinstance(value.get("source"), dict) and value.get("plan") is None:
        yield FieldProblem(
            field="plan",
            problem="a film that is forked says which shots it has",
            suggestion='list them, such as {"beats": [{"id": "hero_shot"}, {"id": "call_to_action"}]}',
        )


def _meant(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """What no single field shows. Looks at the raw value, so that it is said together with the rest."""
    plan = value.get("plan")
    yield from misfits(value)
    yield from _said(value)
    yield from _forked(value)
    yield from _sum(value)
    yield from _repeats("plan.beats", _beats(plan.get("beats") if isinstance(plan, dict) else None))
    yield from _repeats("plan.scenes", _beats(plan.get("scenes") if isinstance(plan, dict) else None))
    yield from _repeats("library", _beats(value.get("library")))
