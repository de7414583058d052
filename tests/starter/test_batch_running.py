"""What is printed of a batch that has begun: its price, and once it has ended, what it has cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from starter.batch_running import BegunBatch, print_begun
from starter.batches import Batch
from starter.making import Watched
from workflows.batch import BatchProgress, Counts

#: A batch that no server knows: it is only named.
NOBODYS = Batch("batch-mugs", True, Any, productions=Any)  # type: ignore[arg-type]


def told(watched: Watched | None, capsys: pytest.CaptureFixture[str], **facts: Any) -> str:
    counts = Counts(completed=3)
    progress = BatchProgress(status="completed", items=3, counts=counts, budget_usd=Decimal(5), **facts)
    begun = BegunBatch(NOBODYS, progress, differs=(), page=None, ends=False, standins=False, watched=watched)
    print_begun(begun, as_json=False)
    return capsys.readouterr().out


def test_once_it_has_ended_it_says_what_was_spent(capsys: pytest.CaptureFixture[str]) -> None:
    ended, money = Watched("completed", None, True), {"price_usd": Decimal(2), "most_usd": Decimal(3)}
    assert "3 items: $2.00, at most $3.00, of $5.00\n" in told(None, capsys, **money)
    spent = told(ended, capsys, spent_usd=Decimal("1.75"), **money)
    assert "3 items: $1.75 of $5.00 spent; priced at $2.00, at most $3.00\n" in spent
    assert "3 items: nothing more to pay\n" in told(ended, capsys)
