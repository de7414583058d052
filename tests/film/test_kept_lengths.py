"""A release that changes what a model makes covers no old film by other chunks."""

from __future__ import annotations

from decimal import Decimal

from activities.film.estimate import estimated
from activities.film.studio import FilmStudio
from activities.models.catalogue import Catalogue
from activities.models.kinds import Length, VideoModel
from tests.support.paid import CHUNK_USD, FLUX, WAN, PaidRig, asked, made, made_of, until
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft
from workflows.film.naming import film_id

NOW = Catalogue.load()
#: Two of them cover 5 s for less than one of today's.
SHORT = Length.model_validate({"asked_s": "3", "frames": 49, "price_usd": "0.01", "sent": 49})


def later(*lengths: Length, fps: str = "16") -> Catalogue:
    # It takes references by then, which no film of before was made with.
    told = {"lengths": lengths, "fps": fps, "references": 2}
    model = NOW.of(VideoModel, WAN).model_copy(update=told)
    return NOW.model_copy(update={"models": {**NOW.models, WAN: model}})


async def test_a_film_keeps_the_lengths_and_the_rate_of_its_models(
    paid_rig: PaidRig, standins: Standins
) -> None:
    # Two chunks of today's length: the second goes on from the first.
    long = PlanDraft(beats=(BeatDraft(id="hero_shot", seconds=10),))
    request = asked("hero_shot", image=FLUX, video=WAN, plan=long)
    film = film_id(request)
    async with paid_rig() as (_, films):
        first = await made_of(films, request, film)
    posts = made(standins)
    assert posts[WAN] == 2
    usual = NOW.of(VideoModel, WAN).lengths
    async with paid_rig(catalogue=later(SHORT, *usual, fps="20")) as (studio, films):
        assert (await estimated(studio, request, film)).price_usd == 0
        keeping, models = FilmStudio.of(studio).keeping, [studio.catalogue.of(VideoModel, WAN)]
        facts = [await keeping.facts(name, models, request) for name in (film, "another")]
        assert [one.references for (one,) in facts] == [0, 2]
        again = await made_of(films, request, film)
        assert again.cost_usd == 0 and made(standins) == posts and again.beats == first.beats


async def test_a_length_that_is_made_no_more_moves_the_step(paid_rig: PaidRig, standins: Standins) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN, budget_usd=CHUNK_USD / 2)
    film = film_id(request)
    async with paid_rig() as (_, films):
        started = await films.start(request, film)
        await until(started, "set_budget")
        await started.stop()
        await started.result()
    async with paid_rig(catalogue=later(SHORT)) as (_, films):
        result = await made_of(films, request.model_copy(update={"budget_usd": Decimal(2)}), film)
    assert any("makes no chunks of 5 s any more" in said for said in result.warnings), result.warnings
    assert made(standins)[WAN] == 0
