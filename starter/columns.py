"""Tables that a terminal shows of what was found: what nobody has is no column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from starter.live import plain


def in_columns(
    told: Mapping[str, Sequence[str | Text]], folded: Collection[str] = (), right: Collection[str] = ()
) -> Table:
    """The cells of each column below its name, as many in all of them; those of `folded` columns give way
    where there is no room, those of `right` ones stand to the right. A `Text` has lines of its own."""
    columns = {name: cells for name, cells in told.items() if any(cells)}
    table = Table(box=None, pad_edge=False, header_style="bold")
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
    return table
