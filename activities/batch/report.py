"""What came of a batch, for people: one page of HTML that needs no network, and the same as CSV."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from temporalio import activity

from activities.batch.items import BatchItems
from activities.running import translated
from activities.storage import folder_name
from activities.studio import A_REPORT, Stage, Studio, document, text
from workflows.batch import STATE_WORDS, BatchRequest, ItemResult, WriteReport, WrittenReport
from workflows.studio import STUDIO_QUEUE, usd

# A browser still scrolls through these; the table has all of them.
_SHOWN = 2_000

COUNTS = """
SELECT state, count(*) AS items, sum(spent_usd) AS spent, sum(price_usd) AS price
  FROM batch_item WHERE batch = $1 GROUP BY state ORDER BY count(*) DESC, state"""

#: What went otherwise than was asked comes first on the page.
MARKED = """
SELECT number, lines, item, state, whole, spent_usd, price_usd, delivered, why
  FROM batch_item WHERE batch = $1
 ORDER BY state = 'completed' AND coalesce(whole, true), state, number LIMIT $2"""

_COLUMNS = ("number", "lines", "item", "state", "whole", "spent_usd", "price_usd", "delivered", "why")
#: How each state is marked: `bad` needs a look, `wait` an answer.
_MARKS = {
    "completed": "good", "attached": "good", "awaiting_review": "wait", "over_budget": "wait",
    "failed": "bad", "canceled": "bad", "stopped": "bad",
}  # fmt: skip
# What a spreadsheet would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Reports:
    """Of all batches."""

    def __init__(self, studio: Studio) -> None:
        self._store, self._database = studio.store, studio.storage.database

    @activity.defn(name="write_report")
    @translated
    async def write_report(self, step: WriteReport) -> WrittenReport:
        """Page and table as the rows stand; the same keys every time."""
        folder = f"batches/{folder_name(step.batch, 'batch')}"
        with tempfile.TemporaryDirectory() as local:
            path = Path(local) / "items.csv"
            await self._write_table(step.batch, path)
            table = await self._store.put_file(path, "text/csv", key=f"{folder}/items.csv")
        counts = await self._database.rows(COUNTS, step.batch)
        shown = await self._database.rows(MARKED, step.batch, _SHOWN)
        html = page(step.batch, step.request, counts, shown)
        report = await self._store.put_text(html, "text/html; charset=utf-8", f"{folder}/report.html")
        return WrittenReport(report=report, table=table)

    async def _write_table(self, batch: str, path: Path) -> None:
        # Excel takes a CSV without the mark for one of its own old encoding.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            async for result in BatchItems(self._database).results(batch):
                writer.writerow(_cells(result))


def page(
    batch: str, request: BatchRequest, counts: list[Mapping[str, Any]], shown: list[Mapping[str, Any]]
) -> str:
    """The report; `shown` are the items on it, those that went otherwise than asked first."""
    style = files(__package__).joinpath("report.css").read_text()
    items, spent = sum(one["items"] for one in counts), sum((one["spent"] for one in counts), Decimal(0))
    title = text(request.name)
    labels = "".join(f"<span>{text(label)}</span>" for label in request.labels)
    limit = f" of {usd(request.budget_usd)}" if request.budget_usd is not None else ""
    facts = (
        f"<span><b>{items:,}</b> items</span><span><b>{usd(spent)}</b>{limit} spent</span>"
        f"<span><code>{text(batch)}</code></span>{labels}"
    )
    left = f'<p class="soft">Shown: {len(shown):,} of {items:,}; items.csv has all.</p>'
    body = (
        f'<header><h1>{title}</h1><div class="facts">{facts}</div></header>'
        f'<section class="counts">{"".join(_counted(one) for one in counts)}</section>'
        f'<section class="items"><div class="row head"><span>Item</span><span>State</span><span>Spent</span>'
        f"<span>Lines</span><span>Why</span></div>{''.join(_row(one) for one in shown)}"
        f"{left if len(shown) < items else ''}</section>"
    )
    return document(A_REPORT, title, body, style=style)


def _counted(one: Mapping[str, Any]) -> str:
    said = STATE_WORDS[one["state"]]
    kind = _MARKS.get(one["state"], "")
    spent = usd(one["spent"]) if one["spent"] else "free"
    return f'<div class="{kind}"><b>{one["items"]:,}</b><span>{said}</span><small>{spent}</small></div>'


def _row(one: Mapping[str, Any]) -> str:
    state, kind = STATE_WORDS[one["state"]], _MARKS.get(one["state"], "")
    if one["state"] == "completed" and one["whole"] is False:
        state, kind = "partial", "wait"
    spent, why = usd(one["spent_usd"]) if one["spent_usd"] else "free", text(one["why"])
    return (
        f'<div class="row"><span><small>{one["number"]}</small> <code>{text(one["item"])}</code></span>'
        f'<span><i class="mark {kind}">{state}</i></span><span>{spent}</span>'
        f'<span class="soft">{text(_lines(one["lines"]))}</span><span class="soft">{why}</span></div>'
    )


def _lines(lines: list[int]) -> str:
    more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
    return f"{', '.join(map(str, lines[:3]))}{more}"


def _cells(result: ItemResult) -> Iterator[Any]:
    for name in _COLUMNS:
        value = getattr(result, name)
        if name == "lines":
            yield " ".join(map(str, value))
        elif isinstance(value, str) and value.startswith(_FORMULA):
            # Text in every spreadsheet, whatever it begins with.
            yield f"'{value}"
        else:
            yield "" if value is None else str(value).lower() if isinstance(value, bool) else value


STAGES = (Stage(Reports.write_report, (STUDIO_QUEUE,)),)
