"""Whole films on the stand-ins: paid once, within the budget, and whatever a provider does."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import asyncpg
import pytest

from activities.models.kinds import VideoModel
from tests.support.paid import BEAT_USD, CHUNK_USD, FLUX, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft

#: (image, video) of every ledger class.
CLASSES = {
    "lists": (FLUX, WAN),
    "ended": ("fal-flux-schnell", "fal-wan-2.2-a14b"),
    "synchronous and id": ("openai-gpt-image-2.5-flare", "google-veo-3.1-lite"),
}


@pytest.mark.parametrize("models", CLASSES.values(), ids=CLASSES)
async def test_the_same_film_twice_costs_once(
    paid_rig: PaidRig, standins: Standins, models: tuple[str, str]
) -> None:
    request = asked("hero_shot", image=models[0], video=models[1])
    async with paid_rig() as (studio, films):
        first = await (await films.start(request)).result()
        posts = len(standins.log())
        again = await (await films.start(request)).result()
    assert first.status == again.status == "completed" and first.frames == 40
    image, video = studio.catalogue.model(models[0]), studio.catalogue.of(VideoModel, models[1])
    least = image.price() + min(video.price(each.asked_s) for each in video.lengths)
    assert first.cost_usd >= least / 2 and again.cost_usd == 0
    assert first.spent_usd == again.spent_usd == first.cost_usd
    assert len(standins.log()) == posts and again.made == 0 < again.reused


async def test_two_films_of_one_request_at_the_same_moment_pay_once(
    paid_rig: PaidRig, standins: Standins
) -> None:
    mine = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films):
        started = [await films.start(mine.model_copy(update={"user": name})) for name in ("ann", "bob")]
        results = await asyncio.gather(*(film.result() for film in started))
    assert started[0].id != started[1].id and made(standins) == {FLUX: 1, WAN: 1}
    assert sum(result.cost_usd for result in results) == BEAT_USD
    assert {result.video is not None for result in results} == {True}


@pytest.mark.slow
async def test_a_changed_beat_pays_for_that_beat(paid_rig: PaidRig, standins: Standins) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN)
    beats = (
        BeatDraft(id="hero_shot", seconds=5, action="It turns"),
        BeatDraft(id="call_to_action", seconds=5),
    )
    async with paid_rig() as (_, films):
        first = await (await films.start(request)).result()
        changed = request.model_copy(update={"plan": PlanDraft(beats=beats)})
        second = await (await films.start(changed)).result()
    assert (first.cost_usd, second.cost_usd) == (2 * BEAT_USD, CHUNK_USD)


# ---- money -----------------------------------------------------------------------------------------


async def test_at_the_limit_a_film_waits_for_a_budget(paid_rig: PaidRig, standins: Standins) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN, budget_usd=Decimal("0.2"))
    async with paid_rig() as (_, films):
        film = await films.start(request)
        waiting = await until(film, "set_budget")
        assert waiting.spent_usd <= Decimal("0.2") == waiting.budget_usd
        await film.set_budget(Decimal("0.5"))
        result = await film.result()
        assert result.status == "completed" and result.spent_usd == 2 * BEAT_USD
        # What was granted outlives the run, and what is there needs no money.
        again = await (await films.start(request)).result()
    assert again.status == "completed" and again.cost_usd == 0 and made(standins)[WAN] == 2


# ---- what providers do -----------------------------------------------------------------------------


async def test_a_random_block_is_tried_again_as_given(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("replicate", "submit", "content_random", match="wan-2.2-i2v")
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films):
        result = await (await films.start(request)).result()
    assert result.status == "completed" and not result.warnings
    assert made(standins) == {FLUX: 1, WAN: 2}
    assert len({one["input"]["prompt"] for one in standins.log()[1:]}) == 1


async def test_a_stable_block_goes_up_the_ladder_and_a_resume_starts_there(
    paid_rig: PaidRig, standins: Standins
) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN)
    standins.order("replicate", "submit", "content_stable", match="flux-schnell")
    async with paid_rig() as (_, films):
        result = await (await films.start(request)).result()
        images = made(standins)
        again = await (await films.start(request)).result()
    assert result.status == "completed" and any("softer words" in said for said in result.warnings)
    assert again.cost_usd == 0 and made(standins) == images
    assert images[FLUX] == 3 and [beat.storyboard for beat in result.beats] != [None]
    assert [beat.storyboard for beat in again.beats] == [beat.storyboard for beat in result.beats]


async def test_a_lost_answer_is_found_where_the_provider_lists(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("replicate", "submit", "drop_after", times=2)
    async with paid_rig() as (_, films):
        result = await (await films.start(asked("hero_shot", image=FLUX, video=WAN))).result()
    assert (result.status, result.cost_usd) == ("completed", BEAT_USD)
    assert made(standins) == {FLUX: 1, WAN: 1}


@pytest.mark.parametrize("decision", ["accept_risk", "give_up"])
async def test_a_lost_answer_is_held_where_it_does_not(
    paid_rig: PaidRig, standins: Standins, decision: str
) -> None:
    image, video = CLASSES["synchronous and id"]
    standins.order("google", "submit", "drop_after")
    step = "chunk:hero_shot:1"
    async with paid_rig() as (_, films):
        film = await films.start(asked("hero_shot", image=image, video=video))
        waiting = await until(film, "accept_risk")
        states = {one.name: one.state for beat in waiting.beats for one in beat.steps}
        assert states[step] == "held" and step in str(waiting.waiting_for)
        await getattr(film, decision)(step)
        if decision == "give_up":
            result = await film.result()
            assert result.beats[0].placeholder and len(standins.log("google")) == 1
        else:
            assert (await film.result()).status == "completed"
            assert len(standins.log("google")) == 2


async def test_work_moves_to_a_fallback_and_says_so(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films), asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        await pool.execute(
            "INSERT INTO provider_health (provider, model, failures, open_until, step) "
            "VALUES ('replicate', $1, 5, clock_timestamp() + interval '1 hour', 2) "
            "ON CONFLICT (provider, model) DO UPDATE "
            "SET failures = 5, open_until = EXCLUDED.open_until, step = 2",
            WAN,
        )
        result = await (await films.start(request)).result()
        await pool.execute("DELETE FROM provider_health WHERE model = $1", WAN)
        again = await (await films.start(request)).result()
    assert result.status == "completed" and any(f"instead of {WAN}" in said for said in result.warnings)
    assert again.cost_usd == 0, "the choice is remembered, though the model is well again"


async def test_stop_reaches_the_provider_and_a_resume_goes_on(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("replicate", "submit", "stuck", match="wan-2.2-i2v")
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (_, films):
        film = await films.start(request)
        while made(standins)[WAN] < 1:
            await asyncio.sleep(0.5)
        await film.stop()
        stopped = await film.result()
        assert stopped.status == "stopped"
        states = [one["state"] for one in standins.log()]
        assert states == ["succeeded", "canceled"]
        result = await (await films.start(request)).result()
    assert result.status == "completed" and len(standins.log()) == 3
