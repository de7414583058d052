"""Knows what of one release's JSON Schema breaks its callers in the next: pure, and of the keywords that
Pydantic writes. A keyword that it does not know must stay as it is.

What is sent must still be taken, in every form that was taken; what is answered must still be readable by
whoever read it before. Additions break nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from jsonschema import Draft202012Validator

Json = Mapping[str, Any]
Way = Literal["sent", "answered"]

#: What says nothing about which values there are.
_SAID = {"title", "description", "examples", "default", "readOnly", "deprecated", "$defs", "$id"}
#: Bounds by whether more of them allows less, and what they are where nobody says.
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_SHAPE = {"type", "enum", "const", "properties", "required", "additionalProperties", "items", "propertyNames"}
#: What may hold schemas, and is not looked into.
_UNREAD = {"allOf", "oneOf", "not", "if", "prefixItems", "patternProperties", "contains"}
_NOTHING = object()
#: The pairs that are being compared further up: a type may hold itself.
Seen = frozenset[tuple[str, str]]


class Form(NamedTuple):
    """A schema and the document in which its references are looked up."""

    node: Json
    root: Json

    @property
    def text(self) -> str:
        return json.dumps(self.node, sort_keys=True)

    def within(self, node: Any) -> Form:
        return Form({} if node is True else node, self.root)

    def of(self, keyword: str) -> Form:
        return self.within(self.node.get(keyword, {}))


def breaks(old: Json, new: Json) -> list[str]:
    """What breaks a caller, of two documents as `reel schema` prints them: each with its place."""
    return list(_of_documents(old, new, ""))


def sent_breaks(old: Json, new: Json) -> list[str]:
    """The same of one schema of what callers send."""
    return list(_misfits(Form(old, old), Form(new, new), "sent", "", frozenset()))


def answered_breaks(old: Json, new: Json) -> list[str]:
    """The same of one schema of what they are answered."""
    return list(_misfits(Form(new, new), Form(old, old), "answered", "", frozenset()))


def _of_documents(old: Json, new: Json, place: str) -> Iterator[str]:
    for name in old.keys() - {"$id", "version"}:
        where, before = f"{place}/{name}", old[name]
        if name not in new:
            yield f"{where} is gone"
        elif not isinstance(before, Mapping):
            yield from [f"{where} is another"] * (before != new[name])
        elif "$id" in before:
            of = sent_breaks if name == "request" else answered_breaks
            yield from (f"{where}{each}" for each in of(before, new[name]))
        else:
            yield from _of_documents(before, new[name], where)
    # A signal that took nothing, and now does.
    if not old and "request" in new:
        yield f"{place}/request is wanted"


def _misfits(narrow: Form, wide: Form, way: Way, place: str, seen: Seen) -> Iterator[str]:
    """Why some value of `narrow` is none of `wide`. Of what is sent the old is narrow: all of it is to be
    taken; of what is answered the new."""
    pair = narrow.text, wide.text
    if pair in seen:
        return
    others = list(_alternatives(wide))
    for one in _alternatives(narrow):
        yield from min(
            (list(_misfit(one, other, way, place, seen | {pair})) for other in others),
            key=len,
            default=[f"{place} takes nothing"],
        )


def _alternatives(form: Form) -> Iterator[Form]:
    """What it may be instead, each of one type, no reference left at its head."""
    node = dict(form.node)
    if "$ref" in node:
        target = form.root["$defs"][node.pop("$ref").removeprefix("#/$defs/")]
        yield from _alternatives(form.within({**target, **node} if _constrains(node) else target))
    elif "anyOf" in node:
        own = {name: each for name, each in node.items() if name != "anyOf" and name not in _SAID}
        for each in node["anyOf"]:
            yield from _alternatives(form.within({**each, **own} if own else each))
    else:
        yield form


def _constrains(node: Json) -> bool:
    return bool(node.keys() - _SAID)


def _misfit(narrow: Form, wide: Form, way: Way, place: str, seen: Seen) -> Iterator[str]:
    if unread := _UNREAD & (narrow.node.keys() | wide.node.keys()):
        yield f"{place} cannot be compared, for {', '.join(sorted(unread))}"
        return
    if not _constrains(wide.node):
        return
    values, others = _values(narrow), _values(wide)
    if values is not None or others is not None:
        yield from _of_values(values, others, wide, way, place)
        return
    kind, other = narrow.node.get("type"), wide.node.get("type")
    if other is not None and kind != other and (kind, other) != ("integer", "number"):
        yield f"{place} is {kind or 'anything'}, not {other}"
        return
    yield from _of_bounds(narrow.node, wide.node, place)
    if other in ("object", None):
        yield from _of_objects(narrow, wide, way, place, seen)
    if "items" in wide.node:
        yield from _misfits(narrow.of("items"), wide.of("items"), way, f"{place}[]", seen)


def _values(form: Form) -> list[Any] | None:
    if "const" in form.node:
        return [form.node["const"]]
    values: list[Any] | None = form.node.get("enum")
    return values


def _of_values(
    values: list[Any] | None, others: list[Any] | None, wide: Form, way: Way, place: str
) -> Iterator[str]:
    if values is None:
        yield f"{place} is one of a few values on one side alone"
    elif others is None:
        taken = Draft202012Validator({**wide.node, "$defs": wide.root.get("$defs", {})})
        yield from (f"{place} does not fit: {each}" for each in values if not taken.is_valid(each))
    else:
        # Of what is answered a further value is an addition, and one that is gone is waited for in vain.
        old, new = (values, others) if way == "sent" else (others, values)
        yield from (f"{place} is never {each} any more" for each in old if each not in new)


def _of_bounds(narrow: Json, wide: Json, place: str) -> Iterator[str]:
    for names, sign in ((_LEAST, 1), (_MOST, -1)):
        for name in names:
            bound = wide.get(name)
            if bound is not None and (narrow.get(name) is None or sign * (narrow[name] - bound) < 0):
                yield f"{place} has the {name} {bound}, not {narrow.get(name)}"
    step, other = wide.get("multipleOf"), narrow.get("multipleOf")
    if step is not None and (other is None or other % step):
        yield f"{place} is a multiple of {step}, not of {other}"
    known = {*_SAID, *_SHAPE, *_LEAST, *_MOST, "multipleOf"}
    for name in wide.keys() - known:
        if narrow.get(name) != wide[name]:
            yield f"{place} has another {name}"


def _of_objects(narrow: Form, wide: Form, way: Way, place: str, seen: Seen) -> Iterator[str]:
    fields, others = narrow.node.get("properties", {}), wide.node.get("properties", {})
    old, new = (fields, others) if way == "sent" else (others, fields)
    yield from (f"{place}.{name} is gone" for name in old if name not in new)
    for name in wide.node.get("required", ()):
        if name not in narrow.node.get("required", ()):
            yield f"{place}.{name} is required on one side alone"
    for name in fields.keys() & others.keys():
        where = f"{place}.{name}"
        yield from _misfits(narrow.within(fields[name]), wide.within(others[name]), way, where, seen)
        # Where everybody had to say it, it does not matter what it is where nobody does.
        if way != "sent" or name in narrow.node.get("required", ()):
            continue
        if fields[name].get("default", _NOTHING) != others[name].get("default", _NOTHING):
            yield f"{where} is another thing where nobody says it"
    rest, taken = (form.node.get("additionalProperties", True) for form in (narrow, wide))
    if taken is False and rest is not False and way == "sent":
        yield f"{place} takes no other fields"
    elif taken not in (True, False) and rest is not False:
        yield from _misfits(narrow.within(rest), wide.within(taken), way, f"{place}.*", seen)
    if "propertyNames" in wide.node:
        yield from _misfits(narrow.of("propertyNames"), wide.of("propertyNames"), way, f"{place}.?", seen)
