"""Models verified on the stand-ins: each lie is found, what is true is clean, and nothing is paid twice."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from functools import partial

import pytest
from temporalio.client import Client

from infra.standins.pictures import films, making
from tests.support.paid import TIMES, PaidRig
from tests.support.standing import Standins
from tests.support.verifying import begun, differing, of_all, verified

FLUX = "replicate-flux-schnell"
#: Of a model: who sells it, what its requests are known by, what goes wrong, and the field that shows it.
LIES = {
    "fal-flux-schnell": ("fal", "flux/schnell", "wrong_input", "request"),
    "fal-flux-dev": ("fal", "flux/dev", "wrong_cost", "bill"),
    "fal-gpt-image-2.5-flare": ("fal", "flare", "wrong_size", "size"),
    "fal-gpt-image-2.5-sunburst": ("fal", "sunburst", "failed", "job"),
    "openai-gpt-5.4-mini": ("openai", "gpt-5.4-mini", "wrong_cost", "bill"),
    "openai-gpt-5.4": ("openai", "gpt-5.4\n", "wrong_input", "tag"),
    "replicate-wan-2.2-i2v-fast": ("replicate", "wan-2.2", "wrong_duration", "length"),
}
TRUE = ("google-gemini-3.5-flash", "google-gemini-3.1-flash-image")


@pytest.mark.slow
async def test_each_lie_is_found_and_what_is_true_is_clean(
    paid_rig: PaidRig, standins: Standins, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As large as it is sold.
    monkeypatch.setattr(making, "film", films.film)
    for seller, match, kind, _ in LIES.values():
        standins.order(seller, "submit", kind, match=match)
    async with paid_rig():
        told = await verified(client, of_all(*LIES, *TRUE))
    wrong = {name: set(differing(one)) for name, one in told.items()}
    assert wrong == {name: {LIES[name][3]} if name in LIES else set() for name in told}, told
    states = {name: one.state for name, one in told.items()}
    assert states.pop("fal-gpt-image-2.5-sunburst") == "failed"
    assert states == {**dict.fromkeys(states, "differs"), **dict.fromkeys(TRUE, "verified")}
    assert differing(told["replicate-wan-2.2-i2v-fast"])["length"] == ("81 frames", "48 frames")
    assert differing(told["fal-flux-dev"])["bill"] == ("$0.025", "$0.00")


@pytest.mark.slow
async def test_a_job_that_is_listed_late_or_never_is_told(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    standins.order("replicate", "submit", "slow_listing", match="flux-schnell")
    standins.order("fal", "submit", "never_listed", match="flux/dev")
    async with paid_rig():
        told = await verified(client, of_all(FLUX, "fal-flux-dev"))
    late, never = differing(told[FLUX]), differing(told["fal-flux-dev"])
    assert late.keys() == never.keys() == {"listing"}, told
    assert never["listing"][1].startswith("not ") and not late["listing"][1].startswith("not ")


@pytest.mark.slow
async def test_a_clock_that_is_off_is_told_apart_from_a_listing_that_lacks_the_job(
    paid_rig: PaidRig, standins: Standins, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with paid_rig():
        for skew_s, how in ((100, "ahead"), (-100, "behind")):
            assert abs(skew_s) > TIMES.adrift
            monkeypatch.setattr(standins.desk, "now", partial(_clock, skew_s))
            told = await verified(client, of_all(FLUX))
            ((field, (_, seen)),) = differing(told[FLUX]).items()
            assert field == "clock" and seen.endswith(f"s {how}")


def _clock(skew_s: float) -> float:
    return time.time() + skew_s


@pytest.mark.slow
async def test_a_run_that_was_killed_finds_its_job_and_a_day_pays_once(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    asked = of_all(FLUX, "fal-flux-dev", budget="0.01")
    async with paid_rig():
        killed = await begun(client, asked)
        while not standins.posts("replicate"):
            await asyncio.sleep(0.05)
        await killed.terminate()
        told = await verified(client, asked)
        again = await verified(client, asked)
    assert told[FLUX].state == "verified" and told[FLUX].usd == Decimal("0.003")
    unpaid = told["fal-flux-dev"]
    assert unpaid.state == "not_run" and unpaid.words == "the budget leaves less than its price, $0.025"
    assert again == told
    assert (standins.posts("replicate"), standins.posts("fal")) == (1, 0)
