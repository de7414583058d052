"""Films that earlier releases finished: asked for again, every step of them is found and nothing is bought.

When it fails, people would pay again for what they have: keep the recipe as it was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from activities.film import known, plan
from activities.film.estimate import estimated
from activities.media import codec, loudness
from activities.studio.studio import Studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.support.finished import FOLDER, Finished, quick_studio, rows_of
from tests.support.standing import Standins

FILMS = sorted(FOLDER.glob("*.json"))


@pytest.fixture(params=FILMS, ids=lambda path: path.stem)
def finished(request: pytest.FixtureRequest) -> Finished:
    return Finished.read(request.param)


@pytest_asyncio.fixture
async def release(
    stack: Stack, settings: Settings, client: Client, standins: Standins, finished: Finished,
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path,
) -> AsyncIterator[tuple[Studio, Films]]:  # fmt: skip
    """This release, in a house that the film was finished in, with the encoders and the rules of that day."""
    encoder = finished.engines["stitch"]
    mastering = finished.engines.get("soundtrack", "").partition("; ")[2]
    # A film that costs nothing keeps no plan: by other rules it would be planned anew.
    for module in (plan, known):
        monkeypatch.setattr(module, "ENGINE", finished.engines["plan"])
    monkeypatch.setattr(codec, "engine", lambda: encoder)
    monkeypatch.setattr(loudness, "engine", lambda: mastering)
    async with quick_studio(stack, settings, client, standins.root) as (studio, films):
        await finished.restore(database_url, studio.store, tmp_path)
        yield studio, films


async def test_a_film_that_was_finished_before_is_found_step_by_step(
    release: tuple[Studio, Films], finished: Finished, standins: Standins, database_url: str
) -> None:
    studio, films = release
    foreseen = await estimated(studio, finished.request, finished.film)
    before = {row["key"] for row in (await rows_of(database_url, "render"))["render"]}
    result = await (await films.start(finished.request, finished.film)).result()
    made = [
        row["recipe"] for row in (await rows_of(database_url, "render"))["render"] if row["key"] not in before
    ]
    assert not made, "no recipe has another key"
    assert result.status == "completed" and result.made == 0 and result.cost_usd == 0
    assert not any(standins.posts(name) for name in ("replicate", "fal", "openai", "google"))
    assert foreseen.price_usd == 0 and all(step.found for step in foreseen.steps)
    newest = max(cut["number"] for cut in finished.tables["film_cut"])
    assert result.cut == newest, "nor is it delivered again"


def test_films_of_every_kind_are_recorded() -> None:
    """By what they are made of: each operation, and each way in which a chunk begins."""
    recipes = [
        row["recipe"]
        for path in FILMS
        for row in Finished.read(path).tables["render"]
        if row["state"] == "done"
    ]
    assert {recipe["operation"] for recipe in recipes} == {
        "plan", "plan_answer", "plan_repair", "reference", "storyboard_image", "fit_image", "chunk",
        "chunk_at_rate", "segment", "transition", "soundtrack", "stitch", "anchor_image",
    }  # fmt: skip
    roles = {(recipe["operation"], *sorted(recipe["inputs"])) for recipe in recipes}
    assert roles >= {
        ("storyboard_image",),
        ("storyboard_image", "control"),
        ("storyboard_image", "control", "image"),
        ("storyboard_image", "photo_1"),
        ("chunk",),
        ("chunk", "start"),
        ("chunk", "previous"),
        ("chunk", "last_frame", "start"),
        ("anchor_image", "image"),
        ("transition", "segment"),
        ("transition", "before", "segment"),
    }
