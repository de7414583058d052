"""What a person gives up: the film goes on without it, marked, and never fails after it has said so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from starter.errors import NotWaiting
from tests.support.giving_up import ended, given_up
from tests.support.paid import FLUX, IMAGE_USD, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.contract import Models


async def test_without_any_image_a_beat_starts_from_the_animatics_drawing(
    paid_rig: PaidRig, standins: Standins
) -> None:
    """The video model needs an image, and no beat has one."""
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN, budget_usd=Decimal(0))
    async with paid_rig() as (_, films):
        film = await films.start(request)
        await given_up(film, "storyboard:hero_shot", "storyboard:call_to_action")
        await until(film, "chunk 1")
        await film.set_budget(Decimal(5))
        result, progress = await ended(film)
    assert made(standins) == {WAN: 2}, "and both chunks are bought"
    assert any("hero_shot: starts from the animatic's drawing" in said for said in result.warnings)
    assert result.beats[0].storyboard and not any(beat.placeholder for beat in result.beats)
    assert progress.beats[0].note == "no storyboard image"
    steps = {step.name: step.state for step in progress.beats[0].steps}
    assert steps["storyboard:hero_shot:animatic"] in ("made", "reused")


@pytest.mark.parametrize("beats", [("hero_shot",), ("hero_shot", "call_to_action")])
async def test_without_its_chunk_a_beat_shows_the_animatic(
    paid_rig: PaidRig, standins: Standins, beats: tuple[str, ...]
) -> None:
    request = asked(*beats, image=FLUX, video=WAN, budget_usd=len(beats) * IMAGE_USD)
    async with paid_rig() as (_, films):
        film = await films.start(request)
        await until(film, "set_budget")
        with pytest.raises(NotWaiting, match="waiting: none"):
            await film.accept_risk("chunk:hero_shot:1")
        await given_up(film, *(f"chunk:{beat}:1" for beat in beats))
        result, progress = await ended(film)
    assert made(standins) == {FLUX: len(beats)} and result.frames == 40 * len(beats)
    assert all(beat.placeholder and beat.chunks for beat in result.beats)
    assert sum("The beat shows the animatic instead" in said for said in result.warnings) == len(beats)
    assert {beat.note for beat in progress.beats} == {"given up"}


async def test_a_film_is_nothing_without_its_plan(paid_rig: PaidRig) -> None:
    planned = Models(planner="openai-gpt-5.4-mini", image=FLUX, video=WAN)
    request = asked("hero_shot", image=FLUX, video=WAN).model_copy(
        update={"plan": None, "duration_s": 5, "models": planned, "budget_usd": Decimal(0)}
    )
    async with paid_rig() as (_, films):
        film = await films.start(request)
        waiting = await until(film, "set_budget")
        assert waiting.waits[0].step == "plan" and waiting.waits[0].answers == ("set_budget",)
        with pytest.raises(NotWaiting, match="cannot go on without plan: answer with set_budget, or stop"):
            await film.give_up("plan")
        await film.stop()
        assert (await film.result()).status == "stopped"
