"""A film of scenes that a model plans on the real server: repaired once, paid once, and kept whatever a later
release reads in its prompt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from temporalio.client import Client

from activities.film.estimate import estimated
from activities.film.planning import seconds
from activities.film.planning.reading import Reading, read
from activities.models.catalogue import Catalogue
from starter.films import FilmFailed
from tests.support.editing import begun
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, PLANNER, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.contract import Models, VideoRequest
from workflows.film.naming import film_id
from workflows.studio import usd

KONTEXT, KONTEXT_USD = "replicate-flux-kontext-dev", Decimal("0.025")
PICTURES_USD = IMAGE_USD + 2 * (KONTEXT_USD + CHUNK_USD)
PLAN_USD = Catalogue.load().model(PLANNER).price()


def film() -> VideoRequest:
    """Of two scenes, whose pictures nobody approves."""
    return asked(
        image=FLUX,
        video=WAN,
        prompt="A 10 second film about a ceramic coffee mug",
        method="keyframes",
        models=Models(planner=PLANNER, image=FLUX, edit=KONTEXT, video=WAN),
        review="plan",
        partial="deliver",
    )


@pytest.mark.slow
async def test_it_is_repaired_once_and_kept_whatever_its_prompt_is_read_as(
    paid_rig: PaidRig, standins: Standins, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    standins.order("openai", "submit", "bad_plan")
    request = film()
    name = film_id(request)
    async with paid_rig() as (studio, films):
        foreseen = await estimated(studio, request, name)
        assert foreseen.price_usd == PLAN_USD + PICTURES_USD
        assert (foreseen.least_usd, foreseen.most_usd) == (PICTURES_USD, 2 * PLAN_USD + PICTURES_USD)
        assert foreseen.steps[0].model == PLANNER and any("other words" in note for note in foreseen.notes)
        # Begun by a decision, which pays for the plan as well, and says so.
        _, words = await begun(client, request, "upgrade", profile="draft")
        running = films.film(name)
        await until(running, "approve")
        await running.stop()
        first = await running.result()
        assert first.plan and made(standins) == {PLANNER: 2} and first.cost_usd > 0
        of_all = f"for about {usd(PICTURES_USD + first.cost_usd)}"
        assert f"{of_all}, of which {usd(first.cost_usd)} for its plan" in words
        assert [beat.id for beat in first.plan.beats] == ["scene_1", "scene_2"] and first.plan.seconds == 10
        assert first.plan.characters == ("ceramic coffee mug",)
        row = await studio.ledger.look(foreseen.recipes[0])
        assert row and row.done, "its raw answer is kept"
        _reads(monkeypatch, 20)
        kept = await estimated(studio, request, name)
        assert (kept.seconds, kept.price_usd) == (10, PICTURES_USD)
        running = await films.start(request)
        await until(running, "approve")
        await running.stop()
        again = await running.result()
    assert again.plan == first.plan and made(standins) == {PLANNER: 2} and again.cost_usd == 0


@pytest.mark.slow
async def test_an_answer_that_stays_wrong_or_is_refused_fails_the_film_before_any_picture(
    paid_rig: PaidRig, standins: Standins
) -> None:
    async with paid_rig() as (_, films):
        standins.order("openai", "submit", "injected_plan", times=2)
        with pytest.raises(FilmFailed) as refused:
            await (await films.start(film())).result()
        assert refused.value.type == "InvalidPlan" and refused.value.details
        standins.order("openai", "submit", "content_stable", times=9)
        with pytest.raises(FilmFailed) as unwanted:
            await (await films.start(film())).result()
        assert unwanted.value.type == "ContentPolicy"
    assert set(made(standins)) == {PLANNER}


def _reads(monkeypatch: pytest.MonkeyPatch, said: int) -> None:
    """What a later release might read as the length of any prompt."""

    def otherwise(prompt: str) -> Reading:
        return replace(read(prompt), seconds=said)

    monkeypatch.setattr(seconds, "read", otherwise)
    monkeypatch.setattr(seconds, "seconds_of", lambda _: said)
