"""Knows a table as people have it: CSV with any delimiter, quotes, empty lines, and what spreadsheets write
before it. Read line by line, so that a hundred thousand take no more memory than one."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from workflows.studio import FieldProblem, InvalidRequest, quoted

# By what most tables are divided, where their first line leaves it open.
_DELIMITERS = (",", ";", "\t", "|")
# Spreadsheets say so themselves, in a line of its own before the header.
_SAYS_SO = re.compile(r'\s*"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
# Enough for the header of any table: a line of a thousand columns has some ten thousand characters.
_HEAD = 65_536
# No request is longer: what goes on for so long without an end is no table.
_LONGEST_LINE = 2_000_000
# How bytes that are no UTF-8 are read, one character each: letters of no script.
_FOREIGN = re.compile("[\udc80-\udcff]")


class Row(NamedTuple):
    """One line below the header, by the number of the line on which it begins, from 1; `cells` by column,
    without the spaces around them, or the `problem` with it."""

    line: int
    cells: Mapping[str, str]
    problem: FieldProblem | None = None


class Table(NamedTuple):
    """The columns by their names as they count, and the rows that say anything."""

    columns: Sequence[str]
    rows: Iterator[Row]


def column(name: str) -> str:
    """A column's name as it counts: `Product Name`, `PRODUCT_NAME` and `product-name` are one."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The table in a file. Raises `InvalidRequest`, also while it is read, for what is none."""
    with path.open("rb") as file:
        begins = file.read(2)
    wide = begins in (b"\xff\xfe", b"\xfe\xff")
    # A byte that is none of UTF-8 is told with its line, which a decoder that stops at it cannot.
    encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        delimiter, first = _dialect(text.read(_HEAD))
        text.seek(0)
        lines = _physical(text)
        for _ in range(first):
            next(lines)
        records = _records(lines, delimiter, first)
        _, names, problem = next(records, (1, [], None))
        if problem:
            raise InvalidRequest([problem])
        yield Table(_columns(names), _rows(records, _columns(names)))


def wrong(line: int, problem: str, suggestion: str, field: str = "") -> FieldProblem:
    """What is wrong with a line, or with one field of it."""
    place = f"line {line}: {field}" if field else f"line {line}"
    return FieldProblem(field=place, problem=problem, suggestion=suggestion)


def _dialect(head: str) -> tuple[str, int]:
    """By what cells are divided, and how many lines to pass over that only say so."""
    if said := _SAYS_SO.match(head):
        return said[1], said[0].count("\n") or said[0].count("\r")
    first = re.sub(r'"[^"]*"', "", head.lstrip()).splitlines()[:1]
    counts = {each: first[0].count(each) for each in _DELIMITERS} if first else {",": 0}
    return max(counts, key=lambda each: counts[each]), 0


def _physical(text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) >= _LONGEST_LINE:
            raise InvalidRequest(
                [wrong(number, "goes on without an end", "name a table of text, such as CSV")]
            )
        if _FOREIGN.search(line):
            how = "save the file as CSV UTF-8, as every spreadsheet can"
            raise InvalidRequest([wrong(number, "is not UTF-8", how)])
        yield line


def _records(
    lines: Iterator[str], delimiter: str, before: int
) -> Iterator[tuple[int, list[str], FieldProblem | None]]:
    """Every record that says anything, with the line on which it begins, or what is wrong with it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], _malformed(line, str(error))
            if "'" not in str(error):
                # The quote has swallowed what follows: nothing after it can be told apart.
                return
            continue
        if any(cells):
            yield line, cells, None


def _malformed(line: int, said: str) -> FieldProblem:
    if "'" in said:
        how = 'write a quote inside a quoted cell twice: "5"" mug"'
        return wrong(line, "has a quote in the midst of a quoted cell", how)
    return wrong(line, "opens a quote that is never closed", 'end the cell with ", or double the quote')


def _columns(names: Sequence[str]) -> Sequence[str]:
    columns = [column(name) for name in names]
    named = [each for each in columns if each]
    if not named:
        raise InvalidRequest([wrong(1, "there is no header", "name the columns in the first line")])
    if twice := next((each for each in named if named.count(each) > 1), None):
        raise InvalidRequest([wrong(1, f"two columns are called {quoted(twice)}", "rename one of them")])
    return columns


def _rows(
    records: Iterator[tuple[int, list[str], FieldProblem | None]], columns: Sequence[str]
) -> Iterator[Row]:
    for line, cells, problem in records:
        if not problem and any(cells[len(columns) :]):
            said = f"has {len(cells)} cells, and the header names {len(columns)}"
            problem = wrong(line, said, "put cells with the delimiter in them in quotes")
        # A line may end before its last columns; nobody asks for a column without a name.
        there = dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))
        there.pop("", None)
        yield Row(line, there, problem)
