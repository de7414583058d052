"""Words of a film that a model planned, and of beats that the animatic draws instead of what was bought."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import av
import pytest

from tests.support.captions import cues_of
from tests.support.finished import recipes_of
from tests.support.giving_up import ended, given_up
from tests.support.paid import FLUX, PLANNER, WAN, PaidRig, asked
from tests.support.standing import Standins
from workflows.film.contract import Models

#: A model that starts from text as well: without an image nothing is drawn for it.
VEO = "google-veo-3.1-lite"


async def lettered(database_url: str) -> set[str]:
    """The segments, of all films, that words were laid over."""
    made = (await recipes_of(database_url)).items()
    return {key for key, recipe in made if recipe["operation"] == "segment" and "words" in recipe["params"]}


async def test_a_film_that_a_model_planned_shows_its_words(
    paid_rig: PaidRig, standins: Standins, database_url: str, tmp_path: Path
) -> None:
    models = Models(planner=PLANNER, image=FLUX, video=WAN)
    request = asked(image=FLUX, video=WAN, duration_s=5, take=7201).model_copy(update={"models": models})
    async with paid_rig() as (studio, films):
        before = await lettered(database_url)
        result = await (await films.start(request)).result()
        assert result.status == "completed" and result.plan and result.video and result.captions
        told = cues_of((await studio.read(result.captions)).decode())
        await studio.store.get_file(result.video, path := tmp_path / "film.mp4")
    with av.open(str(path)) as container:
        assert container.metadata["title"] == result.plan.title
    assert standins.posts("openai") == 1 and len(await lettered(database_url) - before) == 1
    assert {beat.title for beat in result.plan.beats if beat.title} <= {cue.words for cue in told} != set()


@pytest.mark.parametrize("video", [WAN, VEO, "animatic-video"])
async def test_a_beat_that_the_animatic_draws_without_an_image_has_its_words_once(
    paid_rig: PaidRig, database_url: str, video: str
) -> None:
    request = asked("call_to_action", image=FLUX, video=video, budget_usd=Decimal(0))
    async with paid_rig() as (studio, films):
        before = await lettered(database_url)
        film = await films.start(request)
        await given_up(film, "storyboard:call_to_action")
        if video != "animatic-video":
            await given_up(film, "chunk:call_to_action:1")
        result, _ = await ended(film)
        assert result.captions
        told = cues_of((await studio.read(result.captions)).decode())
    assert told and await lettered(database_url) == before
