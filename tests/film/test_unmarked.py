"""Nothing is bought that starts from a frame with the mark of the animatic; what it starts from is told."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from activities.animatic.provider import Animatic
from activities.film.estimate import estimated
from tests.support.giving_up import ended, given_up
from tests.support.paid import CHUNK_USD, FLUX, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.naming import film_id


async def starts(database_url: str, film: str) -> list[dict[str, Any]]:
    """The recipes that the film's bought chunks started from."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT s.recipe::text FROM attempt a JOIN render c ON c.key = a.key "
        "JOIN render s ON s.key IN (c.recipe -> 'inputs' ->> 'start', c.recipe -> 'inputs' ->> 'previous') "
        "WHERE a.payer = $1",
        film,
    )
    await connection.close()
    return [json.loads(row[0]) for row in rows]


async def test_nothing_is_bought_from_the_last_frame_of_a_placeholder(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    request = asked("hero_shot", "call_to_action", image=FLUX, video=WAN, budget_usd=Decimal(0))
    async with paid_rig() as (_, films):
        film = await films.start(request)
        await given_up(film, "storyboard:hero_shot", "storyboard:call_to_action", "chunk:hero_shot:1")
        await until(film, "call_to_action · chunk 1")
        await film.set_budget(Decimal(5))
        result, _ = await ended(film)
    assert [beat.placeholder for beat in result.beats] == [True, False] and made(standins) == {WAN: 1}
    (start,) = await starts(database_url, film.id)
    assert start["operation"] == "storyboard_image" and start["params"]["lettering"] == "none"
    assert start["params"]["beat"]["id"] == "call_to_action"
    assert any("call_to_action: starts from the animatic's drawing" in said for said in result.warnings)


async def test_chunks_that_are_bought_from_drawings_start_without_the_mark(
    paid_rig: PaidRig, standins: Standins, database_url: str
) -> None:
    request = asked("hero_shot", image="animatic-image", video=WAN)
    async with paid_rig() as (_, films):
        film = await films.start(request)
        first = await film.result()
        again = await (await films.start(request)).result()
    (start,) = await starts(database_url, film.id)
    assert start["params"]["lettering"] == "none" and first.cost_usd == CHUNK_USD and again.cost_usd == 0


async def test_another_release_draws_otherwise_and_nothing_is_bought_again(
    paid_rig: PaidRig, standins: Standins, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked("hero_shot", image="animatic-image", video=WAN, music=True)
    async with paid_rig() as (_, films):
        first = await (await films.start(request)).result()
    monkeypatch.setattr(Animatic, "engine", "animatic of another release")
    async with paid_rig() as (studio, films):
        assert (await estimated(studio, request, film_id(request))).price_usd == 0
        again = await (await films.start(request)).result()
    assert first.status == again.status == "completed" and again.cost_usd == 0
    assert made(standins) == {WAN: 1} and again.beats == first.beats
    assert first.music == "included" and again.made == 0, "nor is its music made again"
