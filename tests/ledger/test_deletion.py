"""What is deleted beside artifacts: a batch's tables, what was handed in; what older releases have left."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities.faults import JobFailed
from activities.ledger.letting_go import LettingGo
from activities.ledger.recipe import Recipe
from activities.models.inputs import folder_of
from activities.storage.database import Database
from activities.upkeep import uploads
from activities.upkeep.deletion import Deletion
from activities.upkeep.marks import Marks
from tests.support.rendering import Studio
from workflows.studio import cause_of
from workflows.upkeep.deletion import Deleted, DeleteProduction, DeleteWorkflow

pytestmark = pytest.mark.slow
ITEM = """
INSERT INTO batch_item (batch, number, lines, item, production, request, price_usd, most_usd, state)
VALUES ($1, $2, '{1}', $3, 'VideoWorkflow', $4::text::jsonb, 0, 0, 'completed')"""


class Desk:
    """Deletes by a worker of its own."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def deletes(self, production: str, **more: bool) -> Deleted:
        asked = {"production": production, **more}
        told = await self._client.execute_workflow(
            "DeleteWorkflow", asked, id=f"delete {uuid.uuid4().hex}", task_queue="reel"
        )
        return Deleted.model_validate(told)


@pytest_asyncio.fixture
async def desk(client: Client, pool: asyncpg.Pool, here: Studio) -> AsyncIterator[Desk]:
    deletion = Deletion(LettingGo(Database(pool)), here.store, Marks(Database(pool), here.store))
    async with Worker(
        client,
        task_queue="reel",
        workflows=[DeleteWorkflow],
        activities=[deletion.delete_production],
        graceful_shutdown_timeout=timedelta(seconds=5),
    ):
        yield Desk(client)


async def handed_in(here: Studio, text: str) -> str:
    key = f"uploads/{hashlib.sha256(text.encode()).hexdigest()}.csv"
    return await here.store.put_text(text, "text/csv", key)


