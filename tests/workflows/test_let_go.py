"""What is decided while a film is made: nothing of what was wanted before is bought, or waited for."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

from temporalio import activity
from temporalio.client import Client

from tests.support.editing import told
from tests.support.on_market import asked, open_market
from tests.support.recordings import Told
from workflows.film import steps
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm
from workflows.studio.facts import Artifact, ChunkLength, ModelFacts
from workflows.studio.money import PaidStep

FIRST, SECOND = "chunk:hero_shot:1", "chunk:hero_shot:2"
# More than an answered decision takes until it is felt: the chunk ends after that, and not as cancelled.
SLOW_S = 1.0


class Noted(Told):
    """A market that notes what it was asked for, plans among it."""

    def __init__(self, price: str) -> None:
        super().__init__(price, slow={FIRST: SLOW_S})
        self.noted: list[str] = []
        self.decided = asyncio.Event()

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        planned: PlannedFilm = await super().plan(step)
        # A price that is asked for first is an answer, and no plan.
        if isinstance(planned, PlannedFilm):
            self.noted.append("planned")
        return planned

    def _share(self, chance: random.Random) -> Decimal:
        return Decimal(1)

    async def _sell(
        self, model: ModelFacts, terms: PaidStep, price: Decimal, length: ChunkLength | None = None
    ) -> Artifact:
        self.noted.append(terms.step)
        if terms.step == FIRST:
            await self.decided.wait()
        return await super()._sell(model, terms, price, length)


async def noted(market: Noted, what: str, times: int = 1) -> None:
    async with asyncio.timeout(120):
        while market.noted.count(what) < times:
            await asyncio.sleep(0.05)


async def test_what_completes_meanwhile_is_not_gone_on_with(client: Client) -> None:
    market, request = Noted("0.01"), asked(71, "hero_shot").model_copy(update={"budget_usd": Decimal(9)})
    market.film(film_id(request), Decimal(9))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await noted(market, FIRST)
        await told(film, "retake")
        market.decided.set()
        await noted(market, "planned", times=2)
        await film.handle.terminate("what came before is looked at")
    planned_anew = market.noted.index("planned", market.noted.index("planned") + 1)
    before = market.noted[:planned_anew]
    assert FIRST in before and SECOND not in before


async def test_money_is_not_waited_for_on_behalf_of_what_is_not_wanted_any_more(client: Client) -> None:
    # The plan and an image, and no chunk: the one that is let go fails for want of money.
    market, request = Noted("0.3"), asked(72, "hero_shot").model_copy(update={"budget_usd": Decimal("0.6")})
    market.film(film_id(request), Decimal("0.6"))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await noted(market, FIRST)
        await told(film, "retake", shot="hero_shot", words="a red mug")
        market.decided.set()
        await noted(market, "storyboard:hero_shot@draft-2")
        await film.handle.terminate("what came before is looked at")
