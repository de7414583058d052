"""Tables that a terminal shows of what was found: what nobody has is no column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from starter.live import plain

#: The least that is left of a column that gives way.
_LEAST = 4
#: Cells between two columns, and before what stands below a line.
_GAP, _INDENT = 2, 4


@dataclass(frozen=True)
class Columns:
    """A table of as many lines as its `cells` have, by their columns' names; see `in_columns`."""

    cells: Mapping[str, Sequence[Text]]
    folded: Collection[str]
    right: Collection[str]
    below: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inside = self._inside(options.max_width)
        if len(inside) == len(self.cells):
            yield self._table(inside, options.max_width)
        else:
            yield from self._apart(inside, options.max_width)

    def _inside(self, room: int) -> list[str]:
        """The columns that stand beside one another: those of `below` go, one by one, until each of the
        others has its room."""
        inside = list(self.cells)
        for name in self.below:
            if _together(map(self._widest, inside)) > room and name in inside:
                inside.remove(name)
        return inside

    def _table(self, inside: Sequence[str], room: int) -> Table:
        """Gives way in every column, the widest first, where those that stay whole need more than there is: a
        table cuts the ends off them all else, and a price that lost its cents is another price."""
        least = _together(_LEAST if name in self.folded else self._widest(name) for name in inside)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in inside:
            # An id is copied, so that it stays whole; somebody's words give way.
            self._column(table, name, no_wrap=name not in self.folded and least <= room)
        for cells in zip(*(self.cells[name] for name in inside), strict=True):
            table.add_row(*cells)
        return table

    def _apart(self, inside: Sequence[str], room: int) -> Iterator[RenderableType]:
        """Each line of the table, and below it, by their names, what had no room beside the rest."""
        widths = _narrowed([self._widest(name) for name in inside], room)
        under = [name for name in self.cells if name not in inside]
        for at in range(len(next(iter(self.cells.values())))):
            table = Table(box=None, pad_edge=False, header_style="bold", show_header=not at)
            for name, width in zip(inside, widths, strict=True):
                self._column(table, name, width=width)
            table.add_row(*(self.cells[name][at] for name in inside))
            yield table
            grid = Table.grid(padding=(0, _GAP, 0, 0))
            grid.add_column(width=_INDENT - _GAP)
            grid.add_column(style="bold")
            grid.add_column(overflow="fold")
            for name in under:
                if said := self.cells[name][at]:
                    grid.add_row("", name, said)
            if grid.row_count:
                yield grid

    def _column(self, table: Table, name: str, *, no_wrap: bool = False, width: int | None = None) -> None:
        side: Literal["left", "right"] = "right" if name in self.right else "left"
        table.add_column(name, no_wrap=no_wrap, overflow="fold", justify=side, width=width)

    def _widest(self, name: str) -> int:
        return max([cell_len(name), *map(_width, self.cells[name])])


def in_columns(
    told: Mapping[str, Sequence[str | Text]],
    folded: Collection[str] = (),
    right: Collection[str] = (),
    below: Sequence[str] = (),
) -> Columns:
    """The cells of each column below its name, as many in all of them; those of `folded` columns give way
    where there is no room, those of `right` ones stand to the right. A `Text` has lines of its own. Where not
    everything has its room, columns of `below`, the first of these first, stand below their line instead."""
    # As Text, so that no markup is read into anybody's words.
    cells = {
        name: [cell if isinstance(cell, Text) else Text(plain(cell)) for cell in column]
        for name, column in told.items()
        if any(column)
    }
    return Columns(cells, folded, right, below)


def _width(cell: Text) -> int:
    """Of its longest line, in the terminal's cells."""
    return max(map(cell_len, str(cell).splitlines()), default=0)


def _together(widths: Iterable[int]) -> int:
    """What columns of these widths take, with what is between them."""
    each = list(widths)
    return sum(each) + _GAP * (len(each) - 1)


def _narrowed(widths: list[int], room: int) -> list[int]:
    """The widest gives way first."""
    while _together(widths) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths
