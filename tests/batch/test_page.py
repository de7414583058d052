"""What an operator reads of a batch: how many stand how, what it has cost, and what waits, failed or runs."""

from __future__ import annotations

from decimal import Decimal

from workflows.batch.board import shown
from workflows.batch.contract import BatchProgress, Counts
from workflows.studio.report import RowProgress


def progress(rows: int, **more: object) -> BatchProgress:
    notes = ("waiting for approval: the animatic cut is there", "failed: it was refused | [x](y)", "running")
    beats = [
        RowProgress(id=str(7 * number), title=f"film-mug-{number:06x}", note=notes[number % 3])
        for number in range(1, rows + 1)
    ]
    said = {"status": "rendering", "title": "Mugs", "beats": tuple(beats), "items": 100_000, **more}
    return BatchProgress.model_validate(said)


def test_a_page_has_counts_money_and_the_rows_that_matter() -> None:
    counts = Counts(completed=61_234, running=20, failed=3, pending=38_743)
    told = progress(20, counts=counts, spent_usd=Decimal("3.5"), budget_usd=Decimal(5), done=0.61)
    page = shown(told)
    assert "**Rendering** · 61% · 3.50 of 5.00 USD" in page
    assert "100,000 items · 61,234 completed · 20 running · 38,743 pending · 3 failed" in page
    lines = [line.replace("\u2003", "").replace("\u00a0", " ") for line in page.splitlines()]
    assert "| Item | Id | State | Why |" in lines
    assert "| 14 | film-mug-000002 | running |  |" in lines
    assert "| 21 | film-mug-000003 | waiting for approval | the animatic cut is there |" in lines
    assert "| 7 | film-mug-000001 | failed | `it was refused / [x](y)` |" in lines
    assert len([line for line in lines if "film-mug" in line]) == 20 and len(page.encode()) <= 4000


def test_a_page_of_a_batch_that_is_being_read_says_so_much() -> None:
    assert shown(progress(0, items=0)).count("0 items") == 1
