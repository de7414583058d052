"""The paid profiles buy pictures where a lost answer is found: nobody is asked, nothing is paid twice."""

from __future__ import annotations

import asyncio
import hashlib
import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from activities.models.catalogue import Catalogue
from activities.studio.studio import Studio
from tests.support.paid import PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.contract import Models, VideoRequest

NOW = Catalogue.load()
PAID = ("draft", "final")


@pytest.mark.parametrize("name", PAID)
def test_pictures_are_bought_where_jobs_are_listed(name: str) -> None:
    """Plans are not: of what is listed, nothing holds an answer to a schema that will be there next month."""
    profile = NOW.profile(name)
    pictures = [NOW.model(id) for id in (profile.image, profile.edges, profile.video) if id]
    assert len(pictures) == 3 and all(model.listed for model in pictures)
    # So do the first of those that work moves to.
    assert all(NOW.model(model.fallbacks[0]).listed for model in pictures)


async def uploaded(studio: Studio, folder: Path) -> str:
    """The key of a product photo in the bucket."""
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize((640, 480)).convert("RGB").save(buffer, "PNG")
    key = f"uploads/{hashlib.sha256(buffer.getvalue()).hexdigest()}.png"
    path = folder / "photo.png"
    path.write_bytes(buffer.getvalue())
    return await studio.store.put_file(path, "image/png", key=key)


def of_profile(name: str, product: str | None) -> VideoRequest:
    """A beat by all models of the profile but its planner."""
    own = Models(planner="animatic-planner")
    return asked("hero_shot", image="any", video="any", models=own, profile=name, product=product)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAID)
async def test_every_answer_is_lost_and_each_thing_is_paid_once(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path, name: str
) -> None:
    profile = NOW.profile(name)
    # A beat that shows a photo is drawn along its edges.
    bought = {profile.image: 1, profile.edges: 1, profile.video: 2}
    for provider in {NOW.model(id).provider for id in bought if id}:
        standins.order(provider, "submit", "drop_after", times=4)
    async with paid_rig() as (studio, films):
        photo = await uploaded(studio, tmp_path)
        started = [await films.start(of_profile(name, product)) for product in (None, photo)]
        results = await asyncio.gather(*(film.result() for film in started))
    assert [result.status for result in results] == ["completed"] * 2
    assert made(standins) == bought
    prices = [NOW.model(id).price(Decimal(5)) * count for id, count in bought.items() if id]
    assert sum(result.spent_usd for result in results) == sum(prices)
