"""The typed client of batches, on batches of posters: followed, tried again and paid for after their end."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from activities.batch.items import BatchItems
from activities.opening import open_ledger
from activities.storage.objects import ObjectStore
from activities.studio.spending import Spending
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.batch_file import opened
from starter.batches import Batches, differences, selection
from starter.errors import FilmEnded, InvalidAnswer, NotWaiting
from starter.finding import Wanted
from tests.support.batches import PRICE, BatchRig, posters
from tests.support.batches import batch_rig as batch_rig
from workflows.batch import BatchRequest, Standing


@pytest.mark.slow
async def test_it_is_followed_and_paid_for_and_tried_again_after_its_end(
    batch_rig: BatchRig, client: Client, stack: Stack
) -> None:
    half = PRICE / 2
    words = [f"Rye {number} {uuid4()}" for number in range(3)]
    request = posters(words, name="Rye", user="ann", budget_usd=half * 5)
    # Held back is half of what each costs: the rest is there for two of three.
    async with batch_rig(most=half):
        batches = Batches(client, ObjectStore.of(stack.s3))
        batch = await batches.start(request)
        assert batch.started and not (await batches.start(request)).started
        result = await batch.result()
        assert (result.counts.completed, result.counts.over_budget, result.whole) == (2, 1, False)
        assert (await batches.request_of(batch)) == request
        found = [one async for one in batches.results(batch)]
        assert [one.number for one in found] == [1, 2, 3]
        (short,) = (one.number for one in found if one.state == "over_budget")
        told = await batches.batch(batch.id).progress()
        assert (told.items, told.counts, told.done) == (3, result.counts, 1)
        with pytest.raises(NotWaiting, match="waits for approval"):
            await batch.approve()
        with pytest.raises(NotWaiting, match="failed"):
            await batch.retry([str(short)], words="no such words")
        assert "0.0" in await batches.batch(batch.id).set_budget(half * 8)
        await batches.batch(batch.id).result()
        chosen = await batches.batch(batch.id).retry([f"{short}-{short}"], state="over_budget", words="rye")
        assert (chosen.words, chosen.batch.started) == ("1 item goes on", True)
        assert (await chosen.batch.result()).counts.completed == 3
        with pytest.raises(FilmEnded):
            await chosen.batch.set_budget(Decimal(1))


@pytest.mark.slow
async def test_its_items_are_found_apart_in_pages(
    batch_rig: BatchRig, client: Client, stack: Stack, settings: Settings
) -> None:
    async with batch_rig() as batches:
        run = await batches.start(posters([f"Oat {number}" for number in range(5)], name=f"Oats {uuid4()}"))
        await run.result()
        items = {row["item"] for row in await batches.rows(run.id)}
        async with asyncio.timeout(60):
            while {one.id for one in await batches.productions.listed(Wanted(batch=run.id))} != items:
                await asyncio.sleep(0.2)
        apart = {one.id for one in await batches.productions.listed(Wanted(apart=[run.id]))}
        assert run.id in apart and not apart & items
    async with open_ledger(stack, settings) as database:
        rows = BatchItems(database)
        pages = [await rows.page(run.id, after, 2) for after in (0, 2, 4, 5)]
        assert [[one.number for one in page] for page in pages] == [[1, 2], [3, 4], [5], []]
        assert not await rows.page(run.id, 0, 9, ("failed",))
        stands = await rows.standing(run.id)
        assert await rows.standings([run.id, "batch-of-nobody"]) == {
            run.id: stands,
            "batch-of-nobody": Standing(),
        }
        assert (stands.counts.completed, stands.spent_usd) == (5, 5 * PRICE)
        asked = await rows.requests(run.id, [2, 5])
        assert {number: one["request"]["words"] for number, one in asked.items()} == {2: "Oat 1", 5: "Oat 4"}
        spent = await Spending(database).total(production=run.id)
        assert (spent.usd, spent.productions) == (5 * PRICE, 5)


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
            assert await Batches(client, store).upload(file) == file.table.key
        assert await store.size(file.table.key) == path.stat().st_size
        with pytest.raises(TypeError, match="bucket"):
            await Batches(client).upload(file)
        template, batches = file.request.template, Batches(client, store)
        batch = await batches.start_file(path, template, budget_usd=Decimal("2.5"), max_running=3)
        try:
            request = await batches.request_of(batch)
            assert batch.started and request is not None
            assert (request.source, request.template) == (file.table.key, template)
            assert (request.budget_usd, request.max_running) == (Decimal("2.5"), 3)
            assert batch.id == file.id, "neither a budget nor a pace makes it another batch"
        finally:
            # Nobody here works on it.
            await batch.handle.terminate()


def test_what_differs_from_a_batch_that_runs_is_named() -> None:
    asked = BatchRequest(name="Mugs", items=({"prompt": "A mug"},), max_running=3)
    assert differences(asked, asked.model_copy(update={"budget_usd": Decimal(2)})) == ()
    other = asked.model_copy(update={"max_running": 5, "budget_usd": Decimal(2)})
    assert differences(other, asked) == ("budget_usd", "max_running")


def test_of_a_choice_only_what_was_said_is_sent() -> None:
    assert selection((), None, "") == {}
    said: dict[str, object] = {"items": ["3", "5-9"], "state": "failed", "words": "mug"}
    assert selection(("3", "5-9"), "failed", "mug") == said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (((3,), None, ""), "it names items: ids, numbers or ranges"),
        ((["x" * 300], None, ""), "it names items: ids, numbers or ranges"),
        (((), "bad", ""), "bad cannot be used: it is one of pending, running"),
        (((), None, "x" * 1_001), "it is text of a request"),
    ],
)
def test_a_choice_that_no_batch_can_read_is_none(said: Any, words: str) -> None:
    with pytest.raises(InvalidAnswer, match=words):
        selection(*said)
