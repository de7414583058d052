"""The typed client of batches, on batches of posters: followed, tried again and paid for after their end."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from starter.batch_file import opened
from starter.batches import Batches, differences
from starter.errors import NotWaiting
from tests.support.batches import PRICE, BatchRig, posters
from tests.support.batches import batch_rig as batch_rig
from tests.support.standing import Standins
from workflows.batch import BatchRequest


@pytest.mark.slow
async def test_it_is_followed_and_tried_again_after_its_end(
    batch_rig: BatchRig, client: Client, stack: Stack, standins: Standins
) -> None:
    request = posters(["Rye 0", "Rye 1", "Rye 2"], name=f"Rye {uuid4()}", user="ann")
    standins.order("replicate", "submit", "content_stable", match="Rye 1")
    async with batch_rig():
        batches = Batches(client, ObjectStore.of(stack.s3))
        batch = await batches.start(request)
        assert batch.started and not (await batches.start(request)).started
        result = await batch.result()
        assert (result.counts.completed, result.counts.failed, result.whole) == (2, 1, False)
        assert (await batches.request_of(batch)) == request
        found = [one async for one in batches.results(batch)]
        assert [(one.number, one.state) for one in found] == [
            (1, "completed"),
            (2, "failed"),
            (3, "completed"),
        ]
        told = await batches.batch(batch.id).progress()
        assert (told.items, told.counts, told.done) == (3, result.counts, 1)
        with pytest.raises(NotWaiting, match="waits for approval"):
            await batch.approve()
        with pytest.raises(NotWaiting, match="failed"):
            await batch.retry(["1"])
        assert "of $2.00" in await batch.set_budget(Decimal(2))
        chosen = await batches.batch(batch.id).retry(["1-2"], words="rye 1")
        assert (chosen.words, chosen.batch.started) == ("1 item goes on", True)
        again = await chosen.batch.result()
        assert again.counts.total == 3 and again.spent_usd <= 3 * PRICE


@pytest.mark.slow
async def test_a_file_is_uploaded_once_under_its_content(
    client: Client, stack: Stack, tmp_path: Path
) -> None:
    store = ObjectStore.of(stack.s3)
    await store.ensure_bucket()
    path = tmp_path / "mugs.csv"
    path.write_text(f"product\nmug {uuid4()}\n")
    with opened(path, {"prompt": "A film about a ${product}"}) as file:
        for _ in range(2):
            assert await Batches(client, store).upload(file) == file.key
        assert await store.size(file.key) == path.stat().st_size
        with pytest.raises(TypeError, match="bucket"):
            await Batches(client).upload(file)


def test_what_differs_from_a_batch_that_runs_is_named() -> None:
    asked = BatchRequest(name="Mugs", items=({"prompt": "A mug"},), max_running=3)
    assert differences(asked, asked.model_copy(update={"budget_usd": Decimal(2)})) == ()
    other = asked.model_copy(update={"max_running": 5, "budget_usd": Decimal(2)})
    assert differences(other, asked) == ("budget_usd", "max_running")
