"""Tables that a terminal shows of what was found: what nobody has is no column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from starter.live import plain

#: The least that is left of a column that gives way.
_LEAST = 4


class _Columns(Table):
    """Gives way in every column, the widest first, where those that stay whole need `least` and more is not
    there: a table cuts the ends off them all else, and a price that lost its cents is another price."""

    least = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.least > options.max_width:
            for column in self.columns:
                column.no_wrap = False
        return super().__rich_console__(console, options)


def in_columns(
    told: Mapping[str, Sequence[str | Text]], folded: Collection[str] = (), right: Collection[str] = ()
) -> Table:
    """The cells of each column below its name, as many in all of them; those of `folded` columns give way
    where there is no room, those of `right` ones stand to the right. A `Text` has lines of its own."""
    columns = {name: cells for name, cells in told.items() if any(cells)}
    table = _Columns(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        # An id is copied, so that it stays whole; somebody's words give way.
        table.add_column(
            name,
            no_wrap=name not in folded,
            overflow="fold",
            justify="right" if name in right else "left",
        )
    for cells in zip(*columns.values(), strict=True):
        # As Text, so that no markup is read into anybody's words.
        table.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in cells))
    table.least = sum(
        1 + (_LEAST if name in folded else max(map(_width, (name, *cells))))
        for name, cells in columns.items()
    )
    return table


def _width(cell: str | Text) -> int:
    """Of its longest line, in the terminal's cells."""
    return max(map(cell_len, str(cell).splitlines()), default=0)
