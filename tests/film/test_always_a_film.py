"""Whatever ends a film, the best cut there is is delivered, each placeholder with why and what fills it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from activities.film.plan import latest_plan
from activities.film.studio import FilmStudio
from activities.studio.studio import Studio
from starter.films import Film, FilmFailed
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, PLANNER, WAN, PaidRig, asked, made, until
from tests.support.playing import played_from
from tests.support.standing import Standins
from workflows.film.contract import Models, VideoRequest
from workflows.film.report import BeatResult, VideoResult

CHUNK = "chunk:hero_shot:1"
VIDEO = WAN.removeprefix("replicate-")
#: An image and a video model whose provider lists no jobs: a lost answer is held.
SYNCHRONOUS, UNLISTED = "openai-gpt-image-2.5-flare", "google-veo-3.1-lite"
REFUSED = "refused by the provider's content policy"
STOPPED = "the film was stopped before it was made"


def wanted(*beats: str, image: str = FLUX, video: str = WAN, **more: object) -> VideoRequest:
    """A film as a caller asks for it who says nothing else, with music."""
    usual: dict[str, Any] = {"partial": "deliver", "preview": True, "music": True}
    return asked(*(beats or ("hero_shot",)), image=image, video=video, **(usual | more))


async def buying(film: Film, step: str = CHUNK) -> None:
    """Until the step runs, or has run."""
    while True:
        progress = await film.progress()
        if any(one.name == step and one.state != "waiting" for row in progress.beats for one in row.steps):
            return
        await asyncio.sleep(0.1)


async def plays(studio: Studio, result: VideoResult, folder: Path) -> None:
    """It is of exactly the planned frames, with sound, and says of every shot what it shows and why."""
    assert result.plan and result.video and result.music == "included"
    frames, samples = await played_from(studio.store, result.video, folder)
    assert frames == result.frames == result.plan.seconds * result.fps and samples
    assert result.whole == (not any(beat.placeholder for beat in result.beats))
    for beat in result.beats:
        assert bool(beat.why) == bool(beat.fill) == beat.placeholder == (beat.shows != beat.wanted)


def placeholder(result: VideoResult) -> BeatResult:
    assert not result.whole
    return next(beat for beat in result.beats if beat.placeholder)


@pytest.mark.slow
async def test_a_film_that_is_stopped(paid_rig: PaidRig, standins: Standins, tmp_path: Path) -> None:
    standins.order("replicate", "submit", "stuck", match=VIDEO, times=9)
    async with paid_rig() as (studio, films):
        # While it buys; at once, amid drawing and scoring; and one that is to be whole or nothing.
        film, early, strict = [
            await films.start(one) for one in (wanted(), wanted(), wanted(partial="fail", preview=False))
        ]
        await buying(early, "storyboard:hero_shot")
        await early.stop()
        await asyncio.gather(buying(film), buying(strict))
        await asyncio.gather(film.stop(), strict.stop())
        results = [await one.result() for one in (film, early, strict)]
        for result in results[:2]:
            await plays(studio, result, tmp_path)
    assert {result.status for result in results} == {"stopped"}
    assert results[2].video is None
    shot = placeholder(results[0])
    assert (shot.shows, shot.wanted, shot.why) == ("animatic-1", "draft-1", STOPPED)
    assert shot.fill == f"reel upgrade {film.id} hero_shot draft"


@pytest.mark.slow
async def test_a_film_that_waited_in_vain(paid_rig: PaidRig, standins: Standins, tmp_path: Path) -> None:
    """For money, and for a person who says what became of an order."""
    standins.order("google", "submit", "drop_after")
    poor = wanted("hero_shot", "call_to_action", budget_usd=2 * IMAGE_USD + CHUNK_USD)
    doubtful = wanted(image=SYNCHRONOUS, video=UNLISTED)
    models, words = (
        Models(planner=PLANNER, image=FLUX, video=WAN),
        "A 5 second film about a ceramic coffee mug",
    )
    broke = wanted(plan=None, models=models, prompt=words, budget_usd=Decimal(0))
    async with paid_rig() as (studio, films):
        starved, held, unplanned = [await films.start(one) for one in (poor, doubtful, broke)]
        await asyncio.gather(until(starved, "set_budget"), until(held, "accept_risk"))
        await until(unplanned, "set_budget")
        while (await starved.progress()).spent_usd < 2 * IMAGE_USD + CHUNK_USD:
            await asyncio.sleep(0.2)
        await asyncio.gather(starved.stop(), held.stop(), unplanned.stop())
        results = [await one.result() for one in (starved, held, unplanned)]
        for result in results:
            await plays(studio, result, tmp_path)
        # Drawn by the rules: its own plan is still to be bought.
        assert await latest_plan(FilmStudio.of(studio), unplanned.id, broke) is None
    assert {beat.shows for beat in results[2].beats} == {"animatic-1"} and not results[2].cost_usd
    assert all(beat.fill.startswith(f"reel budget {unplanned.id} 0.") for beat in results[2].beats)
    # One shot was paid for, and is shown.
    assert sorted(beat.shows for beat in results[0].beats) == ["animatic-1", "draft-1"]
    lacking, doubt = map(placeholder, results[:2])
    assert lacking.why == "the budget did not allow it"
    enough = 2 * IMAGE_USD + 2 * CHUNK_USD
    assert lacking.fill == f"reel budget {starved.id} {enough.quantize(Decimal('0.01'))}"
    assert doubt.why == "the provider may have taken the order, and nobody decided about it"
    assert doubt.fill.startswith(f"reel upgrade {held.id} hero_shot draft  # asks about the order")


@pytest.mark.parametrize(
    ("fault", "why", "fill"),
    [
        ("content_stable", REFUSED, 'reel retake {} hero_shot --words "…"'),
        ("404", "its model is gone: ", "reel upgrade {} hero_shot final"),
        # Three times with each of four models.
        pytest.param(
            "failed", "it failed each time", "reel upgrade {} hero_shot draft", marks=pytest.mark.slow
        ),
    ],
)
async def test_a_film_whose_shot_cannot_be_made(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path, fault: str, why: str, fill: str
) -> None:
    # Whatever its work moves to is no better.
    for provider in ("replicate", "fal", "google"):
        standins.order(provider, "submit", fault, times=99)
    request = wanted(image=SYNCHRONOUS)
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        result = await film.result()
        await plays(studio, result, tmp_path)
        assert result.status == "completed"
        shot = placeholder(result)
        assert shot.why.startswith(why) and shot.fill == fill.format(film.id)
        if fault == "404":
            # Who wants it whole or not at all is told what failed.
            with pytest.raises(FilmFailed) as error:
                await (await films.start(request.model_copy(update={"partial": "fail"}))).result()
            assert error.value.type == "ModelGone"


@pytest.mark.slow
async def test_a_film_that_temporal_cancels(paid_rig: PaidRig, standins: Standins, tmp_path: Path) -> None:
    """Alone, and after it was stopped: while that ends, and once it has been delivered no more."""
    standins.order("replicate", "submit", "stuck", match=VIDEO, times=9)
    async with paid_rig() as (studio, films):
        film, both = await films.start(wanted()), await films.start(wanted())
        await asyncio.gather(buying(film), buying(both))
        await both.stop()
        await asyncio.gather(film.handle.cancel(), both.handle.cancel())
        for one in (film, both):
            with pytest.raises(WorkflowFailureError):
                await one.handle.result()
            assert (await one.handle.describe()).status == WorkflowExecutionStatus.CANCELED
            progress = await one.progress()
            assert progress.status == "canceled"
            if one is film or progress.delivered:
                assert progress.delivered
                frames, samples = await played_from(studio.store, progress.delivered, tmp_path)
                assert frames == 40 and samples
    assert made(standins)[WAN] <= 2


@pytest.mark.slow
async def test_what_was_bought_as_the_stop_came_is_shown(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    """All of the shot is in the ledger; that it is, the film has not been told."""
    request = wanted()
    async with paid_rig() as (studio, films):
        whole = await (await films.start(request)).result()
        # Another film of the same recipes, stopped in the moment in which it begins to look for them.
        film = await films.start(request.model_copy(update={"user": "ann"}))
        while not (await film.progress()).beats:
            await asyncio.sleep(0.02)
        await film.stop()
        result = await film.result()
        await plays(studio, result, tmp_path)
    assert result.whole and result.beats[0].chunks == whole.beats[0].chunks
    assert made(standins) == {FLUX: 1, WAN: 1} and result.cost_usd == 0
