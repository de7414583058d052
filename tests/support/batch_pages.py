"""Batches as the page of a review shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from starter.batch_reviewed import ReviewedBatch, WaitingItem
from workflows.batch import BatchProgress, Counts, ItemResult

#: Ends an attribute, a tag, a comment and a script, and would load and run.
EVIL = "\"'><img src=//evil.test/x onerror=alert(1)></script><script>alert(2)</script>--><!--"
ENDS = datetime(2026, 12, 4, 9, tzinfo=UTC)


def item(number: int, words: str, cut: str | None, price: str = "0.113") -> WaitingItem:
    row = ItemResult(
        number=number,
        lines=(number + 1,),
        item=f"film-mug-{number}",
        production="VideoWorkflow",
        state="awaiting_review",
        price_usd=Decimal("0.119"),
        spent_usd=Decimal("0.006"),
        why=words,
    )
    return WaitingItem(row, words, words, (16, 9), Decimal(price), Decimal("0.333"), cut)


def told(
    words: str = EVIL, waiting: int = 3, cut: str = "http://127.0.0.1:9/reel/film.mp4?a=1&b=2"
) -> ReviewedBatch:
    counts = Counts(awaiting_review=waiting, completed=2)
    progress = BatchProgress(
        status="completed",
        title=words,
        items=waiting + 2,
        counts=counts,
        most_usd=Decimal(1),
        budget_usd=Decimal(5),
    )
    return ReviewedBatch("batch-mugs-3f9a2c", progress, [item(n, words, cut) for n in (1, 2, 4)], ENDS)
