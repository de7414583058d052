"""A ledger that was brought back from a backup: nothing that was sent since is bought a second time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from activities.faults import ContentPolicy, SubmitOutcomeUnknown
from activities.ledger.purchase import PaidRecipe
from activities.models.provider import Job, NotAccepted
from activities.running.attempt import CarriedJob
from tests.support.buying import Asker, BuyerProcess, Open, paid_recipe
from tests.support.rendering import until
from tests.support.vendor import PRICE, Class, Vendor, model

pytest_plugins = ["tests.support.buying_fixtures"]


async def restored(pool: asyncpg.Pool, what: PaidRecipe, known: bool = False) -> None:
    """As of a moment before anything was sent: the recipe was `known`, or not even that."""
    key = what.recipe.key
    await pool.execute("DELETE FROM attempt WHERE key = $1", key)
    await pool.execute("DELETE FROM need WHERE key = $1", key)
    if known:
        await pool.execute(
            "UPDATE render SET state = 'open', object = NULL, facts = NULL, made_by = NULL, done_at = NULL, "
            "attempts = 0, epoch = 1, owner = NULL, lease_until = '-infinity' WHERE key = $1",
            key,
        )
    else:
        await pool.execute("DELETE FROM render WHERE key = $1", key)


async def forgotten(here: BuyerProcess, what: PaidRecipe, root: Path) -> None:
    """What was made had not come home yet, neither to the bucket nor to this disk, of whichever attempt."""
    for object in await here.store.list(f"renders/{what.recipe.key}/"):
        if not object.endswith(".sent"):
            await here.store.discard(object)
    for file in root.rglob(f"*{what.recipe.key}*"):
        file.unlink()


@pytest.mark.parametrize("ledger", ["lists", "ended", "id", "synchronous"])
async def test_what_is_in_the_bucket_is_bought_no_second_time(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool, ledger: Class
) -> None:
    here, what = await opened(), paid_recipe(model(ledger))
    first = await here.buy(what)
    await restored(pool, what)
    again = await here.buy(what)
    assert vendor.posts == 1 and again.object == first.object and again.media == first.media
    # What it cost is known again, and whose it was.
    assert [
        one.usd for one in await here.submissions.payments("film-a") if what.recipe.key in one.attempt
    ] == [PRICE]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("tags", [True, False])
async def test_a_job_that_runs_is_found_in_the_listing(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool, known: bool, tags: bool
) -> None:
    vendor.takes_s, vendor.carries_tags = 3.0, tags
    here, there, what = await opened(), await opened(), paid_recipe()
    before = asyncio.create_task(here.buy(what))
    await until(lambda: bool(vendor.jobs))
    await asyncio.sleep(0.2)
    before.cancel()
    await asyncio.wait({before})
    await restored(pool, what, known)
    bought = await there.buy(what)
    assert vendor.posts == 1 and bought.cost_usd == PRICE and vendor.jobs[0].cancels == 0


async def test_a_job_whose_activity_lives_on_is_its_own(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    """Of a provider that lists nothing: the heartbeats have the id."""
    here, what, asker = await opened(), paid_recipe(model("id")), Asker()
    await here.buy(what, asker=asker)
    await forgotten(here, what, tmp_path)
    job = vendor.jobs[0]
    asker.carried = CarriedJob(key=what.recipe.key, n=1, id=job.id, links=dict(Job(job.id).links))
    await restored(pool, what)
    vendor.takes_s = 0.0
    assert (await here.buy(what, asker=asker)).key == what.recipe.key and vendor.posts == 1


@pytest.mark.parametrize("ledger", ["id", "synchronous"])
async def test_elsewhere_a_person_decides(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool, ledger: Class, tmp_path: Path
) -> None:
    here, there, what = await opened(), await opened(), paid_recipe(model(ledger, run_limit_s=30))
    await here.buy(what)
    await forgotten(here, what, tmp_path)
    await restored(pool, what)
    with pytest.raises(SubmitOutcomeUnknown):
        await there.buy(what)
    assert vendor.posts == 1


async def test_what_was_never_accepted_is_forgotten_with_it(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool
) -> None:
    here, what = await opened(), paid_recipe(model("id"))
    vendor.fates.append(NotAccepted(ContentPolicy("not that")))
    with pytest.raises(ContentPolicy):
        await here.buy(what)
    await restored(pool, what)
    assert not (await here.buy(what)).reused and vendor.posts == 2


async def test_a_cap_has_to_have_no_room_for_what_was_sent_before(
    opened: Open, vendor: Vendor, pool: asyncpg.Pool
) -> None:
    here, what = await opened(), paid_recipe(model("id"))
    await here.buy(what)
    await restored(pool, what)
    await pool.execute("INSERT INTO cap (scope, kind, most, said_by) VALUES ('studio', 'day', 0, 'person')")
    try:
        assert (await here.buy(what)).key == what.recipe.key and vendor.posts == 1
    finally:
        await pool.execute("DELETE FROM cap WHERE scope = 'studio' AND kind = 'day'")
