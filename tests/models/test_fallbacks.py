"""Work moves to another model when one has used up its tries, within one step and without a breaker."""

from __future__ import annotations

from decimal import Decimal

import asyncpg
import pytest

from activities.faults import JobFailed, RateLimited
from activities.models.breaker import is_its_fault
from activities.models.catalogue import Catalogue
from tests.support.buying import Open, paid_recipe
from tests.support.paid import FLUX, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from tests.support.vendor import Accepted, Vendor

pytest_plugins = ["tests.support.buying_fixtures"]


@pytest.mark.slow
async def test_a_step_whose_tries_are_used_up_moves_to_the_fallback(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    for fault, times in (("capacity", 1), ("failed", 2)):
        standins.order("replicate", "submit", fault, times, match=WAN.removeprefix("replicate-"))
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films), asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        result = await (await films.start(request)).result()
        bought = made(standins)
        again = await (await films.start(request)).result()
        failures = await pool.fetchval("SELECT failures FROM provider_health WHERE model = $1", WAN)
        await pool.execute("DELETE FROM provider_health WHERE model = $1", WAN)
    fallback = Catalogue.load().model(WAN).fallbacks[0]
    assert result.status == "completed" and bought[WAN] == 3 and bought[fallback] >= 1
    assert any(f"made with {fallback} instead of {WAN}" in said for said in result.warnings)
    assert failures >= 3, "they count against the model"
    assert made(standins) == bought and again.cost_usd == Decimal(0), "the choice is remembered"


async def test_a_step_whose_model_is_no_more_moves_at_once(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("replicate", "submit", "404", match=WAN.removeprefix("replicate-"))
    async with paid_rig() as (_, films):
        result = await (await films.start(asked("hero_shot", image=FLUX, video=WAN))).result()
    fallback = Catalogue.load().model(WAN).fallbacks[0]
    assert result.status == "completed" and WAN not in made(standins) and made(standins)[fallback] >= 1
    assert any(f"made with {fallback} instead of {WAN}" in said for said in result.warnings)
    assert any("choose another" in said for said in result.warnings), "why, in words to act on"


async def test_a_job_that_ends_for_want_of_capacity_counts_against_its_model(
    opened: Open, vendor: Vendor
) -> None:
    here, what = await opened(), paid_recipe()

    def full(job: Accepted) -> None:
        job.ends, job.why = "failed", RateLimited("high load", 1.0)

    vendor.jobs_are = full
    with pytest.raises(JobFailed, match="high load"):
        await here.buy(what)
    assert [is_its_fault(why) for why in here.health.failures] == [True]
