"""A dry run goes the way of the film itself: it names the recipes that the ledger then has, key by key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from activities.film.estimate import estimated
from activities.studio.studio import Studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.record_finished import KINDS, asked, upload
from tests.support.finished import quick_studio, rows_of
from tests.support.standing import Standins
from workflows.film.naming import film_id

#: What is asked of a planner goes before a film; what comes in from outside is no part of one.
_BEFORE = ("plan_answer", "plan_repair", "reference")


@pytest_asyncio.fixture
async def house(
    stack: Stack, settings: Settings, client: Client, standins: Standins
) -> AsyncIterator[tuple[Studio, Films]]:
    async with quick_studio(stack, settings, client, standins.root) as opened:
        yield opened


async def done(database_url: str) -> dict[str, str]:
    """The operations of all that is there, by key."""
    rows = (await rows_of(database_url, "render"))["render"]
    return {row["key"]: row["recipe"]["operation"] for row in rows if row["state"] == "done"}


#: One that is free and one that is bought: the others take as long again.
QUICK = ("animatic", "edged")


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each not in QUICK)) for each in KINDS]
)
async def test_a_dry_run_names_what_the_film_is_made_of(
    house: tuple[Studio, Films], standins: Standins, database_url: str, tmp_path: Path, name: str
) -> None:
    studio, films = house
    kind, number = KINDS[name], 500 + list(KINDS).index(name)
    photo = await upload(studio, number, tmp_path) if kind.photo else None
    # The animatic that is shown meanwhile is beside what is asked for.
    request = asked(kind, number, photo).model_copy(update={"preview": False})
    film, before = film_id(request), await done(database_url)
    foreseen = await estimated(studio, request, film)
    assert standins.log() == [] and await done(database_url) == before, "nothing is bought or made"
    if kind.fault:
        provider, fault, times, match = kind.fault
        standins.order(provider, "submit", fault, times, match)
    paid = [await (await films.start(request)).result() for _ in range(2)]
    assert [result.status for result in paid] == ["completed", "completed"]
    there = await done(database_url)
    made = {key for key, what in there.items() if key not in before and what not in _BEFORE}
    again = await estimated(studio, request, film)
    assert made <= set(again.recipes) <= there.keys(), "every recipe of it, and no other"
    assert again.price_usd == 0 and all(step.found for step in again.steps)
    if kind.fault is None:
        assert set(foreseen.recipes) == set(again.recipes), "also of what was not there yet"
        assert bool(foreseen.price_usd) == bool(paid[0].spent_usd)
