"""Knows which requests fit the method of their film: which lengths it may have, and what it does not know.

Looks at raw values, so that what is wrong is said together with the rest, each with its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.film.plan import Method
from workflows.film.scenes import LONGEST_FILM_S, SHORTEST_FILM_S
from workflows.studio import FieldProblem, quoted

#: Films of beats last 5 to 120 s in steps of 5, because beats last 5, 10 or 15 s.
SHORTEST_S, LONGEST_S, STEP_S = 5, 120, 5
BEAT_LENGTHS = f"{SHORTEST_S} to {LONGEST_S} in steps of {STEP_S}"
#: Of 180 s, none of them under 4 s.
MOST_SCENES = LONGEST_FILM_S // SHORTEST_FILM_S
# Larger numbers are no slip of the hand: nothing is near them.
_NEAR = 10**9
#: Fields of a request that only films of keyframes have.
_OF_SCENES = ("scene_s", "crossfade")
#: What of a brought plan one method has and the other has not.
DRAFTED = ("beats", "scenes", "style_guide")
_OTHER = 'leave it out, or set method to "keyframes"'


def method_of(value: Mapping[str, Any]) -> Method:
    """The method that a request names, as far as it names one that there is."""
    return "keyframes" if value.get("method") == "keyframes" else "beats"


def is_length(seconds: int, method: Method) -> bool:
    """Whether a film of that method may last so long."""
    if method == "keyframes":
        return SHORTEST_FILM_S <= seconds <= LONGEST_FILM_S
    return SHORTEST_S <= seconds <= LONGEST_S and seconds % STEP_S == 0


def nearest_length(seconds: float, method: Method) -> int:
    """The nearest length that such a film may have; the longer one when two are equally near."""
    if method == "keyframes":
        return int(min(max(seconds, SHORTEST_FILM_S), LONGEST_FILM_S) + 0.5)
    bounded = min(max(seconds, SHORTEST_S), LONGEST_S)
    return int((bounded + STEP_S / 2) // STEP_S * STEP_S)


def lengths_of(method: Method) -> str:
    """Which lengths there are, in words."""
    if method == "keyframes":
        return f"{SHORTEST_FILM_S} to {LONGEST_FILM_S} s"
    return f"{SHORTEST_S} to {LONGEST_S} s in steps of {STEP_S}"


def numbers_of(method: Method) -> str:
    """The same as numbers alone."""
    return f"{SHORTEST_FILM_S} to {LONGEST_FILM_S}" if method == "keyframes" else BEAT_LENGTHS


def misfits(value: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """What of a request its method does not have."""
    yield from _length(value)
    plan = value.get("plan")
    drafted = {name: bool(plan.get(name)) for name in DRAFTED} if isinstance(plan, Mapping) else {}
    if method_of(value) == "keyframes":
        yield from _of_keyframes(value, drafted)
    else:
        yield from _of_beats(value, drafted)


def _length(value: Mapping[str, Any]) -> Iterator[FieldProblem]:
    given, method = value.get("duration_s"), method_of(value)
    if not isinstance(given, int) or isinstance(given, bool) or is_length(given, method):
        return
    lengths = numbers_of(method)
    near = abs(given) < _NEAR
    how = (
        f"the nearest is {nearest_length(given, method)}" if near else f"a number from {lengths}, such as 15"
    )
    yield FieldProblem(field="duration_s", problem=f"{quoted(given)} is not {lengths}", suggestion=how)


def _of_keyframes(value: Mapping[str, Any], drafted: Mapping[str, bool]) -> Iterator[FieldProblem]:
    if drafted.get("beats"):
        yield _problem("plan.beats", "a film of keyframes has scenes", "list `plan.scenes` instead")
    elif drafted and not drafted["scenes"]:
        yield _problem("plan.scenes", "a film of keyframes has scenes", "describe one, or leave the plan out")
    if drafted.get("style_guide") and value.get("source"):
        yield _problem("plan.style_guide", "a fork keeps it: prompts hold it", "change those that it is in")
    if value.get("library"):
        yield _problem("library", "a film of keyframes takes no beats from a library", "leave it out")
    if value.get("continuity") == "anchored":
        yield _problem("continuity", "scenes lie between keyframes already", "leave it out")


def _of_beats(value: Mapping[str, Any], drafted: Mapping[str, bool]) -> Iterator[FieldProblem]:
    if drafted.get("scenes"):
        yield _problem(
            "plan.scenes", "a film of beats has none", 'list `plan.beats`, or set method to "keyframes"'
        )
    elif drafted and not drafted["beats"]:
        yield _problem("plan.beats", "a plan has at least one beat", "list them, or leave the plan out")
    if drafted.get("style_guide"):
        yield _problem("plan.style_guide", "only films of keyframes have it", _OTHER)
    for name in _OF_SCENES:
        if value.get(name):
            yield _problem(name, "only films of keyframes have it", _OTHER)


def _problem(field: str, problem: str, suggestion: str) -> FieldProblem:
    return FieldProblem(field=field, problem=problem, suggestion=suggestion)
