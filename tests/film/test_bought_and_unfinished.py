"""What was bought and cannot be made ready here: it is on the account of its run, and is not bought again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import pytest

from activities.faults import InvalidInput, JobFailed
from activities.film import chunks, plan, storyboard
from starter.films import Film, FilmFailed
from tests.support.paid import (
    BEAT_USD,
    CHUNK_USD,
    FLUX,
    IMAGE_USD,
    PLANNER,
    WAN,
    PaidRig,
    asked,
    made,
    planned_by,
)
from tests.support.standing import Standins


def always(error: Exception) -> Any:
    def failing(*_: object, **__: object) -> NoReturn:
        raise error

    return failing


async def failed(film: Film, kind: str) -> Decimal:
    """What the failed run says that it has paid, where only its memo is left to say it."""
    with pytest.raises(FilmFailed) as refused:
        await film.result()
    assert refused.value.type == kind, refused.value
    memo = await (await film.describe()).memo()
    assert (await film.progress()).spent_usd == Decimal(memo["cost_usd"])
    return Decimal(memo["cost_usd"])


async def test_an_image_that_cannot_be_fitted_is_paid_for_and_not_bought_of_another_model(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films):
        with monkeypatch.context() as broken:
            broken.setattr(storyboard, "fit_image", always(JobFailed("the disk is full")))
            assert await failed(await films.start(request), "Unfinished") == IMAGE_USD
        assert made(standins) == {FLUX: 1}
        result = await (await films.start(request)).result()
    assert (result.cost_usd, result.spent_usd) == (CHUNK_USD, BEAT_USD) and made(standins) == {
        FLUX: 1,
        WAN: 1,
    }


async def test_a_chunk_that_cannot_be_mended_is_paid_for_and_not_bought_of_another_model(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    standins.order("replicate", "submit", "uneven", match="wan-2.2-i2v")
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films):
        with monkeypatch.context() as broken:
            broken.setattr(chunks, "at_rate", always(JobFailed("the disk is full")))
            assert await failed(await films.start(request), "Unfinished") == BEAT_USD
        assert made(standins) == {FLUX: 1, WAN: 1}
        result = await (await films.start(request)).result()
    assert (result.cost_usd, result.spent_usd) == (Decimal(0), BEAT_USD) and made(standins) == {
        FLUX: 1,
        WAN: 1,
    }


async def test_where_no_try_would_help_the_film_goes_on_and_counts_what_it_paid(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storyboard, "fit_image", always(InvalidInput("it is no picture")))
    request = asked("hero_shot", image=FLUX, video="google-veo-3.1-lite")
    async with paid_rig() as (_, films):
        film = await films.start(request)
        result = await film.result()
        assert result.status == "completed" and len(standins.log("replicate")) == 1
        account = (await film.progress()).spent_usd
    # Its chunk starts from words; whatever that cost, the image is on the same account.
    assert result.cost_usd == account == IMAGE_USD + Decimal("0.30")


async def test_a_plan_that_cannot_be_kept_is_paid_for(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = planned_by(PLANNER, take=6201)
    async with paid_rig() as (_, films):
        with monkeypatch.context() as broken:
            broken.setattr(plan, "Made", always(JobFailed("the disk is full")))
            paid = await failed(await films.start(request), "Unfinished")
    assert 0 < paid < Decimal("0.05") and made(standins) == {PLANNER: 1}


async def test_a_plan_that_stays_unsound_is_paid_for(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("openai", "submit", "injected_plan", times=2)
    async with paid_rig() as (_, films):
        paid = await failed(await films.start(planned_by(PLANNER, take=6200)), "InvalidPlan")
    assert made(standins) == {PLANNER: 2} and paid > 0
