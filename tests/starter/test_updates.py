"""What becomes of an update that a client sends: carried out, refused, too late, or nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.starting import adds
from infra.embedded.stack import Stack
from infra.temporal import connect
from starter.errors import Away, FilmEnded, InvalidAnswer, NotDone, NotWaiting
from starter.films import Film, Films
from tests.support.on_market import asked, open_market
from tests.support.recordings import Told, waiting
from tests.support.refusing import UNAVAILABLE, refusing
from tests.support.wire import Wire
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.studio import account as accounts


class Ledger(Told):
    """Writes a budget down when it is let, and what fails with what it is told to."""

    def __init__(self) -> None:
        super().__init__("6")
        self.error: ApplicationError | None = None
        self.may_write = asyncio.Event()
        self.asked = asyncio.Event()

    @activity.defn(name="record_budget")
    async def grant(self, step: accounts.RecordBudget) -> accounts.Recorded:
        if self.error is not None:
            raise self.error
        self.asked.set()
        await self.may_write.wait()
        told: accounts.Recorded = await super().grant(step)
        return told


@asynccontextmanager
async def poor(client: Client, take: int) -> AsyncIterator[tuple[Film, Ledger]]:
    """A film that waits for money."""
    request, market = asked(take, "hero_shot").model_copy(update={"budget_usd": None}), Ledger()
    market.film(film_id(request), Decimal(0))
    async with open_market(client, market) as films:
        film = await films.start(request)
        await waiting(film, "storyboard:hero_shot")
        yield film, market
        market.may_write.set()
        # A run that nobody had seen to its end would go on beside whatever comes after this test.
        with suppress(FilmEnded):
            await film.stop()
            await film.result()


async def test_what_was_refused_is_told_apart_from_what_failed(client: Client) -> None:
    async with poor(client, 81) as (film, ledger):
        with pytest.raises(NotWaiting, match="waiting: none"):
            await film.accept_risk("storyboard:hero_shot")
        with pytest.raises(InvalidAnswer, match="usd is not an amount of USD"):
            await film.set_budget(Decimal(-1))
        ledger.error = ApplicationError("the ledger is read-only", type="LedgerAway", non_retryable=True)
        with pytest.raises(NotDone, match="set_budget could not be carried out: the ledger is read-only"):
            await film.set_budget(Decimal(7))
        assert (await film.progress()).budget_usd == 5


async def test_an_update_that_comes_too_late_is_told_as_that(client: Client) -> None:
    async with poor(client, 82) as (film, ledger):
        sent = asyncio.create_task(film.set_budget(Decimal(7)))
        await ledger.asked.wait()
        await film.handle.terminate()
        with pytest.raises(FilmEnded):
            await sent
        with pytest.raises(FilmEnded, match=r"has ended \(terminated\)"):
            await film.set_budget(Decimal(8))


async def test_who_leaves_is_let_go(client: Client) -> None:
    """The SDK makes an error of a cancelled update: a Ctrl-C would be lost in it."""
    async with poor(client, 83) as (film, ledger):
        sent = asyncio.create_task(film.set_budget(Decimal(7)))
        await ledger.asked.wait()
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent


async def test_a_server_that_is_away_is_no_refusal(stack: Stack) -> None:
    wired = Wire.to(f"http://{stack.temporal_address}")
    async with wired:
        films = Films(await connect(f"127.0.0.1:{wired.port}"))
        film = films.film("film-x")
        wired.cut()
        async with refusing(wired.port, UNAVAILABLE, "the cluster is moving"):
            calls = (film.give_up("plan"), films.start(VideoRequest(prompt="A film about a mug")))
            for error in await asyncio.gather(*calls, return_exceptions=True):
                assert isinstance(error, Away) and "ask again" in str(error)


@pytest.mark.parametrize(
    ("name", "value", "is_more"),
    [
        ("retake", {"shot": "hero_shot"}, True),
        ("upgrade", {"profile": "final", "spend_usd": "2"}, True),
        ("upgrade", {"profile": "final", "spend_usd": None}, False),
        ("upgrade", {"shots": ["hero_shot"], "profile": "final"}, False),
        ("use", {"shot": "hero_shot", "version": "draft-1"}, False),
        ("set_budget", {"usd": "7"}, False),
    ],
)
def test_what_would_be_done_once_more_is_told_apart(
    name: str, value: dict[str, object], is_more: bool
) -> None:
    """It is never sent a second time where nobody knows whether it arrived."""
    assert adds(name, value) == is_more
