"""Paid once: what is bought, what it costs, what becomes of it when something goes wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from activities.faults import (
    ContentPolicy,
    InvalidInput,
    JobFailed,
    ModelResting,
    OverBudget,
    ProviderUnavailable,
    RateLimited,
    StudioError,
)
from activities.models.call import ModelCall
from activities.models.provider import NotAccepted
from tests.support.buying import TIMES, Asker, Open, paid_recipe
from tests.support.counting import PATIENT, asked
from tests.support.rendering import until
from tests.support.vendor import PRICE, Accepted, Class, Vendor, model
from workflows.studio.facts import Payment
from workflows.studio.standing import JobStanding

pytest_plugins = ["tests.support.buying_fixtures"]

CLASSES: list[Class] = ["lists", "ended", "id", "synchronous"]


@pytest.mark.parametrize("ledger", CLASSES)
async def test_what_is_bought_is_there_and_is_not_bought_again(
    opened: Open, vendor: Vendor, ledger: Class
) -> None:
    here, what = await opened(), paid_recipe(model(ledger))
    bought = await here.buy(what)
    name = f"{what.recipe.key}:{bought.facts['attempt']}"
    assert bought.object == f"renders/{name.replace(':', '/')}" and bought.media.width == 16
    assert not bought.reused and bought.cost_usd == PRICE
    assert bought.payment == Payment(attempt=name, usd=PRICE, certain=True)
    assert await here.store.size(bought.object) == bought.media.bytes
    again = await here.buy(what, usd="0")
    assert again == bought.model_copy(update={"reused": True, "cost_usd": Decimal(0)})
    assert (await here.buy(what, film="film-b", usd="0")).payment is None
    assert vendor.posts == 1 and here.health.successes == 1
    assert await here.phases(what) == ["stored"]


async def test_what_is_new_is_bought_with_few_questions(
    opened: Open, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, what = await opened(times=PATIENT), paid_recipe()
    await here.store.prove()
    said = asked(here.submissions._database, here.store, monkeypatch)
    await here.buy(what)
    # The listing is for a ledger that was restored, the first put for one that will be.
    sends = ["ENTER", "ListObjectsV2", "INTENT", "PutObject", "RECORD", "SURVEY"]
    assert said == [*sends, "PutObject", "DONE", "SURVEY"]
    said.clear()
    await here.buy(what)
    assert said == ["ENTER", "SURVEY", "HeadObject"] and vendor.posts == 1


@pytest.mark.parametrize("ledger", CLASSES)
async def test_two_films_that_want_the_same_pay_once(opened: Open, vendor: Vendor, ledger: Class) -> None:
    vendor.takes_s = 0.2
    what, processes = paid_recipe(model(ledger)), [await opened() for _ in range(3)]
    made = await asyncio.gather(
        *(at.buy(what, film=f"film-{n}") for n, at in enumerate(processes) for _ in range(3))
    )
    assert vendor.posts == len(vendor.jobs) == 1
    assert sum(artifact.cost_usd for artifact in made) == PRICE
    assert [artifact.reused for artifact in made].count(False) == 1
    assert sum(artifact.payment is not None for artifact in made) == 3


async def test_the_providers_own_price_counts_and_a_film_knows_what_it_paid(
    opened: Open, vendor: Vendor
) -> None:
    here, film = await opened(), f"film-{id(vendor)}-{datetime.now(UTC):%H%M%S%f}"
    vendor.jobs_are = lambda job: setattr(job, "cost", Decimal("0.31"))
    first = await here.buy(paid_recipe(), film=film)
    assert first.cost_usd == Decimal("0.31")
    vendor.jobs_are = lambda job: setattr(job, "ends", "failed")
    with pytest.raises(JobFailed) as failed:
        await here.buy(paid_recipe(), film=film)
    assert await here.submissions.payments(film) == [first.payment, failed.value.payment]
    assert failed.value.payment and not failed.value.payment.certain
    assert failed.value.payment.usd == Decimal("0.25"), "what nobody says may have been charged"


async def test_what_costs_more_than_may_be_spent_is_not_sent_and_leaves_no_claim(
    opened: Open, vendor: Vendor
) -> None:
    here, there, what = await opened(), await opened(), paid_recipe()
    with pytest.raises(OverBudget) as over:
        await here.buy(what, usd="0.24")
    assert over.value.needs_usd == PRICE and vendor.posts == 0
    assert await there.submissions.claim(what.recipe.key, "next:1"), "it need not wait for the lease"


async def test_an_attempt_that_runs_needs_no_money(opened: Open, vendor: Vendor) -> None:
    vendor.takes_s = 60.0
    here, there, what = await opened(), await opened(), paid_recipe()
    first = asyncio.create_task(here.buy(what, asker=Asker(why="release")))
    await until(lambda: len(vendor.jobs) == 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    vendor.jobs[0].takes_s = 0.0
    other = await there.buy(what, film="film-b", usd="0")
    assert not other.reused and other.cost_usd == 0 and other.payment is None
    assert (await here.buy(what, usd="0")).payment is not None and vendor.posts == 1


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        (JobFailed("no luck"), JobFailed),
        (ContentPolicy("not that"), ContentPolicy),
        (ProviderUnavailable("all machines are busy"), JobFailed),
        (None, JobFailed),
    ],
)
async def test_a_job_that_fails_says_so_with_what_it_cost(
    opened: Open, vendor: Vendor, why: StudioError | None, kind: type[StudioError]
) -> None:
    def fails(job: Accepted) -> None:
        job.ends, job.why, job.cost = "failed", why, Decimal("0.1")

    vendor.jobs_are = fails
    here, what = await opened(), paid_recipe()
    with pytest.raises(kind) as failed:
        await here.buy(what)
    (sent,) = await here.sent(what)
    assert failed.value.payment == Payment(attempt=sent, usd=Decimal("0.1"), lost=True)
    vendor.jobs_are = lambda job: None
    assert not (await here.buy(what)).reused and vendor.posts == 2


async def test_two_blocks_are_stable_and_three_failures_of_one_run_are_enough(
    opened: Open, vendor: Vendor
) -> None:
    here, blocked, failing = await opened(), paid_recipe(), paid_recipe()
    began = datetime.now(UTC) - timedelta(seconds=5)
    vendor.fates.append(NotAccepted(ContentPolicy("refused at the door"), 422))
    with pytest.raises(ContentPolicy):
        await here.buy(blocked)
    vendor.jobs_are = lambda job: vars(job).update(ends="failed", why=ContentPolicy("seen afterwards"))
    for _ in range(3):
        with pytest.raises(ContentPolicy):
            await here.buy(blocked)
    assert vendor.posts == 2 and await here.phases(blocked) == ["rejected", "failed"]
    vendor.jobs_are = lambda job: vars(job).update(ends="failed")
    for _ in range(5):
        with pytest.raises(JobFailed):
            await here.buy(failing, since=began)
    assert vendor.posts == 5
    vendor.jobs_are = lambda job: None
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert (await here.buy(failing, since=later)).cost_usd == PRICE, "an earlier run's failures count not"


@pytest.mark.parametrize(
    "why", [RateLimited("slowly", 3.0), ProviderUnavailable("no route"), InvalidInput("no such size")]
)
async def test_a_refusal_costs_nothing_and_frees_the_claim(
    opened: Open, vendor: Vendor, why: StudioError
) -> None:
    here, there, what = await opened(), await opened(), paid_recipe()
    vendor.fates.append(NotAccepted(why, 429))
    with pytest.raises(type(why)) as refused:
        await here.buy(what)
    assert refused.value is why and why.payment is None
    assert (await there.buy(what, film="film-b")).cost_usd == PRICE
    assert await here.phases(what) == ["rejected", "stored"]


async def test_a_model_that_rests_is_left_alone(opened: Open, vendor: Vendor) -> None:
    here, known, prepared = await opened(), paid_recipe(), list[str]()

    async def call(folder: Path, tag: str) -> ModelCall:
        prepared.append(tag)
        return await known.call(folder, tag)

    what = replace(known, call=call)
    here.health.resting = ModelResting("five failures", 60.0, moves=True)
    with pytest.raises(ModelResting):
        await here.buy(what)
    # Nor are its pictures put, which each try would put anew.
    assert vendor.posts == 0 and not prepared and await here.submissions.claim(what.recipe.key, "next:1")


async def test_failures_of_the_provider_are_told_and_others_too(opened: Open, vendor: Vendor) -> None:
    """Which of them count is for the breaker to judge, so it hears the error itself."""
    here, policy = await opened(), ContentPolicy("not that")
    vendor.jobs_are = lambda job: vars(job).update(ends="failed", why=policy)
    with pytest.raises(ContentPolicy):
        await here.buy(paid_recipe())
    assert here.health.failures == [policy] and here.health.successes == 0


async def test_whoever_waited_for_a_refusal_does_not_buy_it_again(opened: Open, vendor: Vendor) -> None:
    def fails(job: Accepted) -> None:
        job.takes_s, job.ends, job.why = 0.3, "failed", ContentPolicy("not that")

    vendor.jobs_are = fails
    patient = replace(TIMES, wait=10.0)
    here, there, what = await opened(times=patient), await opened(times=patient), paid_recipe()
    ended = await asyncio.gather(here.buy(what), there.buy(what, film="film-b"), return_exceptions=True)
    assert [type(one) for one in ended] == [ContentPolicy, ContentPolicy] and vendor.posts == 1
    assert [one.payment is not None for one in ended if isinstance(one, ContentPolicy)].count(True) == 1


async def test_how_a_job_stands_is_told(opened: Open, vendor: Vendor) -> None:
    vendor.takes_s, asker, here = 60.0, Asker(), await opened()
    buying = asyncio.create_task(here.buy(paid_recipe(), asker=asker))
    heard = JobStanding(
        state="running", percent=50, position=2, wait_s=7, wait_by="provider", log="50%|█████|"
    )
    await until(lambda: heard in asker.standings)
    vendor.jobs[0].takes_s = 0.0
    await buying
    assert asker.carried and asker.carried.id == vendor.jobs[0].id


async def test_no_secret_and_no_signature_reaches_the_ledger(
    opened: Open, vendor: Vendor, database_url: str
) -> None:
    vendor.inline = False
    await (await opened()).buy(paid_recipe())
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT a::text || r::text AS said FROM attempt a JOIN render r USING (key)"
    )
    await connection.close()
    assert rows and not any("tag=" in row["said"] or "signature=" in row["said"] for row in rows)


async def test_an_order_that_cannot_be_built_sends_nothing_and_frees_the_claim(
    opened: Open, vendor: Vendor
) -> None:
    here, what = await opened(), paid_recipe(prompt="unusable")
    with pytest.raises(InvalidInput):
        await here.buy(what)
    assert vendor.posts == 0 and await here.phases(what) == []
    assert await here.submissions.claim(what.recipe.key, "next:1")
