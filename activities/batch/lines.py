"""Knows what the lines of a batch ask for: a table filled into a template, JSON line by line, or requests
given with the batch. Pure, and read as a stream: nothing is kept but what tells one item from another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast

from pydantic import JsonValue

from activities.batch.table import column, open_table, wrong
from activities.batch.template import Cells, Template
from workflows.batch import AXES, MAX_LINES, BatchRequest, Bulk
from workflows.productions import PRODUCTIONS
from workflows.studio import FieldProblem, InvalidRequest, Production

Format = Literal["csv", "jsonl"]
#: By the end of a file's name.
FORMATS: Mapping[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
# No production takes a longer request.
_LONGEST_LINE = 2_000_000


class Line(NamedTuple):
    """One line, or one of the requests given with the batch, by its number, from 1; with what it asks for, or
    what is wrong with it."""

    number: int
    request: Any = None
    problems: tuple[FieldProblem, ...] = ()


class Asked(NamedTuple):
    """One item, by its number in the file's order, from 1; `line` is the first that asks for it."""

    number: int
    line: int
    item: str
    request: Any


@dataclass
class Lines:
    """The lines of a batch; `path` is the source as a file here. May be gone through again and again. Raises
    `InvalidRequest`, also while it is gone through, for a file that is none."""

    batch: BatchRequest
    path: Path | None = None
    #: Of the last time that all were gone through: how many, and the further lines that ask for an item.
    count: int = 0
    further: dict[int, list[int]] = field(default_factory=dict)

    @property
    def production(self) -> Production[Any, Any]:
        """What is made of them. Raises `InvalidRequest`."""
        nouns = {one.noun: one for one in PRODUCTIONS.values() if one.request is not BatchRequest}
        if self.batch.production not in nouns:
            what = FieldProblem(
                field="production",
                problem="is nothing that a batch can be of",
                suggestion=f"one of {', '.join(nouns)}",
            )
            raise InvalidRequest([what])
        return nouns[self.batch.production]

    def items(self) -> Iterator[Asked | Line]:
        """Every item once, and every line that is wrong. Lines that ask for the same are one item; two items
        of one id, which has but the beginning of their digests, are told apart by more of it."""
        production, seen, ids = self.production, dict[bytes, int](), set[str]()
        self.count, self.further = 0, {}
        for line in self:
            self.count += 1
            if line.problems:
                yield line
                continue
            digest = production.digest_of(line.request)
            if digest in seen:
                self.further.setdefault(seen[digest], []).append(line.number)
                continue
            item = production.id_of(line.request)
            item = f"{item}-{digest.hex()[:8]}" if item in ids else item
            ids.add(item)
            seen[digest] = len(seen) + 1
            yield Asked(seen[digest], line.number, item, line.request)

    def __iter__(self) -> Iterator[Line]:
        """Every line that says anything, in order."""
        if self.batch.items is not None:
            for at, one in enumerate(self.batch.items):
                yield self._read(at + 1, dict(one), f"items[{at}].")
            return
        if self.batch.bulk is not None:
            yield from self._of_bulk(self.batch.bulk)
            return
        assert self.path is not None, "a source is read from a file"
        lines = self._of_table(self.path) if self.format == "csv" else self._of_json(self.path)
        for count, line in enumerate(lines, 1):
            if count > MAX_LINES:
                how = "cut the file in parts, and make a batch of each"
                yield Line(line.number, problems=(wrong(line.number, f"is beyond {MAX_LINES:,} lines", how),))
                return
            yield line

    def _of_bulk(self, bulk: Bulk) -> Iterator[Line]:
        """What is wrong with all of them alike is said of the first."""
        schema, told = self.production.request.model_json_schema(), set[tuple[str, str]]()
        axes = [place for name, place in AXES.items() if getattr(bulk, name)]
        template = Template(self.batch.template or {}, schema, axes)
        if unused := [place for place in axes if place not in template.columns]:
            raise InvalidRequest([_unused(name) for name, place in AXES.items() if place in unused])
        for number, cells in enumerate(bulk.combined(), 1):
            line = self._read(number, template.filled(cells), "template.")
            said = tuple(one for one in line.problems if (one.field, one.problem) not in told)
            told |= {(one.field, one.problem) for one in said}
            if said or not line.problems:
                yield line._replace(problems=said)

    # ---- the two kinds of files ----------------------------------------------------------------------

    def _of_table(self, path: Path) -> Iterator[Line]:
        template = self._template()
        if template is None:
            how = 'such as {"prompt": "A 15 second film about ${product}"}'
            raise InvalidRequest(
                [FieldProblem(field="template", problem="a table needs one", suggestion=how)]
            )
        with open_table(path) as (columns, rows):
            if problems := tuple(template.unknown(columns)):
                raise InvalidRequest(problems)
            for row in rows:
                if row.problem:
                    yield Line(row.line, problems=(row.problem,))
                else:
                    yield self._filled(template, row.line, row.cells)

    def _of_json(self, path: Path) -> Iterator[Line]:
        template = self._template()
        with path.open("rb") as file:
            for number, said in _lines_of(file):
                said = said.removeprefix(b"\xef\xbb\xbf") if number == 1 else said
                if not said.strip():
                    continue
                if template is None:
                    yield self._read(number, said, f"line {number}: ")
                elif (cells := _cells(said)) is not None:
                    yield self._filled(template, number, _named(cells))
                else:
                    how = 'such as {"product": "a ceramic mug", "seconds": 15}'
                    yield Line(number, problems=(wrong(number, "is no JSON object on one line", how),))

    def wrong(self, number: int, problem: str, suggestion: str, field: str = "") -> FieldProblem:
        """What is wrong with one of them, for people; of a bulk, all of which are written once, with that."""
        if self.batch.bulk is None:
            return wrong(number, problem, suggestion, field)
        place = f"template.{field}" if field else "template"
        return FieldProblem(field=place, problem=problem, suggestion=suggestion)

    # ---- one of them -----------------------------------------------------------------------------------

    def _filled(self, template: Template, number: int, cells: Cells) -> Line:
        place = f"line {number}: "
        try:
            said = template.filled(cells)
        except InvalidRequest as error:
            return _refused(number, place, error)
        return self._read(number, said, place)

    def _read(self, number: int, said: bytes | dict[str, JsonValue], place: str) -> Line:
        production = self.production
        try:
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            request = production.parse(data)
            fields = _cells(data) or {}
            if owed := {name: value for name, value in self._shared.items() if name not in fields}:
                request = production.parse(json.dumps({**fields, **owed}).encode())
            return Line(number, request)
        except InvalidRequest as error:
            return _refused(number, place, error)

    @property
    def _shared(self) -> Cells:
        """What the batch says for each item that does not say it: whose it is, too, as caps count it."""
        batch, known = self.batch, self.production.request.model_fields
        said: Cells = {"review": batch.review, "user": batch.user, "labels": list(batch.labels)}
        return {name: value for name, value in said.items() if value and (name in known or name == "review")}

    def _template(self) -> Template | None:
        value = self.batch.template
        if value is None:
            return None
        return Template(value, self.production.request.model_json_schema())

    @property
    def format(self) -> Format:
        """As it was said, else by the source's name, else by what it begins with."""
        assert self.path is not None, "a source is read from a file"
        return self.batch.format or format_of(Path(self.batch.source or self.path).name, self.path)


