"""A model that ceases to answer: what it made is found for ever, and nothing more is bought from it."""

from __future__ import annotations

from datetime import date

import pytest

from activities.film.estimate import estimated
from activities.models.catalogue import Catalogue
from starter.films import FilmFailed
from tests.support.paid import FLUX, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft
from workflows.film.naming import film_id


def without(model: str) -> Catalogue:
    """The catalogue of a day on which the model is gone."""
    known = Catalogue.load()
    gone = known.model(model).model_copy(update={"retires_at": date(2026, 1, 1)})
    return known.model_copy(update={"models": {**known.models, model: gone}})


@pytest.mark.slow
async def test_a_film_of_a_retired_model_is_found_and_gone_on_with(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN)
    beats = (BeatDraft(id="hero_shot", seconds=5, action="It turns"), request.plan.beats[1])  # type: ignore[union-attr]
    changed = request.model_copy(update={"plan": PlanDraft(beats=beats)})
    async with paid_rig() as (_, films):
        first = await (await films.start(request)).result()
    async with paid_rig(catalogue=without(WAN)) as (studio, films):
        assert (await estimated(studio, request, film_id(request))).price_usd == 0
        again = await (await films.start(request)).result()
        assert again.status == "completed" and again.cost_usd == 0 and again.beats == first.beats
        # What it has not made is another model's.
        other = await (await films.start(changed, film_id(request))).result()
    assert other.status == "completed" and any(f"instead of {WAN}" in said for said in other.warnings)
    assert made(standins)[WAN] == 2 and made(standins)["fal-wan-2.2-a14b"] == 1


async def test_a_new_film_does_not_begin_with_a_retired_model(paid_rig: PaidRig, standins: Standins) -> None:
    async with paid_rig(catalogue=without(WAN)) as (_, films):
        with pytest.raises(FilmFailed, match="was retired on 2026-01-01") as refused:
            await (await films.start(asked("hero_shot", image=FLUX, video=WAN))).result()
    assert refused.value.type == "Miscast" and standins.log() == []
