"""A batch of posters: every item ends once, the same line twice is one item, a failed one fails no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.batches import PRICE, BatchRig, posters
from tests.support.batches import batch_rig as batch_rig
from tests.support.standing import Standins

pytestmark = pytest.mark.slow


async def test_every_item_ends_once_and_the_account_is_the_ledgers(
    batch_rig: BatchRig, standins: Standins, stack: Stack, tmp_path: Path
) -> None:
    words = [f"Bread {number}" for number in range(12)]
    standins.order("replicate", "submit", "content_stable", match="Bread 7")
    async with batch_rig() as batches:
        run = await batches.start(posters([*words, "Bread 3"], max_running=4))
        result = await run.result()
        rows = await batches.rows(run.id)
        paid = await batches.paid(row["item"] for row in rows)
    assert (result.status, result.items) == ("completed", 12)
    assert (result.counts.completed, result.counts.failed) == (11, 1)
    assert [row["lines"] for row in rows if len(row["lines"]) > 1] == [[4, 13]]
    failed = next(row for row in rows if row["state"] == "failed")
    assert failed["why"].startswith("Picture: ") and not failed["whole"]
    assert result.spent_usd == paid == sum(row["spent_usd"] for row in rows) == 11 * PRICE
    assert not any(row["reserved_usd"] for row in rows)
    path = tmp_path / "results.jsonl"
    await ObjectStore.of(stack.s3).get_file(result.results or "", path)
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [one["number"] for one in told] == list(range(1, 13))
    assert all(one["delivered"] for one in told if one["state"] == "completed")
