"""Planning tells what a film's shots may be made with on every rung, and buys nothing by telling."""

from __future__ import annotations

from datetime import date
from typing import Any

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.film.plan import Planning
from activities.film.rungs import Rungs
from activities.film.studio import FilmStudio
from activities.models.casting import cast
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from activities.studio.studio import Studio
from tests.support.paid import FLUX, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.contract import Models, VideoRequest
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm
from workflows.film.steps import ComposePlan, KeepRung
from workflows.film.versions import RUNGS
from workflows.studio.money import PaidStep

NOW = Catalogue.load()
KLING = "fal-kling-2.5-turbo-pro"
PARTS = ("image", "edges", "edit", "video")


def film(**more: Any) -> VideoRequest:
    """A film that is free unless `more` says otherwise, of a length and words that no other test asks for."""
    return asked("hero_shot", image=FLUX, video=KLING).model_copy(update={"models": Models(), **more})


async def planned(client: Client, studio: Studio, request: VideoRequest) -> PlannedFilm:
    step = ComposePlan(request=request, terms=PaidStep(film=film_id(request)))
    return await ActivityEnvironment(client=client).run(Planning(FilmStudio.of(studio)).compose_plan, step)


def of_profile(name: str) -> dict[str, str]:
    profile = NOW.profile(name)
    return {part: id for part in PARTS if part != "edit" and (id := getattr(profile, part))}


def told(film: PlannedFilm, rung: str) -> dict[str, str]:
    """The models that are wanted on a rung, by part."""
    return {part: offered[0].id for part in PARTS if (offered := film.offered_by(rung, part))}


async def test_every_rung_is_told_and_nothing_is_paid_by_telling(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    async with paid_rig() as (opened, _):
        free = await planned(client, opened, film())
        named = Models(planner="animatic-planner", image=FLUX, video=KLING)
        paid = await planned(client, opened, film(models=named))
        draft = await planned(client, opened, film(models=named, profile="draft"))
        tall = await planned(client, opened, film(size="360p"))
        account = await FilmStudio.of(opened).accounts.account(film_id(film()))
    assert made(standins).total() == 0 and not account.payments
    for name in RUNGS:
        assert told(free, name) == of_profile(name)
    assert free.rung == "animatic" and free.rungs["animatic"].models == {
        part: model for part, model in free.models.items() if part in PARTS
    }
    # A free profile whose pictures are bought by name is no animatic; what is named is named for that alone.
    assert (paid.rung, told(paid, "draft")) == ("draft", {"image": FLUX, "video": KLING})
    assert told(paid, "animatic") == of_profile("animatic") and told(paid, "final") == of_profile("final")
    assert told(draft, "draft") == of_profile("draft") | {"image": FLUX, "video": KLING}
    for own, rung in ((free, "animatic"), (paid, "draft"), (draft, "draft")):
        for part in PARTS:
            assert own.offered_by(rung, part) == own.offered(part)
    assert tall.offered_by("final", "video")[0].lengths
    assert PlannedFilm.model_validate_json(free.model_dump_json()) == free


def of_another_release() -> Catalogue:
    """Another final, and another length of the video model that was today's."""
    kling = NOW.of(VideoModel, KLING)
    other = kling.model_copy(update={"lengths": kling.lengths[:1]})
    final = NOW.profile("final").model_copy(update={"video": "fal-kling-2.1-standard"})
    models, profiles = {**NOW.models, KLING: other}, {**NOW.profiles, "final": final}
    return NOW.model_copy(update={"models": models, "profiles": profiles})


async def test_a_rung_means_the_same_from_its_first_use_on(paid_rig: PaidRig, client: Client) -> None:
    used, unused = film(), film()
    async with paid_rig() as (opened, _):
        before = await planned(client, opened, used)
        await planned(client, opened, unused)
        step = KeepRung(film=film_id(used), request=used, name="final", rung=before.rungs["final"])
        await ActivityEnvironment(client=client).run(Rungs(FilmStudio.of(opened)).keep_rung, step)
    async with paid_rig(catalogue=of_another_release()) as (opened, _):
        after = await planned(client, opened, used)
        other = await planned(client, opened, unused)
    assert after.offered_by("final", "video")[0] == before.offered_by("final", "video")[0]
    assert other.offered_by("final", "video")[0].id == "fal-kling-2.1-standard"


async def test_what_draws_keyframes_is_kept_beside_what_was_kept_before(
    paid_rig: PaidRig, client: Client
) -> None:
    """Of a film that was first made before it could have any: nothing else of what it keeps changes."""
    request = film(profile="draft")
    own, edit = request.models.model_copy(update={"planner": "animatic-planner"}), NOW.profile("draft").edit
    without = request.model_copy(update={"models": own})
    named = request.model_copy(update={"models": own.model_copy(update={"edit": edit})})
    other = NOW.profile("draft").model_copy(update={"edit": "fal-flux-kontext-dev", "image": "fal-flux-dev"})
    later = NOW.model_copy(update={"profiles": {**NOW.profiles, "draft": other}})
    async with paid_rig() as (opened, _):
        before = await planned(client, opened, without)
        origins = FilmStudio.of(opened).keeping._origins
        kept = await origins.profile(film_id(without), "draft") or {}
        assert kept and "edit" not in kept
        assert not before.offered("edit")
        drawn = await planned(client, opened, named)
        both = {**kept, "edit": str(edit)}
        for models in (both, {**both, "edit": "animatic-image"}, {**both, "image": "animatic-image"}):
            await origins.keep_profile(film_id(without), "draft", models)
        assert await origins.profile(film_id(without), "draft") == both
    assert [model.id for model in drawn.offered("edit")] == [edit, "fal-flux-kontext-dev"]
    assert drawn.offered_by("draft", "edit") == drawn.offered("edit")
    async with paid_rig(catalogue=later) as (opened, _):
        again = await planned(client, opened, without)
    assert again.models == before.models and told(again, "draft") == told(before, "draft")


def test_what_is_drawn_here_never_moves_to_what_is_sold() -> None:
    """Another rung of the film may have moved to it."""
    today, everyone = date(2026, 11, 27), frozenset(NOW.providers)
    models = cast(film(), NOW, everyone, today, moved={KLING, FLUX})
    assert models.image_fallbacks == () and models.video_fallbacks == ()
    draft = cast(film(profile="draft"), NOW, everyone, today, moved={KLING})
    assert KLING in [model.id for model in draft.video_fallbacks]
