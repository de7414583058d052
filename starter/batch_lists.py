"""All batches, and the items of one of them in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from shlex import quote
from typing import Any, NamedTuple

from activities.batch import BatchItems
from starter.batch_counts import counted
from starter.batch_standing import rows_of
from starter.columns import in_columns
from starter.finding import Found, Wanted
from starter.lists import began, found_json, standing_of
from starter.outcome import line, out
from starter.session import Session
from workflows.batch import Counts, ItemResult, ItemState
from workflows.studio import usd


class Listed(NamedTuple):
    """One batch, how its items stand, and what it has paid for them, USD."""

    found: Found
    counts: Counts
    spent_usd: Decimal


async def listed(session: Session) -> list[Listed]:
    """The newest hundred."""
    found = await session.productions.listed(Wanted(kinds=("batch",)))
    items = BatchItems((await session.open_studio()).storage.database)
    told = await items.standings([one.id for one in found])
    return [Listed(one, told[one.id].counts, told[one.id].spent_usd) for one in found]


def list_json(found: Sequence[Listed]) -> list[dict[str, Any]]:
    """For a program: times in UTC."""
    return [
        {
            **found_json(one.found),
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
    told = {
        "Batch": [one.found.id for one in found],
        "Status": [standing_of(one.found) for one in found],
        "Items": [counted(one.counts) for one in found],
        "Spent": [usd(one.spent_usd) if one.spent_usd else "" for one in found],
        "Begun": [began(one.found) for one in found],
    }
    out.print(in_columns(told, folded=("Items",), right=("Spent",)), highlight=False)


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
