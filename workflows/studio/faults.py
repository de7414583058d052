"""How a validation error is said to a person: the field, what is wrong, and what to do."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from workflows.studio.scheduled import EACH_RUN

#: A wing's own words for a field, from its name, the kind of fault and what was sent: problem and suggestion;
#: None where the usual ones do.
Own = Callable[[str, str, Any], tuple[str, str] | None]

# Long enough for every message of ours; what a caller sent is quoted shorter still.
MAX_CHARACTERS, QUOTED_CHARACTERS = 200, 40


def clipped(value: Any) -> str:
    """Printable text of at most 200 characters, safe for logs, terminals and JSON."""
    text = "".join(c if c.isprintable() else "?" for c in str(value)[: MAX_CHARACTERS + 1])
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def quoted(value: Any) -> str:
    """A short quotation of what was sent."""
    # A number of thousands of digits may not even be turned into text.
    if isinstance(value, int) and abs(value) >= 10**QUOTED_CHARACTERS:
        return "that number"
    if isinstance(value, int | float):
        return str(value).lower()
    if not isinstance(value, str):
        return _kind(value)
    text = clipped(value)
    return f"'{text}'" if len(text) <= QUOTED_CHARACTERS else f"'{text[: QUOTED_CHARACTERS - 1]}…'"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "true or false", int: "a number", float: "a number", dict: "an object", str: "text"}
    return kinds.get(type(value), "a list")


def _place(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else ("." if path else "") + clipped(part)[:64]
    return path or "request"


@cache
def _fields(root: type[BaseModel], loc: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the fields of the object at `loc` (indices left out), empty where it is no object."""
    model: type[BaseModel] | None = root
    for name in loc:
        model = (
            _model_in(model.model_fields[name].annotation) if model and name in model.model_fields else None
        )
    return tuple(model.model_fields) if model else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None and not isinstance(annotation, types.UnionType):
        return None
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


@cache
def _literals(root: type[BaseModel], loc: tuple[str, ...]) -> tuple[Any, ...]:
    parent: type[BaseModel] | None = root
    for name in loc[:-1]:
        parent = (
            _model_in(parent.model_fields[name].annotation)
            if parent and name in parent.model_fields
            else None
        )
    field = parent.model_fields.get(loc[-1]) if parent and loc else None
    return _literals_in(field.annotation) if field else ()


