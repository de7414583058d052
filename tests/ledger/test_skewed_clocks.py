"""A provider whose clock is ten minutes off: whatever it was paid for is found all the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.faults import SubmitOutcomeUnknown
from activities.ledger.orphan_rows import Sent
from activities.ledger.sweep import adoptions
from activities.ledger.times import Times
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.provider import Job, ListedJob, Provider
from activities.models.providers.fal import Fal
from activities.models.providers.replicate import Replicate
from activities.storage.fetch import Fetch
from tests.support.buying import TIMES, BuyerProcess, Open, paid_recipe
from tests.support.rendering import until
from tests.support.standing import Standins, standing
from tests.support.vendor import PRICE, Accepted, Vendor, model

pytest_plugins = ["tests.support.buying_fixtures"]

TEN_MINUTES = 600.0
#: By the clock of these tests, which is a hundred times as fast; on the wire it is ten times as fast.
ADRIFT_S = TEN_MINUTES / 100
SLOWER = Times().divided(10)
SEES = model(
    "lists",
    id="vendor-sees",
    image_input=True,
    parameters={"prompt": "prompt", "seed": "seed", "image": "image"},
)


@pytest.mark.parametrize("adrift_s", [-ADRIFT_S, -TIMES.skew * 2, ADRIFT_S])
@pytest.mark.parametrize("tags", [True, False])
async def test_a_job_whose_answer_was_lost_is_found(
    opened: Open, vendor: Vendor, adrift_s: float, tags: bool
) -> None:
    here, what = await opened(), paid_recipe()
    vendor.adrift_s, vendor.carries_tags = adrift_s, tags
    vendor.fates.append("after")
    assert (await here.buy(what)).cost_usd == PRICE
    assert vendor.posts == 1 and await here.phases(what) == ["stored"]


@pytest.mark.parametrize("adrift_s", [-ADRIFT_S, ADRIFT_S])
async def test_what_was_never_accepted_is_sent_again(opened: Open, vendor: Vendor, adrift_s: float) -> None:
    """The jobs of others that a wide window shows are no reason to ask a person."""
    here, what = _knowing(await opened(), SEES), paid_recipe(SEES)
    vendor.adrift_s, vendor.carries_tags = adrift_s, False
    assert (await here.buy(paid_recipe(SEES))).cost_usd == PRICE
    vendor.fates.append("lost")
    assert (await here.buy(what)).cost_usd == PRICE
    assert await here.phases(what) == ["absent", "stored"]


async def test_a_job_that_may_be_ours_by_its_hour_alone_is_a_persons(opened: Open, vendor: Vendor) -> None:
    """The listing shows another address of the image than was sent, and an hour before we sent it."""
    here, what = _knowing(await opened(), SEES), paid_recipe(SEES)
    vendor.adrift_s, vendor.carries_tags = -ADRIFT_S, False
    vendor.jobs_are = lambda job: setattr(job, "fingerprint", f"rewritten {job.id}")
    vendor.fates.append("after")
    with pytest.raises(SubmitOutcomeUnknown):
        await here.buy(what)
    assert vendor.posts == 1


@pytest.mark.parametrize("ends", ["succeeded", "failed"])
async def test_a_job_of_a_risk_that_was_taken_is_used_and_its_failure_is_not(
    opened: Open, vendor: Vendor, ends: str
) -> None:
    """The same request was lost before, and written off: only its success may pass for the second one's."""
    here, what = await opened(), paid_recipe(model("ended", run_limit_s=30))
    vendor.carries_tags, vendor.adrift_s = False, ADRIFT_S
    first = _Ends(takes_s=2.0, ends=ends)
    vendor.jobs_are = first
    vendor.fates.extend(["after", "after"])
    with pytest.raises(SubmitOutcomeUnknown) as unknown:
        await here.buy(what)
    await here.buyer.resolve(unknown.value.attempt)
    await until(lambda: vendor.jobs[0].state == ends)
    vendor.jobs_are = _Ends(takes_s=60.0, ends="succeeded")
    if ends == "succeeded":
        assert (await here.buy(what)).payment
    else:
        with pytest.raises(SubmitOutcomeUnknown):
            await here.buy(what)
    assert vendor.posts == 2, "the second job runs, and was bought again beside it"


def _knowing(here: BuyerProcess, one: Model) -> BuyerProcess:
    here.buyer._services.roster.catalogue.models[one.id] = one  # type: ignore[index]
    return here


class _Ends:
    def __init__(self, takes_s: float, ends: str) -> None:
        self._facts = {"takes_s": takes_s, "ends": ends}

    def __call__(self, job: Accepted) -> None:
        vars(job).update(self._facts)


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_a_job_that_nobody_knows_is_its_attempts_whatever_its_hour(minutes: int) -> None:
    now, adrift = datetime(2026, 11, 26, tzinfo=UTC), timedelta(seconds=Times().adrift)
    job = ListedJob(Job("late"), now + timedelta(minutes=minutes), None, "same")
    absent = Sent("k", 1, "tag-1", "absent", "same", None, now)
    refused = Sent("k", 2, "tag-2", "rejected", "same", None, now + timedelta(minutes=2))
    assert adoptions([job], [refused, absent], adrift) == [("k", 1, job.job)]
    assert adoptions([job], [absent, replace(refused, phase="intent")], adrift) == []


# ---- on the wire


@pytest.mark.parametrize("adrift_s", [-10 * ADRIFT_S, 10 * ADRIFT_S])
@pytest.mark.parametrize("name", ["replicate", "fal"])
async def test_no_filter_on_a_providers_times_hides_a_job(
    opened: Open, tmp_path: Path, name: str, adrift_s: float
) -> None:
    catalogue = Catalogue.load()
    entry, refusals = catalogue.model(f"{name}-flux-schnell"), catalogue.providers[name].refusals
    with standing(tmp_path / "desk", clock=lambda: time.time() + adrift_s) as standins:
        provider = _provider(name, standins, frozenset(refusals))
        fetch = Fetch([standins.root])
        here = _knowing(await opened(times=SLOWER, providers={name: provider}, fetch=fetch), entry)
        standins.order(name, "submit", "drop_after")
        try:
            async with asyncio.timeout(60):
                assert (await here.buy(paid_recipe(entry, f"a mug {adrift_s}"))).payment
        finally:
            await provider.close()
            await fetch.close()
        assert len(standins.log(name)) == 1


def _provider(name: str, standins: Standins, refusals: frozenset[int]) -> Provider:
    if name == "fal":
        return Fal("id:secret", refusals=refusals, base_url=standins.url(name))
    return Replicate("r8_token", refusals=refusals, base_url=standins.url(name))
