"""Knows a request with places for a line's cells: `${column}` as a whole value takes its field's JSON type,
in the midst of text it is text, and `$$` is a dollar. What a cell holds is never read as a place again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from activities.batch.table import column
from workflows.studio import FieldProblem, InvalidRequest, number, quoted

#: A line's cells by column: text of a table, or what a line of JSON says.
Cells = Mapping[str, Any]
# Each may be filled with 2,000 characters, and all of an item lie in memory at once.
_MOST_PLACES = 1_000
_PLACE = re.compile(r"\$(?:\$|\{([^{}]*)\}|(\{))")
# Stands for a value that is left out.
_LEFT_OUT = object()
_Filled = Callable[[Cells], Any]


class Template:
    """A request as an object whose texts have places. `schema` is the JSON Schema of a request; `axes` are
    the only names of places, where they are named: all others, and every other dollar, are the request's own.
    Raises `InvalidRequest` for a place that is none."""

    def __init__(
        self, value: Mapping[str, JsonValue], schema: Mapping[str, Any], axes: Collection[str] | None = None
    ) -> None:
        self._schema, self._axes = schema, axes
        #: The columns that it asks for, by the names that count, each with the field that asks first.
        self.columns: dict[str, str] = {}
        self._problems: list[FieldProblem] = []
        self._places = 0
        self._fill = self._of(dict(value), [schema], "")
        if self._places > _MOST_PLACES:
            problem, how = f"its places are filled {self._places:,} times", f"at most {_MOST_PLACES:,} times"
            self._problems.append(FieldProblem(field="template", problem=problem, suggestion=how))
        if self._problems:
            raise InvalidRequest(self._problems)

    def unknown(self, columns: Sequence[str]) -> Iterator[FieldProblem]:
        """Its places that none of these columns fills."""
        for name, field in self.columns.items():
            if name not in columns:
                there = ", ".join(each for each in columns if each)
                yield _wrong(field, f"there is no column {quoted(name)}", f"the columns are {there}")

    def filled(self, cells: Cells) -> dict[str, JsonValue]:
        """The request of one line. An empty cell, or none, leaves the field out whose whole value it is.
        Raises `InvalidRequest` for one in the midst of words, which would speak of nothing."""
        value: dict[str, JsonValue] = self._fill(cells)
        return value

    # ---- made once ---------------------------------------------------------------------------------

    def _of(self, value: JsonValue, schemas: Sequence[Any], field: str) -> _Filled:
        if isinstance(value, dict):
            return self._object(value, schemas, field)
        if isinstance(value, list):
            inner = [each for one in self._alternatives(schemas) if (each := one.get("items"))]
            parts = [self._of(each, inner, f"{field}[{at}]") for at, each in enumerate(value)]
            return lambda cells: [got for part in parts if (got := part(cells)) is not _LEFT_OUT]
        if not isinstance(value, str) or "$" not in value:
            return lambda _: value
        return self._text(value, schemas, field)

    def _object(self, value: dict[str, JsonValue], schemas: Sequence[Any], field: str) -> _Filled:
        known = [one.get("properties", {}) for one in self._alternatives(schemas)]
        fields = {
            name: self._of(
                each, [one[name] for one in known if name in one], f"{field}.{name}" if field else name
            )
            for name, each in value.items()
        }
        return lambda cells: {
            name: got for name, fill in fields.items() if (got := fill(cells)) is not _LEFT_OUT
        }

    def _text(self, value: str, schemas: Sequence[Any], field: str) -> _Filled:
        if self._axes is not None:
            return self._of_axes(value, field)
        for place in _PLACE.finditer(value):
            if place[2] or (place[1] is not None and not column(place[1])):
                problem = f"{quoted(place[0])} names no column"
                self._problems.append(_wrong(field, problem, "write ${column}, and $$ for a dollar"))
            elif place[1] is not None:
                self.columns.setdefault(column(place[1]), field)
        whole = _PLACE.fullmatch(value)
        if whole and whole[1] is not None:
            name, kinds = column(whole[1]), self._kinds(schemas)
            return lambda cells: _typed(cells.get(name), kinds)
        return lambda cells: _PLACE.sub(lambda place: _inserted(place, cells, field), value)

    def _of_axes(self, value: str, field: str) -> _Filled:
        axes = self._axes or ()
        for place in _PLACE.finditer(value):
            if place[1] in axes:
                self._places += 1
                self.columns.setdefault(place[1], field)
        return lambda cells: _PLACE.sub(lambda at: cells[at[1]] if at[1] in axes else at[0], value)

    def _alternatives(self, schemas: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """What a value may be, references followed."""
        for schema in schemas:
            if "$ref" in schema:
                yield from self._alternatives([self._schema["$defs"][schema["$ref"].rpartition("/")[2]]])
            elif inner := [each for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, ())]:
                yield from self._alternatives(inner)
            else:
                yield schema

    def _kinds(self, schemas: Sequence[Any]) -> frozenset[str]:
        return frozenset(one["type"] for one in self._alternatives(schemas) if "type" in one)


def _wrong(field: str, problem: str, suggestion: str) -> FieldProblem:
    return FieldProblem(field=f"template.{field}", problem=problem, suggestion=suggestion)


def _typed(cell: Any, kinds: frozenset[str]) -> Any:
    """A cell as the whole value of a field that may be of these JSON types. What is not, stays text: the
    request's own rules then say what is wrong with it."""
    if cell is None or cell == "":
        return _LEFT_OUT
    if not isinstance(cell, str):
        return cell
    # Spreadsheets write them in capitals.
    if "boolean" in kinds and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if kinds & {"integer", "number"} and (found := number(cell)) is not None:
        return found
    opens = {"[": "array", "{": "object"}.get(cell[:1])
    if opens in kinds:
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def _inserted(place: re.Match[str], cells: Cells, field: str) -> str:
    if place[1] is None:
        return "$"
    cell = cells.get(name := column(place[1]))
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        problem = f"the cell {name} is empty"
        raise InvalidRequest([FieldProblem(field=field, problem=problem, suggestion="fill it in")])
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
