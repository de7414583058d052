"""A fork makes again what a person changed, and nothing else; what is shown of it is what is paid."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.film import keeping, plan, prompts
from activities.film.planning.compose import ENGINE
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from activities.studio.studio import Studio
from starter.films import FilmFailed
from tests.record_finished import upload
from tests.support.paid import BEAT_USD, CHUNK_USD, FLUX, WAN, PaidRig, asked, forget, made, made_of
from tests.support.shown import forked, paid_as_shown, paid_within_shown
from tests.support.standing import Standins
from workflows.film.contract import Models, Source, VideoRequest
from workflows.film.direction import Decision
from workflows.film.naming import film_id
from workflows.film.versions import Version
from workflows.studio.edits import Edit

BEATS = ("hero_shot", "detail_showcase", "product_in_motion", "call_to_action")
RAIN = "A ceramic coffee mug in the rain"
#: What a person changes, and what it costs: an image is drawn again for other words, a chunk for other moves.
EDITS: Mapping[str, tuple[dict[str, Any], Decimal]] = {
    "word": ({"shot": "2", "words": {"prompt": RAIN}}, BEAT_USD),
    "action": ({"shot": "hero_shot", "words": {"action": "It turns by itself"}}, CHUNK_USD),
    "camera": ({"shot": "1", "words": {"camera": "static"}}, CHUNK_USD),
    "title": ({"shot": "1", "words": {"title": "Made by hand"}}, Decimal(0)),
    "order": ({"plan": {"beats": [{"id": BEATS[at]} for at in (0, 2, 1, 3)]}}, Decimal(0)),
    "length": ({"shot": "3", "words": {"seconds": "10"}}, CHUNK_USD),
    "dropped": ({"drop": ["2"]}, Decimal(0)),
    "added": ({"add": 1}, BEAT_USD + CHUNK_USD),
}
#: The same of what makes all of a film again, of one that has no more shots than it needs to have a join.
ENDS = (BEATS[0], BEATS[-1])
OF_ALL: Mapping[str, tuple[dict[str, Any], Decimal]] = {
    "rate": ({"fields": ["fps=16"]}, Decimal(0)),
    "aspect": ({"fields": ["aspect=9:16"]}, 2 * BEAT_USD),
    "size": ({"fields": ["size=720p"]}, 2 * BEAT_USD),
    "model": ({"fields": ["models.image=fal-flux-dev"]}, 2 * (Decimal("0.025") + CHUNK_USD)),
    "profile": ({"fields": ["profile=final"]}, 2 * Decimal("0.37")),
}
OF_FLUX, EDGES = "flux-schnell", "replicate-flux-dev-controlnet"


def draft(*beats: str) -> VideoRequest:
    """A film of the draft profile, whose plan the rules make."""
    models = Models(planner="animatic-planner")
    return asked(*beats, image=FLUX, video=WAN, profile="draft", models=models)


@pytest.mark.slow
async def test_a_fork_pays_for_what_was_changed(paid_rig: PaidRig, database_url: str) -> None:
    before = draft("hero_shot", "product_in_motion", "call_to_action")
    async with paid_rig() as (studio, films):
        await made_of(films, before, film_id(before))
        rainy = await forked(studio, before, shot="2", words={"prompt": RAIN})
        paid = await paid_as_shown(studio, films, rainy, database_url, before)
        assert paid.result.cost_usd == BEAT_USD
        beat = ["storyboard", "chunk 1", "segment", "transition"]
        assert paid.of("made again")["product_in_motion"] == beat
        assert paid.of("kept")["hero_shot"] == ["storyboard", "chunk 1", "segment"]
        assert [each.what for each in paid.shown.unused if each.row == "product_in_motion"] == beat
        # A fork of the fork, without the beat before: what the first one has bought is there for it as well.
        shorter = await forked(
            studio, rainy, plan={"beats": [{"id": one} for one in ("hero_shot", "call_to_action")]}
        )
        assert (await paid_as_shown(studio, films, shorter, database_url, rainy)).result.cost_usd == 0


async def test_a_source_that_is_no_plan_is_refused(paid_rig: PaidRig) -> None:
    source = Source(film="film-ceramic-coffee-mug-3f9a2c", plan="0" * 64)
    async with paid_rig() as (_, films):
        film = await films.start(draft("hero_shot").model_copy(update={"source": source}))
        with pytest.raises(FilmFailed, match=r"source\.plan: 0000"):
            await film.result()


@pytest.mark.slow
async def test_a_later_release_words_no_fork_anew(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    # In softer words, and of a length that later releases do not know.
    standins.order("replicate", "submit", "content_stable", match=OF_FLUX)
    before = draft("hero_shot", "product_in_motion", "call_to_action")
    async with paid_rig() as (studio, films):
        first = await made_of(films, before, film_id(before))
        assert any("softer words" in said for said in first.warnings)
    of_another_release(monkeypatch)
    posts = made(standins)
    async with paid_rig(catalogue=with_other_lengths()) as (studio, films):
        titled = await forked(studio, before, shot="1", words={"title": "Made by hand"})
        assert (await paid_as_shown(studio, films, titled, database_url, before)).result.cost_usd == 0
        shorter = await forked(studio, titled, drop=["2"])
        assert (await paid_as_shown(studio, films, shorter, database_url, titled)).result.cost_usd == 0
        assert made(standins) == posts, "not even asked for"


def of_another_release(patch: pytest.MonkeyPatch) -> None:
    """Another word in every template."""
    image, motion = prompts.image_prompt, prompts.motion_prompt
    patch.setattr(prompts, "image_prompt", lambda *said: "Behold: " + image(*said))
    patch.setattr(prompts, "motion_prompt", lambda *said: "Behold: " + motion(*said))


def with_other_lengths() -> Catalogue:
    now = Catalogue.load()
    model = now.of(VideoModel, WAN)
    return now.model_copy(update={"models": {**now.models, WAN: model.model_copy(update={"fps": "20"})}})


# ---- all kinds of edits ----------------------------------------------------------------------------


@pytest.mark.slow
# A film, up to eight forks of it, and most of the time other tests on the same two cores.
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("beats", "edits_of_it"), [(BEATS, EDITS), (ENDS, OF_ALL)], ids=["shots", "all"])
async def test_every_edit_is_paid_as_it_was_shown(
    paid_rig: PaidRig,
    database_url: str,
    beats: tuple[str, ...],
    edits_of_it: Mapping[str, tuple[dict[str, Any], Decimal]],
) -> None:
    before = draft(*beats)
    async with paid_rig() as (studio, films):
        await made_of(films, before, film_id(before))
        for kind, (edits, cost) in edits_of_it.items():
            request = await forked(studio, before, **edits)
            paid = await paid_as_shown(studio, films, request, database_url, before)
            assert paid.result.cost_usd == cost, kind


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["fade_out", "wrong_duration"])
async def test_chunks_of_other_lengths_cost_no_more_than_the_top(
    paid_rig: PaidRig, standins: Standins, database_url: str, fault: str
) -> None:
    before = draft("hero_shot", "call_to_action")
    async with paid_rig() as (studio, films):
        await made_of(films, before, film_id(before))
        standins.order("replicate", "submit", fault, 2, match="wan-2.2-i2v")
        request = await forked(studio, before, shot="1", words={"camera": "static", "seconds": "10"})
        paid = await paid_within_shown(studio, films, request, database_url, before)
        assert paid.shown.price_usd <= paid.result.cost_usd


@pytest.mark.slow
async def test_a_film_that_a_model_planned_with_a_photo_is_forked_by_rules(
    paid_rig: PaidRig, database_url: str, tmp_path: Path
) -> None:
    models = {"planner": "openai-gpt-5.4-mini", "image": FLUX, "video": WAN, "edges": EDGES}
    async with paid_rig() as (studio, films):
        photo = await upload(studio, 77, tmp_path)
        before = asked(image=FLUX, video=WAN, duration_s=15, models=Models(**models), product=photo)
        first = await paid_within_shown(studio, films, before, database_url)
        assert first.shown.least_usd < first.result.cost_usd < first.shown.most_usd, "billed by tokens"
        assert first.result.plan and first.result.plan.beats[0].references == (photo,)
        titled = await forked(studio, before, shot="1", words={"title": "Made by hand"})
        assert (await paid_as_shown(studio, films, titled, database_url, before)).result.cost_usd == 0
        longer = await forked(studio, titled, add=1)
        added = await paid_as_shown(studio, films, longer, database_url, titled)
        assert added.result.plan and len(added.result.plan.beats) == len(first.result.plan.beats) + 1
        assert 0 < added.result.cost_usd < first.result.cost_usd


@pytest.mark.slow
async def test_a_fork_of_a_film_from_before_anything_was_kept(
    paid_rig: PaidRig, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    before = draft("hero_shot", "call_to_action")
    async with paid_rig() as (_, films):
        await made_of(films, before, film_id(before))
    await forget(database_url, film_id(before))
    for module in (keeping, plan):
        monkeypatch.setattr(module, "FORMER_RULES", ENGINE)
    of_another_release(monkeypatch)
    async with paid_rig() as (studio, films):
        titled = await forked(studio, before, shot="1", words={"title": "Made by hand"})
        assert (await paid_as_shown(studio, films, titled, database_url, before)).result.cost_usd == 0


@pytest.mark.slow
async def test_a_fork_shows_the_takes_that_people_wanted(paid_rig: PaidRig, database_url: str) -> None:
    before = draft("hero_shot", "product_in_motion", "call_to_action")
    film = film_id(before)
    async with paid_rig() as (studio, films):
        await made_of(films, before, film)
        # Another plan, of which one shot is taken again in other words.
        await decide(studio, film, Decision(plan=2))
        again = Version(rung="draft", take=2, words=RAIN)
        await decide(studio, film, Decision(plan=2, wanted={"hero_shot": again}))
        second = await made_of(films, before, film)
        assert second.cost_usd >= 3 * BEAT_USD and second.beats[0].shows == "draft-2"
        shorter = await forked(studio, before, drop=["2"])
        paid = await paid_as_shown(studio, films, shorter, database_url, before)
        assert paid.result.cost_usd == 0 and paid.result.beats[0].shows == "draft-2"
        assert paid.result.beats[0].chunks == second.beats[0].chunks
        # What a person changes of the shot itself is asked for anew.
        dry = await forked(studio, before, shot="1", words={"prompt": "A ceramic coffee mug in the sun"})
        paid = await paid_as_shown(studio, films, dry, database_url, before)
        assert paid.result.cost_usd == BEAT_USD and paid.result.beats[0].shows == "draft-1"


async def decide(studio: Studio, film: str, decision: Decision) -> None:
    """As an update writes it down."""
    edit = Edit(id=uuid.uuid4().hex, kind="retake", value=decision.model_dump(mode="json"))
    await studio.memory.edit(film, "a run", edit)


@pytest.mark.slow
async def test_a_drawing_that_chunks_were_bought_from_stays_in_any_place(
    paid_rig: PaidRig, database_url: str
) -> None:
    before = asked("hero_shot", "product_in_motion", "call_to_action", image="animatic-image", video=WAN)
    async with paid_rig() as (studio, films):
        await made_of(films, before, film_id(before))
        shorter = await forked(studio, before, drop=["2"])
        assert (await paid_as_shown(studio, films, shorter, database_url, before)).result.cost_usd == 0
