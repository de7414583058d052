"""The real workflow on a scripted market: whatever fails, costs or fans out, the budget is never passed."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

from temporalio import activity
from temporalio.client import Client

from starter.films import Films
from tests.support.books import Books
from tests.support.market import Market
from tests.support.on_market import BUDGET, SEED, asked, attended, open_market
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.studio import account as accounts
from workflows.studio.facts import Payment
from workflows.studio.money import Account

BEATS = ("hero_shot", "detail_showcase", "call_to_action")


async def test_the_budget_is_never_passed_whatever_happens(client: Client) -> None:
    """Three films of random prices and misfortunes; each call is held against the market's own books."""
    market, chance = Market(SEED), random.Random(SEED)

    async def made(films: Films, take: int) -> tuple[Books, VideoResult, VideoResult]:
        request = asked(take, *BEATS)
        books = market.film(film_id(request), BUDGET)
        first = await attended(await films.start(request), books, chance)
        return books, first, await attended(await films.start(request), books, chance)

    async with open_market(client, market) as films:
        results = await asyncio.gather(*(made(films, take) for take in range(1, 4)))
    for books, first, again in results:
        assert not books.wrong
        assert first.status == again.status == "completed"
        assert BUDGET < first.spent_usd == books.spent <= books.limit
        assert again.cost_usd == 0 and again.spent_usd == first.spent_usd, "a resume makes the same film"
        assert again.beats == first.beats
        for step, fate in books.fates.items():
            ladder = [0, 0, *range(1, fate.blocked)] if fate.blocked else []
            assert books.refused.get(step, []) == ladder, step
            assert not fate.mishaps, "everything that was to happen has happened"
    happened = [fate for books, *_ in results for fate in books.fates.values()]
    assert {fate.blocked for fate in happened} == {0, 1, 2}
    assert any(len(set(models)) > 1 for books, *_ in results for models in books.asked.values())
    assert any("softer words" in said for _, first, _ in results for said in first.warnings)


class Settling(Market):
    """A market that learns, when a film's last balance is drawn up, that its first doubt cost nothing."""

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        books = self.books[step.film]
        doubt = next((name for name, paid in books.paid.items() if not paid.certain), None)
        if not step.run and doubt is not None:
            books.paid[doubt] = Payment(attempt=doubt, usd=Decimal(0))
        return await super().account(step)


async def test_a_doubt_that_cost_nothing_is_told_as_a_correction(client: Client) -> None:
    market, chance, request = Settling(SEED), random.Random(SEED), asked(9, "hero_shot", "call_to_action")
    books = market.film(film_id(request), Decimal(9))
    async with open_market(client, market) as films:
        first = await attended(await films.start(request), books, chance)
        # An earlier run's doubt, which only the balance of the next one settles.
        books.paid["lost:1"] = Payment(attempt="lost:1", usd=Decimal("0.4"), certain=False)
        film = await films.start(request)
        again = await attended(film, books, chance)
        memo = await (await film.describe()).memo()
    assert again.cost_usd == 0 and again.corrected_usd == Decimal("-0.4")
    assert again.spent_usd == first.spent_usd and Decimal(memo["corrected_usd"]) == Decimal("-0.4")