def _unused(axis: str) -> FieldProblem:
    how = f"write ${{{AXES[axis]}}} where each is meant, or leave {axis} out"
    return FieldProblem(field=f"bulk.{axis}", problem="the template names none of them", suggestion=how)


def _refused(number: int, place: str, error: InvalidRequest) -> Line:
    told = (
        FieldProblem(field=f"{place}{one.field}", problem=one.problem, suggestion=one.suggestion)
        for one in error.fields
    )
    return Line(number, problems=tuple(told))


def format_of(name: str, path: Path) -> Format:
    """Of a file of that name, whose bytes lie at `path`."""
    if (suffix := Path(name).suffix.lower()) in FORMATS:
        return FORMATS[suffix]
    with path.open("rb") as file:
        begins = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    return "jsonl" if begins.startswith(b"{") else "csv"


def _lines_of(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while said := file.readline(_LONGEST_LINE):
        number += 1
        if len(said) >= _LONGEST_LINE:
            how = "write one request a line"
            raise InvalidRequest([wrong(number, f"is longer than {_LONGEST_LINE:,} bytes", how)])
        yield number, said


def _cells(said: bytes) -> Cells | None:
    """A JSON object; None where it is none."""
    with suppress(ValueError, RecursionError):
        value = json.loads(said)
        if isinstance(value, dict):
            return cast(Cells, value)
    return None


def _named(cells: Cells) -> Cells:
    """By the names that count."""
    return {column(name): cell for name, cell in cells.items()}
