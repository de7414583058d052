"""Paid films from end to end: what is refused before anything is paid, planned, softened, told, foreseen."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from activities.film.estimate import estimated
from starter.films import FilmFailed
from starter.standings import running_notes
from tests.support.paid import BEAT_USD, FLUX, PLANNER, WAN, PaidRig, asked, made, planned_by
from tests.support.standing import Standins
from workflows.film.contract import Models
from workflows.film.naming import film_id
from workflows.studio.facts import Reference

SIGNATURE = "X-Amz-Signature=feedfacecafebeef"


# ---- refused before anything is paid ---------------------------------------------------------------


#: What is asked for, the error's type, and what it says.
REFUSED: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"models": Models(image="no-such-model")}, "Miscast", "models.image: .* has no model no-such-model"),
    ({"models": Models(video=FLUX)}, "Miscast", "models.video: .* is of the kind image"),
    ({"models": Models(image=FLUX, edges=FLUX)}, "Miscast", "models.edges: .* follows no edges"),
    ({"product": f"http://127.0.0.1:8000/mug.png?{SIGNATURE}"}, "InvalidInput", "product: .*public"),
    (
        {"references": (Reference(image=f"http://169.254.169.254/latest/meta-data?{SIGNATURE}"),)},
        "InvalidInput",
        r"references\[0\]\.image: .*public",
    ),
    ({"product": f"http://[::ffff:10.0.0.1]/mug.png?{SIGNATURE}"}, "InvalidInput", "product: .*public"),
)


async def test_what_cannot_be_made_is_refused_before_anything_is_paid(
    paid_rig: PaidRig, standins: Standins
) -> None:
    async with paid_rig() as (_, films):
        for change, kind, said in REFUSED:
            request = asked("hero_shot", image=FLUX, video=WAN).model_copy(update=change)
            with pytest.raises(FilmFailed, match=said) as refused:
                await (await films.start(request)).result()
            assert refused.value.type == kind and SIGNATURE not in str(refused.value)
            assert "Change the request" in str(refused.value)
    assert standins.log() == []
    assert all(standins.posts(name) == 0 for name in ("replicate", "fal", "openai", "google"))


# ---- the plan --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["bad_plan", "injected_plan"])
async def test_a_bad_plan_is_repaired_once_and_found_ever_after(
    paid_rig: PaidRig, standins: Standins, fault: str
) -> None:
    standins.order("openai", "submit", fault)
    request = planned_by(PLANNER, take=6001 + len(fault))
    async with paid_rig() as (_, films):
        result = await (await films.start(request)).result()
        again = await (await films.start(request)).result()
    assert result.status == "completed" and result.plan is not None
    assert made(standins) == {PLANNER: 2} and again.plan == result.plan
    assert 0 < result.cost_usd == result.spent_usd == again.spent_usd and again.cost_usd == 0


async def test_a_plan_that_stays_bad_fails_with_every_field_named(
    paid_rig: PaidRig, standins: Standins
) -> None:
    standins.order("openai", "submit", "injected_plan", times=2)
    async with paid_rig() as (_, films):
        with pytest.raises(FilmFailed) as refused:
            await (await films.start(planned_by(PLANNER, take=6100))).result()
    assert refused.value.type == "InvalidPlan" and made(standins) == {PLANNER: 2}
    assert refused.value.details, "what is wrong is told field by field"


# ---- the ladder ------------------------------------------------------------------------------------


async def test_the_third_rung_of_a_chunk_starts_from_a_softened_storyboard(
    paid_rig: PaidRig, standins: Standins
) -> None:
    # Twice as given, once in softer words.
    standins.order("replicate", "submit", "content_stable", times=3, match="wan-2.2-i2v")
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (studio, films):
        result = await (await films.start(request)).result()
        before = made(standins)
        again = await (await films.start(request)).result()
        assert (await estimated(studio, request, film_id(request))).price_usd == 0
    assert result.status == "completed" and before[FLUX] == 2
    images = [one["input"]["prompt"] for one in standins.log() if "flux" in one["model"]]
    films_of = [one["input"] for one in standins.log() if "wan-2.2-i2v" in one["model"]]
    assert images[0] != images[1], "the second image is in softer words"
    starts = {one["image"].split("?")[0] for one in films_of}
    assert len(starts) == 2 and films_of[-1]["image"].split("?")[0] != films_of[0]["image"].split("?")[0]
    assert sum("softer words" in said for said in result.warnings) == 2
    assert made(standins) == before and again.cost_usd == 0 and again.beats == result.beats


# ---- what is told ----------------------------------------------------------------------------------


async def test_progress_tells_how_a_job_stands_at_its_provider(paid_rig: PaidRig, standins: Standins) -> None:
    standins.order("fal", "submit", "stuck", match="wan")
    request, step = asked("hero_shot", image=FLUX, video="fal-wan-2.2-a14b"), "chunk:hero_shot:1"
    notes: dict[str, str] = {}
    async with paid_rig() as (_, films):
        film = await films.start(request)
        while step not in notes:
            await asyncio.sleep(0.2)
            progress = await film.progress()
            assert progress.status in ("planning", "rendering"), progress
            notes = {one.name: one.note for beat in progress.beats for one in beat.steps if one.note}
        await film.stop()
        await film.result()
    assert "in the queue" in notes[step] and notes[step] in running_notes(progress.beats[0])


async def test_a_dry_run_fetches_no_image(paid_rig: PaidRig) -> None:
    edges = Models(planner="animatic-planner", image=FLUX, edges="replicate-flux-dev-controlnet", video=WAN)
    where = "https://nobody.invalid/mug.png"
    request = asked("hero_shot", image=FLUX, video=WAN, models=edges, product=where)
    async with paid_rig() as (studio, _):
        said = await estimated(studio, request, film_id(request))
    assert "replicate-flux-dev-controlnet" in {step.model for step in said.steps}


async def test_a_dry_run_says_what_is_then_paid(paid_rig: PaidRig, standins: Standins) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN)
    async with paid_rig() as (studio, films):
        before = await estimated(studio, request, film_id(request))
        assert standins.log() == [], "an estimate buys nothing"
        result = await (await films.start(request)).result()
        after = await estimated(studio, request, film_id(request))
    assert before.paid and before.price_usd == result.cost_usd == 2 * BEAT_USD
    assert {step.model for step in before.steps if step.price_usd} == {FLUX, WAN}
    assert after.price_usd == Decimal(0) and all(step.found for step in after.steps)