async def test_a_batch_leaves_its_items_and_what_they_name(
    desk: Desk, pool: asyncpg.Pool, here: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = f"batch-{uuid.uuid4().hex[:8]}"
    ours, shared = await handed_in(here, f"of {batch}"), await handed_in(here, f"shared of {batch}")
    for number in (1, 2):
        asked = json.dumps({"product": ours, "references": [{"image": shared}]})
        await pool.execute(ITEM, batch, number, f"{batch}-{number}", asked)
    await pool.execute(ITEM, f"{batch} other", 1, f"{batch}-3", json.dumps({"product": shared}))
    await here.store.put_text("{}", "application/json", f"batches/{batch}/results.jsonl")

    # What was handed in today may be about to be used.
    look = await desk.deletes(batch, dry_run=True)
    assert [(one.what, one.count) for one in look.gone] == [("pages and tables", 1)]
    why = {one.why.split(":")[0]: one.count for one in look.stays}
    assert why == {
        "each is a production of its own": 2,
        f"needed by {batch}-3": 1,
        "handed in within the last day": 1,
    }
    monkeypatch.setattr(uploads, "_FRESH", timedelta(0))
    deleted = await desk.deletes(batch)
    assert {(one.what, one.count) for one in deleted.gone} == {("pages and tables", 1), ("uploads", 1)}
    assert not await here.store.exists(ours) and await here.store.exists(shared)
    assert not await here.store.list(f"batches/{batch}/")
    assert len(await pool.fetch("SELECT 1 FROM batch_item WHERE batch = $1", batch)) == 2


async def test_pictures_go_though_nothing_was_sent_and_a_deletion_died_before(
    client: Client, pool: asyncpg.Pool, here: Studio
) -> None:
    film, others = f"film-{uuid.uuid4().hex}", f"film-{uuid.uuid4().hex}"
    alone, shared = (Recipe(operation="chunk", model=uuid.uuid4().hex) for _ in range(2))
    for recipe, of in ((alone, film), (shared, film), (shared, others)):
        await here.ledger.ensure(recipe.key, recipe.canonical, of)
    ours, theirs = [
        await here.store.put_text("a picture", "image/png", f"{folder_of(recipe.key)}{uuid.uuid4()}-a")
        for recipe in (alone, shared)
    ]
    run, letting_go = ActivityEnvironment(client=client).run, LettingGo(Database(pool))
    deletion = Deletion(letting_go, here.store, Marks(Database(pool), here.store))
    # What was held off is over before anything is removed, and so is the first attempt.
    letting_go.lasts_s = -1.0
    with pytest.raises(ApplicationError, match="too late"):
        await run(deletion.delete_production, DeleteProduction(production=film))
    assert await here.store.exists(ours) and not await letting_go.needs(film)
    del letting_go.lasts_s
    await run(deletion.delete_production, DeleteProduction(production=film))
    assert not await here.store.exists(ours) and await here.store.exists(theirs)
    assert await letting_go.left(film) == {}
    told = await run(deletion.delete_production, DeleteProduction(production=others))
    assert [(one.what, one.count) for one in told.gone] == [("images sent along", 1)]
    assert not await here.store.exists(theirs)


async def test_a_restored_ledger_deletes_nothing_before_somebody_says_so(
    desk: Desk, pool: asyncpg.Pool, here: Studio
) -> None:
    batch, marks = f"batch-{uuid.uuid4().hex[:8]}", Marks(Database(pool), here.store)
    await pool.execute(ITEM, batch, 1, f"{batch}-1", "{}")
    await marks.move()
    backup = await pool.fetchval("SELECT moved FROM ledger_mark")
    for _ in range(2):
        await marks.move()
    await pool.execute("UPDATE ledger_mark SET moved = $1", backup)
    try:
        await refused_until_settled(desk, batch, marks)
    finally:
        # Others share the ledger.
        await marks.settle()


async def refused_until_settled(desk: Desk, batch: str, marks: Marks) -> None:
    for dry_run in (True, False):
        with pytest.raises(WorkflowFailureError) as refused:
            await desk.deletes(batch, dry_run=dry_run)
        assert cause_of(refused.value.cause).type == "LedgerRestored"
    # To look all the same settles nothing.
    await desk.deletes(batch, dry_run=True, after_restore=True)
    assert await marks.restored()
    await desk.deletes(batch, after_restore=True)
    assert not await marks.restored()
    await desk.deletes(batch, dry_run=True)


async def test_what_an_earlier_release_delivered_is_needed_with_all_that_it_is_made_of(
    pool: asyncpg.Pool, here: Studio
) -> None:
    film, letting_go = f"film {uuid.uuid4().hex}", LettingGo(Database(pool))
    chunk = Recipe(operation="chunk", model=uuid.uuid4().hex)
    body = Recipe(operation="segment", model="", inputs={"chunk": chunk.key})
    whole = Recipe(operation="stitch", model="", inputs={"body": body.key})
    for one in (chunk, body, whole):
        await here.ledger.ensure(one.key, one.canonical)
    await pool.execute("INSERT INTO film_cut (film, number, key) VALUES ($1, 1, $2)", film, whole.key)
    assert {need.key for need in await letting_go.needs(film)} == {chunk.key, body.key, whole.key}


async def test_a_run_that_begins_waits_until_the_deletion_is_over(pool: asyncpg.Pool) -> None:
    film, letting_go = f"film {uuid.uuid4().hex}", LettingGo(Database(pool))
    assert not await letting_go.under_way(film)
    assert await letting_go.begin(film, "run") and await letting_go.under_way(film)
    # One whose worker has died holds nobody off for ever.
    await pool.execute("UPDATE deletion SET until = clock_timestamp() WHERE film = $1", film)
    assert not await letting_go.under_way(film) and not await letting_go.renew(film, "run")


async def test_nothing_is_removed_that_may_be_somebody_elses_by_now(here: Studio) -> None:
    key = await here.store.put_text("mine", "text/plain", f"videos/{uuid.uuid4().hex}/page.html")
    with pytest.raises(JobFailed, match="too late"):
        await here.store.discard(key, time.monotonic() - 1)
    assert await here.store.exists(key)
    await here.store.discard(key, time.monotonic() + 60)
    await here.store.discard(key, time.monotonic() + 60)
    assert not await here.store.exists(key)
