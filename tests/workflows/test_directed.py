"""Films that people direct at random, on a scripted market: the budget holds, a cut shows what they decided,
and choosing among what is there costs nothing."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from temporalio.client import Client, RPCError, WorkflowUpdateFailedError

from starter.films import Film, Films
from tests.support.books import Books
from tests.support.editing import edited, told
from tests.support.market import Market
from tests.support.on_market import BUDGET, SEED, asked, attended, open_market
from workflows.film.contract import VideoRequest
from workflows.film.direction import Direction, decisions, plan_of
from workflows.film.naming import film_id
from workflows.film.report import VideoResult

BEATS = ("hero_shot", "call_to_action")


async def directed(film: Film, chance: random.Random) -> None:
    """Somebody who cannot decide, while the film is made."""
    for _ in range(6):
        await asyncio.sleep(chance.random() / 2)
        shot = chance.choice(BEATS)
        with suppress(WorkflowUpdateFailedError, RPCError):
            match chance.choice(["retake", "chunk", "upgrade", "use", "film"]):
                case "retake":
                    await told(film, "retake", shot=shot, words=chance.choice(["", "a red mug"]))
                case "chunk":
                    await told(film, "retake", shot=shot, chunk=chance.choice([1, 2]))
                case "upgrade":
                    await told(film, "upgrade", shots=[shot], profile=chance.choice(["draft", "final"]))
                case "use":
                    await told(film, "use", shot=shot, version=chance.choice(["animatic", "draft", "final"]))
                case "film" if chance.random() < 0.3:
                    await told(film, "retake")


def decided(books: Books) -> list[str]:
    """Which version of every shot the decisions come to."""
    made = decisions(books.edits)
    direction = Direction(BEATS, "draft", plan_of(made), made)
    return [direction.wanted[shot].name for shot in BEATS]


@pytest.mark.slow
async def test_the_budget_holds_whatever_people_decide(client: Client) -> None:
    market = Market(SEED)

    async def made(films: Films, take: int) -> tuple[Books, VideoResult]:
        request, chance = asked(take, *BEATS), random.Random(take)
        books = market.film(film_id(request), BUDGET)
        film = await films.start(request)
        deciding = asyncio.create_task(directed(film, chance))
        first = await attended(film, books, chance)
        await deciding
        assert not books.wrong, books.wrong
        again = await attended(await films.start(request), books, chance)
        assert [beat.shows for beat in again.beats] == decided(books)
        paid = len(books.paid)
        await chosen(request, films, again)
        assert len(books.paid) == paid and not books.wrong
        return books, first

    async def chosen(request: VideoRequest, films: Films, before: VideoResult) -> None:
        """All that is there is shown once more, and then what was shown before."""
        books = market.books[film_id(request)]
        (shot, *_) = (await films.film(film_id(request)).progress()).beats
        there = [one.name for one in shot.versions if one.state == "finished"]
        assert before.beats[0].shows in there
        for name in (*there, before.beats[0].shows):
            result = await edited(client, request, "use", shot=shot.id, version=name)
            assert (result.beats[0].shows, result.cost_usd) == (name, Decimal(0))
        assert (result.cut, result.beats) == (before.cut, before.beats) and books.wrong == []

    async with open_market(client, market) as films:
        results = await asyncio.gather(*(made(films, take) for take in range(41, 45)))
    for books, first in results:
        assert first.status == "completed" and books.spent <= books.limit
        assert [beat.shows for beat in first.beats] == [beat.wanted for beat in first.beats]
    assert sum(len(books.edits) for books, _ in results) > len(results)
