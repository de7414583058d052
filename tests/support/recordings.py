"""Films that record what the others of `record_histories.py` do not come by: each with a market of its own.

Between them they take every branch, and meet every constant, whose change would give other commands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle

from activities.faults import InvalidInput
from starter.films import Film, FilmFailed
from tests.support.books import Books, Fate
from tests.support.market import Market
from tests.support.on_market import asked, open_market
from tests.support.paid import unfinished
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.studio import account as accounts
from workflows.studio.facts import Artifact, ChunkLength, ModelFacts, Payment
from workflows.studio.money import Account, PaidStep

Handle = WorkflowHandle[Any, Any]
ENOUGH = Decimal(1000)


class Told(Market):
    """A market in which nothing is left to chance: prices in USD, fates and seconds by the step's name."""

    def __init__(
        self,
        price: str = "0.01",
        fates: Mapping[str, Fate] | None = None,
        *,
        broken: Collection[str] = (),
        slow: Mapping[str, float] | None = None,
        text_start: bool = True,
    ) -> None:
        super().__init__(1)
        self._prices = dict.fromkeys(self._prices, Decimal(price))
        self._dearer = dict.fromkeys(self._prices, Decimal(1))
        self._told, self._broken, self._slow = dict(fates or {}), broken, slow or {}
        self._text_start = text_start

    def _fate(self, film: str, step: str) -> Fate:
        return self._told.get(step, Fate(0, [], False))

    def _facts(self, name: str, fps: Fraction | None = None) -> ModelFacts:
        return super()._facts(name, fps).model_copy(update={"text_start": self._text_start})

    def _sent(self, books: Books, key: str, model: ModelFacts, terms: PaidStep, price: Decimal) -> Payment:
        if terms.step in self._broken:
            raise InvalidInput("it is no picture")
        return super()._sent(books, key, model, terms, price)

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        """Where nothing is granted, nobody has decided anything."""
        told: Account = await super().account(step)
        return told if told.budget_usd else told.model_copy(update={"budget_usd": None})

    async def _sell(
        self, model: ModelFacts, terms: PaidStep, price: Decimal, length: ChunkLength | None = None
    ) -> Artifact:
        await asyncio.sleep(self._slow.get(terms.step, 0))
        return await super()._sell(model, terms, price, length)


async def waiting(film: Film, *names: str) -> None:
    """Returns once exactly these steps wait for a person."""
    while {wait.step for wait in (await unfinished(film)).waits} != set(names):
        await asyncio.sleep(0.05)


async def filmed(client: Client, market: Market, request: VideoRequest, limit: Decimal = ENOUGH) -> Handle:
    """A film that comes to its end by itself, well or not."""
    market.film(film_id(request), limit)
    async with open_market(client, market) as films:
        return await ended(await films.start(request))


async def ended(film: Film) -> Handle:
    try:
        await film.result()
    except FilmFailed:
        assert (await film.progress()).status == "failed"
    return film.handle


def rich(take: int, *beats: str) -> VideoRequest:
    return asked(take, *beats).model_copy(update={"budget_usd": ENOUGH})


async def planned_at_the_limit(_: object, client: Client) -> Handle:
    """Its plan costs more than is reserved for one, and the budget leaves little beside it."""
    limit = Decimal("0.3")
    request = asked(21, "hero_shot").model_copy(update={"budget_usd": limit})
    return await filmed(client, Told(), request, limit)


async def tries_used_up(_: object, client: Client) -> Handle:
    """A job fails three times, and the work moves on."""
    fates = {"chunk:hero_shot:1": Fate(0, ["JobFailed"] * 3, False)}
    return await filmed(client, Told(fates=fates), rich(22, "hero_shot"))


async def waited_and_paused(_: object, client: Client) -> Handle:
    """Nobody named a budget: it waits for one, is paused meanwhile, and is given it."""
    request = asked(23, "hero_shot").model_copy(update={"budget_usd": None})
    market = Told("6")
    books = market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "storyboard:hero_shot")
        await film.pause()
        await waiting(film, "storyboard:hero_shot", "")
        await film.resume()
        await waiting(film, "storyboard:hero_shot")
        books.limit = ENOUGH
        await film.set_budget(ENOUGH)
        return await ended(film)


async def later_images(_: object, client: Client) -> Handle:
    """The first beat has no image, nothing starts from text, and the other images take their time."""
    market = Told(broken=["storyboard:hero_shot"], slow={"storyboard:call_to_action": 2.0}, text_start=False)
    return await filmed(client, market, rich(24, "hero_shot", "detail_showcase", "call_to_action"))


async def climbed(_: object, client: Client) -> Handle:
    """The words of a chunk are refused until it starts from a new image."""
    fates = {"chunk:hero_shot:1": Fate(2, [], False)}
    return await filmed(client, Told(fates=fates), rich(25, "hero_shot"))


async def failed_paid(_: object, client: Client) -> Handle:
    """It fails, and leaves a memo."""
    return await filmed(client, Told(broken=["chunk:hero_shot:1"]), rich(26, "hero_shot", "call_to_action"))


async def given_up(_: object, client: Client) -> Handle:
    """Images and a chunk are given up: one beat starts from a drawing, another shows the animatic."""
    doubted = ("storyboard:hero_shot", "storyboard:call_to_action", "chunk:call_to_action:1")
    fates = {step: Fate(0, ["SubmitOutcomeUnknown"], False) for step in doubted}
    market, request = Told(fates=fates, text_start=False), rich(27, "hero_shot", "call_to_action")
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, *doubted[:2])
        for step in doubted[:2]:
            await film.give_up(step)
        await waiting(film, doubted[2])
        await film.give_up(doubted[2])
        result = await film.result()
        assert [beat.placeholder for beat in result.beats] == [False, True]
        return film.handle


async def after_a_placeholder(_: object, client: Client) -> Handle:
    """One beat shows the animatic, and the next has no image: it does not go on from there."""
    fates = {"chunk:hero_shot:1": Fate(0, ["SubmitOutcomeUnknown"], False)}
    market = Told(fates=fates, broken=["storyboard:call_to_action"], text_start=False)
    request = rich(28, "hero_shot", "call_to_action")
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "chunk:hero_shot:1")
        await film.give_up("chunk:hero_shot:1")
        result = await film.result()
        assert [beat.placeholder for beat in result.beats] == [True, False] and not books.wrong
        return film.handle


RECORDINGS = (
    planned_at_the_limit,
    tries_used_up,
    waited_and_paused,
    later_images,
    climbed,
    failed_paid,
    given_up,
    after_a_placeholder,
)
