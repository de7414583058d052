"""All batches, and the items of one of them in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from shlex import quote
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from activities.batch import BatchItems
from starter.batch_counts import counted
from starter.batch_standing import rows_of
from starter.finding import Found, Wanted
from starter.live import plain
from starter.outcome import line, out
from starter.session import Session
from workflows.batch import Counts, ItemResult, ItemState
from workflows.studio import usd

_WHEN = "%d %b %H:%M"


class Listed(NamedTuple):
    """One batch, how its items stand, and what it has paid for them, USD."""

    found: Found
    counts: Counts
    spent_usd: Decimal


async def listed(session: Session) -> list[Listed]:
    """The newest hundred."""
    found = await session.productions.listed(Wanted(kinds=("batch",)))
    items = BatchItems((await session.open_studio()).storage.database)
    return [
        Listed(one, told.counts, told.spent_usd) for one in found for told in [await items.standing(one.id)]
    ]


def list_json(found: Sequence[Listed]) -> list[dict[str, Any]]:
    """For a program: times in UTC."""
    return [
        {
            **asdict(one.found),
            "started": one.found.started.isoformat(),
            "ended": one.found.ended.isoformat() if one.found.ended else None,
            "items": one.counts.total,
            "counts": one.counts.model_dump(),
            "spent_usd": str(one.spent_usd),
        }
        for one in found
    ]


def print_list(found: Sequence[Listed]) -> None:
    if not found:
        line("There are no batches here: `reel batch run` makes one.")
        return
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Batch", "Status", "Items", "Spent", "Begun"):
        # An id is copied, so that it stays whole.
        rows.add_column(name, no_wrap=name != "Items", justify="right" if name == "Spent" else "left")
    for one in found:
        waits = f"waiting for {', '.join(one.found.waits)}" if one.found.waits else one.found.status
        cells = (
            one.found.id,
            waits,
            counted(one.counts),
            usd(one.spent_usd) if one.spent_usd else "",
            one.found.started.astimezone().strftime(_WHEN),
        )
        rows.add_row(*(Text(plain(cell)) for cell in cells))
    out.print(rows, highlight=False)


class ResultPage(NamedTuple):
    """Items of a batch in the file's order; `next` is beyond which number the next page begins, None at the
    last."""

    id: str
    items: Sequence[ItemResult]
    next: int | None


async def results(
    session: Session, id: str, after: int, most: int, states: Sequence[ItemState]
) -> ResultPage:
    """As the rows stand now. Raises `NoSuchFilm` where there is no such batch."""
    items = BatchItems((await session.open_studio()).storage.database)
    # One more than is told, to know whether there is another page.
    rows = await items.page(id, after, most + 1, states)
    if not rows:
        # Rows outlive what Temporal remembers: only where there are none, it is asked.
        await session.batches.batch(id).describe()
    return ResultPage(id, rows[:most], rows[most - 1].number if len(rows) > most else None)


def results_json(page: ResultPage) -> dict[str, Any]:
    items = [one.model_dump(mode="json") for one in page.items]
    return {"id": page.id, "items": items, "next": page.next}


def print_results(page: ResultPage, asked: Mapping[str, object]) -> None:
    """`asked` are the options that the next page needs as well."""
    if not page.items:
        line("No item of the kind.")
        return
    out.print(rows_of(page.items), highlight=False)
    if page.next is not None:
        more = "".join(f" --{name} {quote(str(value))}" for name, value in asked.items())
        line(f"More: `reel batch results {quote(page.id)}{more} --after {page.next}`")
