"""Knows how `${name}` is replaced: by a value that was given, and `${step.field}` by what a step has
answered; by nothing else. Nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Value = str | int | float | bool

# `$$` is a dollar; a dollar before anything else stands for itself.
_PLACE = re.compile(r"\$(?:\$|\{([^{}]*)\})")
_DOLLAR = re.compile(rf"{_PLACE.pattern}|\$")


def names_in(text: str) -> Iterator[str]:
    """The names for which something is to stand in a text."""
    return (found[1] for found in _PLACE.finditer(text) if found[1] is not None)


def filled(text: str, variables: Mapping[str, Value]) -> str:
    """The text with every value in its place. Raises KeyError for a name that has none."""
    return _PLACE.sub(lambda found: "$" if found[1] is None else _said(variables[found[1]]), text)


def meant(value: Value, variables: Mapping[str, Value]) -> Value:
    """A parameter: what is a variable and nothing else has its type, too. Raises as `filled`."""
    if not isinstance(value, str):
        return value
    whole = _PLACE.fullmatch(value)
    return variables[whole[1]] if whole and whole[1] is not None else filled(value, variables)


def answers_in(text: str) -> Iterator[tuple[str, str]]:
    """The answers for which something is to stand in a text: the step, and the field of its answer."""
    for name in names_in(text):
        step, dot, field = name.partition(".")
        if dot:
            yield step, field


def kept(text: str, variables: Mapping[str, Value]) -> str:
    """The text with every variable in its place, and every answer still to come: `filled` puts those in, by
    such names as `step.field`, and reads no variable's value again. Raises as `filled`."""

    def put(found: re.Match[str]) -> str:
        if found[1] is None:
            # Also one that stands for itself: with what comes to stand behind it, it would name an answer.
            return "$$"
        return found[0] if "." in found[1] else _said(variables[found[1]]).replace("$", "$$")

    return _DOLLAR.sub(put, text)


def parts_of(text: str) -> Iterator[str | tuple[str, str]]:
    """What `kept` gave, as its plain words and the answers between them."""
    at = 0
    for found in _PLACE.finditer(text):
        yield text[at : found.start()]
        step, dot, field = (found[1] or "").partition(".")
        yield (step, field) if dot else "$"
        at = found.end()
    yield text[at:]


def _said(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
