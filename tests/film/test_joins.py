"""A join that shows is told of, or mended by one more take within the budget, which stands only where it
joins better; what it cost stands in the account, and asking again changes nothing."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest

from activities.film.estimate import estimated
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft
from workflows.film.seams import SHOWS

RED, BLUE = "A red mug on a table", "A blue mug on a shelf"
PLAN = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=10, prompt=RED),
        BeatDraft(id="call_to_action", seconds=10, prompt=BLUE),
    )
)
#: Two images, and two chunks of each shot.
FILM_USD = 2 * IMAGE_USD + 4 * CHUNK_USD


@pytest.mark.slow
async def test_one_more_take_within_the_budget_stands_where_it_joins_better(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = asked(image=FLUX, video=WAN, plan=PLAN, partial="deliver", joins="retake", budget_usd=FILM_USD)
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        while made(standins)[WAN] < 2:
            await asyncio.sleep(0.02)
        # Of one shot the second chunk shows another scene; of the other so does every take of it.
        for words, times in ((RED, 1), (BLUE, 2)):
            standins.order("replicate", "submit", "begins_elsewhere", times=times, match=words)
        first = await film.result()
        assert made(standins) == {FLUX: 2, WAN: 4} and first.cost_usd == FILM_USD
        assert [beat.shows for beat in first.beats] == ["draft-1", "draft-1"] and first.whole
        assert [beat.seams[0] > SHOWS for beat in first.beats] == [True, True]
        told = [one for one in first.warnings if f"reel retake {film.id} hero_shot --chunk 2" in one]
        assert len(told) == 1 and "the budget leaves less than $0.11" in told[0]
        enough = request.model_copy(update={"budget_usd": Decimal(5)})
        shown = await estimated(studio, enough, film.id)
        second = await (await films.start(enough)).result()
        third = await (await films.start(enough)).result()
        payments = await studio.ledger.payments(film.id)
        rows = (await film.progress()).beats
        left = await estimated(studio, enough, film.id)
    assert made(standins) == {FLUX: 2, WAN: 6} and second.cost_usd == 2 * CHUNK_USD == shown.price_usd
    assert [beat.shows for beat in second.beats] == ["draft-2", "draft-1"] and second.whole
    assert second.beats[0].seams[0] <= SHOWS < second.beats[1].seams[0]
    assert second.beats[0].chunks[0] == first.beats[0].chunks[0]
    assert any("one more take of it was no better" in one for one in second.warnings)
    # What did not stand is there all the same, for whoever likes it better.
    assert {one.name: one.state for one in rows[1].versions}["draft-2"] == "finished"
    assert third.cost_usd == left.price_usd == 0 and third.cut == second.cut
    assert sum(payment.usd for payment in payments) == third.spent_usd == FILM_USD + 2 * CHUNK_USD
    assert [beat.shows for beat in third.beats] == ["draft-2", "draft-1"]


@pytest.mark.slow
async def test_a_join_that_shows_is_told_of_unless_nobody_wants_to_hear(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = asked(image=FLUX, video=WAN, plan=PlanDraft(beats=PLAN.beats[:1]))
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        while made(standins)[WAN] < 1:
            await asyncio.sleep(0.02)
        standins.order("replicate", "submit", "begins_elsewhere", match=RED)
        result = await film.result()
        manifest = json.loads(await studio.read(str(result.manifest)))
        page = (await studio.read(str(result.report))).decode()
        silent = await (await films.start(request.model_copy(update={"joins": "off"}))).result()
    (beat,) = result.beats
    assert made(standins) == {FLUX: 1, WAN: 2} and beat.seams[0] > SHOWS
    said = f"reel retake {film.id} hero_shot --chunk 2"
    told = [[one for one in each.warnings if said in one] for each in (result, silent)]
    assert [len(each) for each in told] == [1, 0] and silent.beats == result.beats
    assert len(beat.colours) == 2 and beat.colours[0].before < 6 < beat.colours[1].before
    assert manifest["beats"][0]["seams"] == [*beat.seams]
    assert manifest["beats"][0]["colours"] == [one.model_dump() for one in beat.colours]
    assert f"Joins {beat.seams[0]:.2f}" in page
