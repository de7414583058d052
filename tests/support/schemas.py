"""JSON Schemas as Pydantic writes them, values of them, and changes of them that break somebody or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

_NAMES = st.sampled_from(("prompt", "size", "shots", "usd"))
_WORDS = st.sampled_from(("16:9", "9:16", "1:1", "4:5"))
#: A field that no schema here has.
FURTHER = "further"


@st.composite
def _strings(draw: st.DrawFn) -> Json:
    least = draw(st.integers(0, 3))
    return {"type": "string", "minLength": least, "maxLength": draw(st.integers(least, least + 4))}


@st.composite
def _numbers(draw: st.DrawFn) -> Json:
    least = draw(st.integers(-3, 3))
    kind = draw(st.sampled_from(("integer", "number")))
    return {"type": kind, "minimum": least, "maximum": least + draw(st.integers(1, 5))}


_CHOICES = st.lists(_WORDS, min_size=2, unique=True).map(lambda words: {"type": "string", "enum": words})
_PLAIN = st.one_of(_strings(), _numbers(), _CHOICES, st.just({"type": "boolean"}))


@st.composite
def _objects(draw: st.DrawFn, fields: st.SearchStrategy[Json]) -> Json:
    properties = draw(st.dictionaries(_NAMES, fields, min_size=1, max_size=3))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    closed: Json = draw(st.sampled_from(({}, {"additionalProperties": False})))
    return {"type": "object", "properties": properties, "required": required, **closed}


def _lists(items: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda item, most: {"type": "array", "items": item, "maxItems": most}, items, st.integers(1, 3)
    )


def _within(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    optional = inner.filter(lambda one: "anyOf" not in one).map(
        lambda one: {"anyOf": [one, {"type": "null"}], "default": None}
    )
    return st.one_of(_objects(inner), _lists(inner), optional)


SCHEMAS = _objects(st.recursive(_PLAIN, _within, max_leaves=6))


def values(schema: Json) -> st.SearchStrategy[Any]:
    """Values that a schema of these allows."""
    if "anyOf" in schema:
        return st.one_of([values(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    least, most = schema.get("minimum"), schema.get("maximum")
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "string": st.text("ab", min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 9)),
        "integer": st.integers(least, most),
        "number": st.floats(least, most),
    }
    if schema["type"] == "array":
        return st.lists(values(schema["items"]), max_size=schema["maxItems"])
    if schema["type"] == "object":
        fields = {name: values(each) for name, each in schema["properties"].items()}
        needed = {name: each for name, each in fields.items() if name in schema["required"]}
        more = {name: each for name, each in fields.items() if name not in needed}
        return st.fixed_dictionaries(needed, optional=more)
    return kinds[schema["type"]]


def _places(schema: Json) -> Iterator[Json]:
    """The schema and all within, to be changed in place."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for each in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from _places(each)


def changed(schema: Json, name: str) -> Iterator[Json]:
    """The schema with that change made, at every place at which it can be."""
    count = sum(1 for _ in _places(schema))
    for number in range(count):
        copy = deepcopy(schema)
        if _CHANGES[name](list(_places(copy))[number]):
            yield copy


def _without_field(at: Json) -> bool:
    if at.get("type") != "object":
        return False
    name = next(iter(at["properties"]))
    del at["properties"][name]
    at["required"] = [each for each in at["required"] if each != name]
    return True


def _renamed(at: Json) -> bool:
    field = next(iter(at.get("properties", {}).values()), None)
    if not _without_field(at):
        return False
    at["properties"][FURTHER] = field
    return True


def _with_field(at: Json, needed: bool = False) -> bool:
    if at.get("type") != "object":
        return False
    at["properties"][FURTHER] = {"type": "string"}
    at["required"] = [*at["required"], *([FURTHER] if needed else [])]
    return True


def _optional(at: Json) -> bool:
    had, at["required"] = at.get("required"), []
    return bool(had)


def _values(at: Json, more: bool) -> bool:
    if "enum" not in at:
        return False
    at["enum"] = [*at["enum"], FURTHER] if more else at["enum"][1:]
    return True


def _bound(at: Json, by: int) -> bool:
    name = next((each for each in ("maximum", "maxLength", "maxItems") if each in at), None)
    # Below its other bound it would take nothing, which nobody writes.
    if name is None or (by < 0 and at[name] <= max(at.get("minimum", -9), at.get("minLength", 0))):
        return False
    at[name] += by
    return True


def _kind(at: Json, before: str, after: str) -> bool:
    had = at.get("type") == before
    at |= {"type": after} if had else {}
    return had


def _never_null(at: Json) -> bool:
    had = at.pop("anyOf", None)
    at |= had[0] if had else {}
    return had is not None


def _closed(at: Json) -> bool:
    if at.get("type") != "object" or "additionalProperties" in at:
        return False
    at["additionalProperties"] = False
    return True


_CHANGES = {
    "a field removed": _without_field,
    "a field renamed": _renamed,
    "a field added": _with_field,
    "a required field added": lambda at: _with_field(at, needed=True),
    "a required field optional": _optional,
    "a value taken away": lambda at: _values(at, more=False),
    "a value added": lambda at: _values(at, more=True),
    "a bound tightened": lambda at: _bound(at, -1),
    "a bound loosened": lambda at: _bound(at, 1),
    "a number whole": lambda at: _kind(at, "number", "integer"),
    "a whole number any": lambda at: _kind(at, "integer", "number"),
    "never null": _never_null,
    "no other fields": _closed,
}