def _literals_in(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return next((found for each in get_args(annotation) if (found := _literals_in(each))), ())
    return ()


def _closest(name: Any, known: tuple[str, ...]) -> str | None:
    if not isinstance(name, str):
        return None
    # Long names are no misspelling, and comparing them costs.
    close = difflib.get_close_matches(name[:64].lower(), known, n=1, cutoff=0.5)
    return close[0] if close else None


def _unknown(root: type[BaseModel], names: tuple[str, ...], key: Any) -> tuple[str, str]:
    known = _fields(root, names)
    near = _closest(key, known)
    listed = f"the fields are {', '.join(known)}" if known else "leave it out"
    return "is not a field of it", f"did you mean {near}?" if near else listed


def _one_of(root: type[BaseModel], names: tuple[str, ...], given: Any) -> tuple[str, str]:
    options = _literals(root, names)
    texts = tuple(str(option) for option in options)
    if options and all(isinstance(option, int) for option in options) and isinstance(given, str):
        return f"{quoted(given)} is text, not a number", f"one of {', '.join(texts)}, without quotation marks"
    near = _closest(given, texts)
    hint = f"; did you mean {near}?" if near else ""
    return f"{quoted(given)} is not one of the values", f"one of {', '.join(texts)}{hint}"


def _number(fault: ErrorDetails, context: Mapping[str, Any]) -> tuple[str, str]:
    bounds = {
        "greater_than_equal": ("too small", "at least", "ge"),
        "less_than_equal": ("too large", "at most", "le"),
        "greater_than": ("too small", "more than", "gt"),
        "less_than": ("too large", "less than", "lt"),
    }
    problem, how, key = bounds[fault["type"]]
    limit = context.get(key, 0)
    return f"{quoted(fault['input'])} is {problem}", f"{how} {limit:g}"


# A comma parts thousands in one country and what is less than one in another.
_COMMA = re.compile(r"(\d{1,12}),(\d{1,12})", re.ASCII)


def _pointed(given: Any, kind: str = "float") -> str:
    """How a number of that kind which was written with a comma is written; empty where `given` is none."""
    found = _COMMA.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        return ""
    whole, rest = found.groups()
    ways = [f"{whole}.{rest}"] if kind == "float" else []
    ways += [f"{whole}{rest}"] if len(rest) == 3 else []
    return f"write {' or '.join(ways)}, without the comma" if ways else ""


def _wanted(kind: str, given: Any) -> tuple[str, str]:
    names = {"int": "a whole number", "float": "a number", "bool": "true or false", "string": "text"}
    wanted = {"tuple": "a list", "model": "an object"}.get(kind) or names[kind]
    if isinstance(given, str) and kind in ("int", "float", "bool"):
        plain = given.strip()
        how = (
            f"write {plain} without quotation marks"
            if plain.replace(".", "", 1).isdigit() and len(plain) < 9
            else ""
        )
        how = how or _pointed(given, kind)
        return f"{quoted(given)} is text, not {wanted}", how or f"give {wanted}"
    if isinstance(given, int | float) and not isinstance(given, bool) and kind in ("int", "float"):
        return f"{quoted(given)} is not {wanted}", f"give {wanted}"
    if given is None:
        return f"is null, not {wanted}", f"give {wanted}, or leave the field out"
    return f"is {_kind(given)}, not {wanted}", f"give {wanted}"


def _length(kind: str, given: Any, context: Mapping[str, Any]) -> tuple[str, str]:
    unit = "characters" if isinstance(given, str) else "items"
    count = len(given) if isinstance(given, str | tuple) else 0
    if kind.endswith("long"):
        return f"has {count:,} {unit}", f"at most {context['max_length']:,}"
    return "is empty", f"give at least {context['min_length']} {unit.removesuffix('s')}"


_TYPES = {
    "int_type": "int",
    "int_from_float": "int",
    "int_parsing": "int",
    "float_type": "float",
    "float_parsing": "float",
    "decimal_type": "float",
    "decimal_parsing": "float",
    "finite_number": "float",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "string_type": "string",
    "tuple_type": "tuple",
    "list_type": "tuple",
    "dict_type": "model",
    "model_type": "model",
    "model_attributes_type": "model",
}
_LENGTHS = ("string_too_long", "string_too_short", "too_long", "too_short")
_NUMBERS = ("greater_than_equal", "less_than_equal", "greater_than", "less_than")


def is_echo(fault: ErrorDetails) -> bool:
    """Whether a fault only repeats others: a list counts as too short once its items are wrong."""
    given = fault.get("input")
    return fault["type"] == "too_short" and isinstance(given, list | tuple) and bool(given)


def fault_of(fault: ErrorDetails, root: type[BaseModel], own: Own) -> tuple[str, str, str]:
    """(field, problem, suggestion) of one error in a value of the model `root`; the path reads
    `plan.beats[2].seconds`."""
    loc, kind, given = fault["loc"], fault["type"], fault.get("input")
    names = tuple(part for part in loc if isinstance(part, str))
    field = names[-1] if names else ""
    place = _place(loc)
    if (field, given) == ("take", EACH_RUN):
        return place, "'each_run' is for the runs of a schedule", "give a whole number, or create a schedule"
    if words := own(field, kind, given):
        return place, *words
    if kind == "extra_forbidden":
        return place, *_unknown(root, names[:-1], loc[-1])
    if kind == "missing":
        return place, "is missing", f"add {field}"
    if kind == "literal_error":
        return place, *_one_of(root, names, given)
    if kind == "string_pattern_mismatch":
        return place, *malformed(given, _ID if field == "id" else "see the JSON Schema")
    problem, how = words_of(fault)
    return place, problem, how or "see the JSON Schema of the request"


def words_of(fault: ErrorDetails) -> tuple[str, str]:
    """Problem and suggestion, empty where there is none, of an error in one value, wherever that stands: of
    rules of ours their words, of all others none of Pydantic's, which speak of Python."""
    kind, given, context = fault["type"], fault.get("input"), fault.get("ctx", {})
    if kind in _TYPES:
        return _wanted(_TYPES[kind], given)
    if kind in _LENGTHS:
        return _length(kind, given, context)
    if kind in _NUMBERS:
        return _number(fault, context)
    if kind == "string_unicode" or (kind == "value_error" and "control characters" in fault["msg"]):
        return "contains control characters", "remove them; line breaks and tabs may stay"
    if kind == "value_error":
        return fault["msg"].removeprefix("Value error, "), _pointed(given)
    if kind == "decimal_max_places":
        return f"{quoted(given)} has too many digits after the point", f"at most {context['decimal_places']}"
    if kind == "is_instance_of" and context.get("class") == "Decimal":
        return _wanted("float", given)
    if kind == "literal_error":
        return f"{quoted(given)} is not one of the values", f"one of {context['expected']}"
    return f"{quoted(given)} is not what it takes", ""


_ID = "start with a small letter, then small letters, digits and underscores, at most 64"


def malformed(given: Any, shape: str) -> tuple[str, str]:
    """Problem and suggestion of a text that is not of the `shape` which its field asks for."""
    return f"{quoted(given)} is not well formed", shape
