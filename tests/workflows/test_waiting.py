"""What a film waits for a person for: told as data, each with a limit of its own, in time that leaps."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

from temporalio.testing import WorkflowEnvironment

from starter.films import Film
from starter.waits import enough_usd, ways_on
from tests.support.books import Fate
from tests.support.market import Market
from tests.support.on_market import asked, open_market
from tests.support.skipping import skipping as skipping
from workflows.film.naming import film_id
from workflows.studio.report import Progress


class Doubtful(Market):
    """Nobody can say, of any chunk, what became of its first submit."""

    def _fate(self, film: str, step: str) -> Fate:
        return Fate(0, ["SubmitOutcomeUnknown"] if step.startswith("chunk:") else [], False)


async def held(film: Film, steps: Collection[str]) -> Progress:
    """The progress, once exactly these steps wait."""
    while True:
        progress = await film.progress()
        assert progress.status in ("planning", "rendering"), progress
        if {wait.step for wait in progress.waits} == set(steps):
            return progress
        await asyncio.sleep(0.1)


async def test_every_wait_has_a_limit_of_its_own(skipping: WorkflowEnvironment) -> None:
    request, market = asked(1, "hero_shot", "call_to_action"), Doubtful(1)
    market.film(film_id(request), Decimal(100))
    day = timedelta(days=1)
    async with open_market(skipping.client, market) as films:
        with skipping.with_time_skipping_disabled():
            film = await films.start(request.model_copy(update={"budget_usd": Decimal(100)}))
        await held(film, ["chunk:hero_shot:1", "chunk:call_to_action:1"])
        await skipping.fast_forward(film.handle, 4 * day)
        await film.accept_risk("chunk:hero_shot:1")
        await held(film, ["chunk:hero_shot:2", "chunk:call_to_action:1"])
        await skipping.fast_forward(film.handle, 2 * day)
        await film.accept_risk("chunk:call_to_action:1")
        await held(film, ["chunk:hero_shot:2", "chunk:call_to_action:2"])
        # Somebody has been waited for without a break for eight days, and for no answer longer than six.
        await skipping.fast_forward(film.handle, 2 * day)
        await held(film, ["chunk:hero_shot:2", "chunk:call_to_action:2"])
        await skipping.fast_forward(film.handle, 4 * day)
        result = await film.result()
    assert result.status == "stopped"
    assert any("hero_shot · chunk 2 waited for an answer for 7 days" in said for said in result.warnings)


async def test_a_pause_that_nobody_ends_stops_the_film(skipping: WorkflowEnvironment) -> None:
    request, market = asked(2, "hero_shot", "call_to_action"), Market(1)
    market.film(film_id(request), Decimal(100))
    async with open_market(skipping.client, market) as films:
        with skipping.with_time_skipping_disabled():
            film = await films.start(request)
        await film.pause()
        while not (await film.progress()).paused:
            await asyncio.sleep(0.1)
        await skipping.fast_forward(film.handle, timedelta(days=6))
        assert (await film.progress()).paused
        await skipping.fast_forward(film.handle, timedelta(days=2))
        result = await film.result()
    assert result.status == "stopped" and "It was paused for 7 days" in result.warnings[-1]


async def test_waits_are_data(skipping: WorkflowEnvironment) -> None:
    request, market = asked(3, "hero_shot", "call_to_action"), Doubtful(7)
    books = market.film(film_id(request), Decimal("0.25"))
    step = "chunk:hero_shot:1"
    async with open_market(skipping.client, market) as films:
        with skipping.with_time_skipping_disabled():
            film = await films.start(request.model_copy(update={"budget_usd": Decimal("0.25")}))
        poor = await held(film, ["storyboard:hero_shot", "storyboard:call_to_action"])
        first, second = poor.waits
        assert (
            first.reason == "budget" and first.needs_usd and set(first.answers) == {"set_budget", "give_up"}
        )
        assert poor.waiting_for == f"{first.words}; {second.words}"
        # Which of the two came first is the server's business.
        assert sorted(ways_on("film", poor)) == [
            f"reel budget film {enough_usd(poor)}", "reel give-up film storyboard:call_to_action",
            "reel give-up film storyboard:hero_shot",
        ]  # fmt: skip
        books.limit = Decimal(100)
        await film.set_budget(books.limit)
        doubt = await held(film, [step, "chunk:call_to_action:1"])
        one = next(wait for wait in doubt.waits if wait.step == step)
        assert one.reason == "risk" and "nobody can say" in one.words
        assert one.answers == ("accept_risk", "give_up")
        await film.pause()
        await film.stop()
        assert (await film.result()).status == "stopped"
        assert (await film.progress()).waits == ()
