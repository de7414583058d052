"""Requests that a JSON Schema forbids, one for each rule, made from one that it allows."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: A place in a request: names of objects, numbers of lists.
Place = tuple[str | int, ...]
_NO_SUCH = "no-such-value"
#: What each type is not.
_OTHERS: Mapping[str, Any] = {
    "string": 7, "integer": "seven", "number": "seven", "boolean": "yes", "array": "x", "object": "x",
}  # fmt: skip
#: What breaks a format; which of them are checked at all, the stand-ins say.
_ILL_FORMED = {
    "gpt-image-size": (
        "1000x1000",
        "512x512",
        "3840x1088",
        "4096x2048",
        "large",
        {"width": 512, "height": 512},
        {"width": 3840, "height": 1088},
        {"width": 3840, "height": 3840},
    )
}


def illegal(schema: Mapping[str, Any], legal: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(what is wrong, the request): one for every parameter's type, enum, bound, length and format, for what
    is missing or unknown, and for everything that depends on something else."""
    for name, place, value in _broken(schema, legal, ()):
        yield name, _with(legal, place, value)
    for name, place, missing in _lacking(schema, legal, ()):
        yield name, _without(legal, place, missing)
    yield from _dependent(schema, legal, ())


def _broken(schema: Mapping[str, Any], legal: Any, place: Place) -> Iterator[tuple[str, Place, Any]]:
    """(what is wrong, where, the value that makes it so) below a place; `legal` is what stands there."""
    said = ".".join(map(str, place))
    for rule, value in _wrong_values(schema) if place else ():
        yield f"{said} {rule}", place, value
    if schema.get("type") == "object" and schema.get("additionalProperties") is False:
        yield f"{said} unknown", (*place, "no_such_parameter"), 1
    for name, inner in schema.get("properties", {}).items():
        held = legal.get(name) if isinstance(legal, Mapping) else None
        yield from _broken(inner, held, (*place, name))
    if isinstance(schema.get("items"), Mapping) and legal:
        yield from _broken(schema["items"], legal[0], (*place, 0))


def _wrong_values(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(rule, a value that breaks it), for the rules of one schema."""
    kinds = schema.get("type", [])
    for kind in (kinds if isinstance(kinds, list) else [kinds])[:1]:
        yield "type", _OTHERS[kind]
    if enum := schema.get("enum"):
        yield "enum", max(enum) + 1 if isinstance(enum[0], int) else _NO_SUCH
        # "5" is not 5, nor the other way about.
        yield "enum type", str(enum[0]) if isinstance(enum[0], int) else 5
    for bound, step in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0)):
        if bound in schema:
            yield bound, schema[bound] + step
    if "multipleOf" in schema:
        yield "multipleOf", schema["multipleOf"] + 1
    if "maxLength" in schema:
        yield "maxLength", "x" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "minLength", ""
    if "pattern" in schema:
        yield "pattern", "?"
    if "maxItems" in schema:
        yield "maxItems", ["https://example.org/a.png"] * (schema["maxItems"] + 1)
    if schema.get("minItems"):
        yield "minItems", []
    for value in _ILL_FORMED.get(schema.get("format", ""), ()):
        yield f"format {value}", value
    for number, other in enumerate(schema.get("anyOf", ())):
        for rule, value in _wrong_values(other):
            yield f"anyOf {number} {rule}", value
        for name, inner in other.get("properties", {}).items():
            for rule, value in _wrong_values(inner):
                yield f"anyOf {number} {name} {rule}", {name: value}


def _lacking(schema: Mapping[str, Any], legal: Any, place: Place) -> Iterator[tuple[str, Place, str]]:
    if isinstance(legal, Mapping):
        for name in schema.get("required", ()):
            yield f"{'.'.join(map(str, (*place, name)))} missing", place, name
        for name, inner in schema.get("properties", {}).items():
            yield from _lacking(inner, legal.get(name), (*place, name))
    if isinstance(legal, list) and legal and isinstance(schema.get("items"), Mapping):
        yield from _lacking(schema["items"], legal[0], (*place, 0))


def _dependent(schema: Mapping[str, Any], legal: Any, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests in which a condition holds, and what follows from it does not."""
    for rule in schema.get("allOf", ()):
        when = {**_chosen(rule["if"]), **_given(rule["if"], schema)}
        for name, wrong in _against(rule["then"], schema):
            said = ".".join(map(str, place))
            changed = {key: value for key, value in _at(legal, place).items() if key != name}
            changed |= when | ({} if wrong is None else {name: wrong})
            yield f"{said} {name} depends on {', '.join(when)}", _with(legal, place, changed)
    for name, inner in schema.get("properties", {}).items():
        if isinstance(_at(legal, place).get(name), Mapping):
            yield from _dependent_within(inner, legal, (*place, name))
        elif isinstance(_at(legal, place).get(name), list) and isinstance(inner.get("items"), Mapping):
            yield from _dependent_within(inner["items"], legal, (*place, name, 0))


def _dependent_within(
    schema: Mapping[str, Any], legal: Any, place: Place
) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(_at(legal, place), Mapping):
        yield from _dependent(schema, legal, place)


def _chosen(condition: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a condition names."""
    named = condition.get("properties", {}).items()
    return {name: inner.get("const", inner.get("enum", [None])[0]) for name, inner in named}


def _given(condition: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each parameter that a condition only asks to be there."""
    wanted = [name for name in condition.get("required", ()) if name not in condition.get("properties", {})]
    return {name: _sample(schema["properties"][name]) for name in wanted}


def _against(then: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(parameter, a value that is allowed by itself and not here; None: it is left out)."""
    for name, inner in then.get("properties", {}).items():
        usual: Sequence[Any] = schema["properties"][name].get("enum", ())
        yield name, next(value for value in usual if value not in inner["enum"])
    for name in then.get("required", ()):
        yield name, None


def _sample(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _sample(schema["properties"][name]) for name in schema.get("required", ())}
    return (
        schema.get("minimum", 1) if schema.get("type") in ("integer", "number") else "data:image/png;base64,"
    )


def _at(request: Any, place: Place) -> Any:
    for step in place:
        request = request[step]
    return request


def _with(request: Mapping[str, Any], place: Place, value: Any) -> dict[str, Any]:
    if not place:
        return dict(value)
    changed = copy.deepcopy(dict(request))
    folder: Any = changed
    for step in place[:-1]:
        folder = folder.setdefault(step, {}) if isinstance(step, str) else folder[step]
    folder[place[-1]] = value
    return changed


def _without(request: Mapping[str, Any], place: Place, name: str) -> dict[str, Any]:
    changed = copy.deepcopy(dict(request))
    _at(changed, place).pop(name, None)
    return changed
