"""A batch of films on the real studio: drawn for nothing, looked at, and bought once they are approved."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from activities.studio.caps import Caps
from infra.caps import cap_of
from tests.support.film_batches import FREE, PAID, FilmBatches, FilmBatchRig, films, uploaded
from tests.support.film_batches import film_batches as film_batches
from tests.support.paid import BEAT_USD
from tests.support.standing import Standins
from workflows.batch.contract import Counts

pytestmark = pytest.mark.slow
PRODUCTS = ("copper kettle", "linen apron", "oak board", "glass jar", "iron pan")


async def found(batches: FilmBatches, batch: str) -> set[str]:
    """The runs that operators find by its id."""
    listed = batches.client.list_workflows(f"ReelBatch = '{batch}'")
    return {f"{one.id} {one.run_id}" async for one in listed}


def made(standins: Standins) -> int:
    """How many jobs came to their end."""
    return len([one for one in standins.log() if one["state"] == "succeeded"])


async def test_films_of_a_table_are_drawn_looked_at_approved_and_bought_once(
    film_batches: FilmBatchRig, standins: Standins, tmp_path: Path
) -> None:
    async with film_batches() as batches:
        source = await uploaded(batches.studio.store, tmp_path, PRODUCTS)
        free = await batches.start(films(source, FREE, name="Drafts", budget_usd=None))
        drawn = await batches.result(free)
        assert (drawn.status, drawn.counts) == ("completed", Counts(completed=5))
        assert not drawn.spent_usd and not standins.log()
        # What costs nothing is held to nothing.
        assert (await batches.progress(free)).budget_usd is None

        run = await batches.start(request := films(source, PAID, name="Paid", review="cut"))
        waiting = await batches.result(run)
        rows = await batches.rows(run.id)
        assert (waiting.status, waiting.counts) == ("completed", Counts(awaiting_review=5))
        assert not waiting.spent_usd and not standins.log()
        assert all(row["delivered"] and not row["reserved_usd"] and row["approval"] for row in rows)
        for row in rows:
            assert await batches.studio.store.size(row["delivered"])

        assert await batches.ask(run, "approve", items=["2"]) == "1 item goes on"
        assert (await batches.result(run)).counts == Counts(awaiting_review=4, completed=1)
        await batches.ask(run, "approve", items=["3-4", rows[0]["item"]])
        await batches.ask(run, "approve")
        bought = await batches.result(run)
        after = await batches.rows(run.id)
        items = [row["item"] for row in after]
        assert bought.counts == Counts(completed=5) and all(row["whole"] for row in after)
        # A job that a busy machine has cancelled for its time is paid, too, and made again.
        assert bought.spent_usd == await batches.paid(items) >= 5 * BEAT_USD
        assert [row["spent_usd"] for row in after] == [await batches.paid([item]) for item in items]
        assert made(standins) == 10, "each image and each chunk once"
        submits = len(standins.log())
        assert {f"{row['item']} {row['run']}" for row in (*rows, *after)} <= await found(batches, run.id)

        described = await batches.client.get_workflow_handle(items[0]).describe()
        priority = described.raw_description.workflow_execution_info.priority
        assert (priority.priority_key, priority.fairness_key) == (4, run.id)

        again = await batches.result(await batches.start(request))
        assert (again.counts, again.cost_usd) == (bought.counts, Decimal(0))
        assert again.spent_usd == bought.spent_usd
        # The same films in another batch: all of it is there, and it is held to its budget all the same.
        # It runs alone of its user, for it counts as one: its items run in its place.
        caps = Caps(batches.studio.storage.database)
        await caps.set(cap_of("user:anna", "1"))
        other = await batches.start(films(source, PAID, name="Once more", user="anna", budget_usd=None))
        found_again = await batches.result(other)
        # Others share the ledger.
        await caps.set(cap_of("user:anna", "none"))
        assert found_again.counts == Counts(completed=5) and not found_again.spent_usd
        assert (await batches.progress(other)).budget_usd == 5
        assert len(standins.log()) == submits
        own = [row["item"] for row in await batches.rows(other.id)]
        whose = await batches.asked("SELECT DISTINCT user_name FROM made_for WHERE film = ANY($1)", own)
        assert [row["user_name"] for row in whose] == ["anna"]
