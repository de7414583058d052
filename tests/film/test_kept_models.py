"""A release that changes a profile's models buys no old film anew; a model that a person names wins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import asyncpg
import pytest

from activities.film.estimate import estimated
from activities.models.casting import Miscast, cast
from activities.models.catalogue import Catalogue, Profile
from infra.embedded.servers import PostgresServer
from infra.settings import Settings
from starter.checks import check_cast
from tests.support.paid import FLUX, WAN, PaidRig, asked, forget, made, made_of
from tests.support.standing import Standins
from workflows.film.contract import Models, VideoRequest
from workflows.film.naming import film_id
from workflows.studio.requests import InvalidRequest

NOW = Catalogue.load()
OTHER_IMAGE = "fal-flux-schnell"


def of_another_release(**changes: object) -> Catalogue:
    """Today's catalogue with another draft, and with `changes` in the models that today's names."""
    draft = NOW.profiles["draft"]
    profile = draft.model_copy(update={"image": OTHER_IMAGE, "video": "fal-wan-2.2-a14b"})
    named = {id: NOW.model(id).model_copy(update=changes) for id in (draft.image, draft.video)}
    return NOW.model_copy(
        update={"models": {**NOW.models, **named}, "profiles": {**NOW.profiles, "draft": profile}}
    )


def drafted() -> VideoRequest:
    request = asked("hero_shot", image=FLUX, video=WAN)
    return request.model_copy(update={"models": Models(), "profile": "draft"})


@pytest.mark.slow
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "from before anything was kept"])
async def test_a_film_keeps_the_models_of_its_profile(
    paid_rig: PaidRig, standins: Standins, database_url: str, kept: bool
) -> None:
    request = drafted()
    film = film_id(request)
    former = NOW.model_copy(update={"profiles": {**NOW.profiles, "draft": NOW.former["draft"]}})
    async with paid_rig(catalogue=former) as (_, films):
        first = await made_of(films, request, film)
    if not kept:
        await forget(database_url, film)
    posts = made(standins)
    async with paid_rig(catalogue=of_another_release(retires_at=date(2026, 1, 1))) as (studio, films):
        foreseen = await estimated(studio, request, film)
        again = await made_of(films, request, film)
        assert made(standins) == posts and again.cost_usd == foreseen.price_usd == 0
        assert again.beats == first.beats
        for said in (again.warnings, foreseen.notes):
            assert any(f"image {FLUX} ({OTHER_IMAGE} today)" in each for each in said), said
        named = request.model_copy(update={"models": Models(image=OTHER_IMAGE)})
        assert (await made_of(films, named, film)).cost_usd > 0 and made(standins)[OTHER_IMAGE] == 1
        new = drafted()
        assert (await made_of(films, new, film_id(new))).status == "completed"
        assert made(standins)[OTHER_IMAGE] == 2, "a new film is made with the models of today"


async def test_what_a_step_moved_to_stays_among_its_models(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    request = asked("hero_shot", image=FLUX, video=WAN)
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO provider_health (provider, model, failures, open_until, step) "
        "VALUES ('replicate', $1, 5, clock_timestamp() + interval '1 hour', 2)",
        WAN,
    )
    async with paid_rig() as (_, films):
        first = await made_of(films, request, film_id(request))
    await connection.execute("DELETE FROM provider_health WHERE model = $1", WAN)
    await connection.close()
    posts = made(standins)
    alone = NOW.model(WAN).model_copy(update={"fallbacks": ()})
    later = NOW.model_copy(update={"models": {**NOW.models, WAN: alone}})
    async with paid_rig(catalogue=later) as (studio, films):
        assert (await estimated(studio, request, film_id(request))).price_usd == 0
        again = await made_of(films, request, film_id(request))
    assert any("instead of" in said for said in first.warnings)
    assert again.cost_usd == 0 and made(standins) == posts and again.beats == first.beats


def test_a_retired_model_is_refused_where_nothing_was_made_with_it() -> None:
    request = VideoRequest(prompt="a mug", profile="draft")
    catalogue = of_another_release(retires_at=date(2026, 1, 1))
    today, everyone = date(2026, 11, 27), frozenset(NOW.providers)
    old = catalogue.former["draft"]
    with pytest.raises(Miscast, match="was retired"):
        named = request.model_copy(update={"models": Models(video=old.video)})
        cast(named, catalogue, everyone, today)
    used = frozenset(old.model_dump(exclude_none=True).values())
    assert cast(request, catalogue, everyone, today, used, old).video.id == old.video


def test_the_former_profiles_name_models_that_are_still_known() -> None:
    """What was bought before films kept their models is found by these: they never change."""
    assert NOW.former == {
        "draft": Profile(
            planner="openai-gpt-5.4-mini",
            image="replicate-flux-schnell",
            edges="replicate-flux-dev-controlnet",
            video="replicate-wan-2.2-i2v-fast",
            score="animatic-score",
        ),
        "final": Profile(
            planner="openai-gpt-5.4",
            image="openai-gpt-image-2.5-flare",
            edges="openai-gpt-image-2.5-sunburst",
            video="fal-kling-2.5-turbo-pro",
            score="animatic-score",
        ),
    }


def test_a_house_with_films_leaves_their_models_to_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which models a film was made with is in its ledger: they may be others than those that lack a key."""
    for name in (name for vendor in NOW.providers.values() for name in vendor.needs):
        monkeypatch.delenv(name, raising=False)
    request, settings = VideoRequest(prompt="a mug", profile="draft"), Settings(home=tmp_path)
    with pytest.raises(InvalidRequest, match="whose key is not set"):
        check_cast(request, settings)
    (tmp_path / PostgresServer.name).mkdir()
    check_cast(request, settings)
    with pytest.raises(InvalidRequest, match=r"models\.video"):
        check_cast(request.model_copy(update={"models": Models(video="google-veo-3.1")}), settings)
