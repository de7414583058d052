"""Recordings of films that people direct: takes, rungs, choices and plans, at every moment of a film."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateStage

from starter.films import Film, Films
from tests.support.editing import edited, told
from tests.support.market import Market
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Handle, Told, rich
from workflows.film.contract import VideoRequest
from workflows.film.direction import Decision
from workflows.film.naming import film_id
from workflows.film.report import VideoResult
from workflows.film.versions import Version
from workflows.studio import account as accounts
from workflows.studio.edits import Edit
from workflows.studio.money import Account

CHUNK = "chunk:hero_shot:1"


class Slow(Told):
    """Writes what is decided down long after the next decision has come, and is long over its balance."""

    def __init__(self, slow: Mapping[str, float] | None = None) -> None:
        super().__init__(slow=slow)
        self.balancing = asyncio.Event()

    @activity.defn(name="record_edit")
    async def direct(self, step: accounts.RecordEdit) -> accounts.Recorded:
        await asyncio.sleep(1.0)
        told: accounts.Recorded = await super().direct(step)
        return told

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        if not step.run:
            self.balancing.set()
            await asyncio.sleep(3.0)
        told: Account = await super().account(step)
        return told


async def running(films: Films, market: Market, request: VideoRequest, step: str) -> Film:
    """A film of which this step is being made."""
    market.film(film_id(request), ENOUGH)
    film = await films.start(request)
    while step not in await begun(film):
        await asyncio.sleep(0.05)
    return film


async def begun(film: Film) -> set[str]:
    told = await film.progress()
    steps = [*told.film_steps, *(step for beat in told.beats for step in beat.steps)]
    return {step.name for step in steps if step.state != "waiting"}


async def shows(film: Film, *names: str) -> Handle:
    """The film, once it has ended and shows these versions."""
    result = await film.result()
    assert [beat.shows for beat in result.beats] == list(names), result
    return film.handle


async def accepted(film: Film, update: str, **value: Any) -> Any:
    """A decision that was accepted, and need not have been written down."""
    return await film.handle.start_update(update, value, wait_for_stage=WorkflowUpdateStage.ACCEPTED)


async def retaken(_: object, client: Client) -> Handle:
    """Another take while the first one is made, and of that a chunk once more."""
    market, request = Told(slow={CHUNK: 3.0}), rich(41, "hero_shot", "call_to_action")
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        await told(film, "retake", shot="hero_shot", words="a red mug")
        while "chunk:hero_shot:1@draft-2" not in await begun(film):
            await asyncio.sleep(0.05)
        await told(film, "retake", shot="hero_shot", chunk=2)
        return await shows(film, "draft-3", "draft-1")


async def two_decisions(_: object, client: Client) -> Handle:
    """Two at once, of which the later one holds; then the choice of what is there already."""
    market, request = Slow(slow={CHUNK: 3.0}), rich(42, "hero_shot", "call_to_action")
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        sent = [await accepted(film, "retake", shot="hero_shot", words=words) for words in ("red", "blue")]
        sent.append(await accepted(film, "use", shot="call_to_action", version="animatic"))
        await asyncio.gather(*(update.result() for update in sent))
        return await shows(film, "draft-3", "animatic-1")


async def last_moment(_: object, client: Client) -> Handle:
    """While its balance is drawn up, somebody wants another take: it is made in the same run."""
    market, request = Slow(), rich(43, "hero_shot")
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await market.balancing.wait()
        await told(film, "retake", shot="hero_shot")
        return await shows(film, "draft-2")


async def replanned(_: object, client: Client) -> Handle:
    """Another plan, while the first one is made."""
    market, request = Told(slow={CHUNK: 3.0}), rich(44, "hero_shot", "call_to_action")
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        await told(film, "retake")
        handle = await shows(film, "draft-1", "draft-1")
    assert len(market.books[film.id].edits) == 1
    return handle


async def upgraded(_: object, client: Client) -> Handle:
    """A film that has ended: one of its shots goes to a higher rung, and the other stays as it was bought."""
    market, request = Told(), rich(45, "hero_shot", "call_to_action")
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        await shows(film, "draft-1", "draft-1")
        await edited(client, request, "upgrade", shots=["hero_shot"], profile="final")
        return await shows(films.film(film.id), "final-1", "draft-1")


async def chosen(_: object, client: Client) -> Handle:
    """A film that has ended shows what it showed before a chunk was retaken."""
    market, request = Told(), rich(46, "hero_shot")
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        first = await film.result()
        await edited(client, request, "retake", shot="hero_shot", chunk=2)
        back: VideoResult = await edited(client, request, "use", shot="hero_shot", version="draft-1")
        assert back.cut == first.cut and not back.cost_usd
        return await shows(films.film(film.id), "draft-1")


async def forked_with_versions(_: object, client: Client) -> Handle:
    """A film that begins with what people wanted of another one."""
    market, request = Told(), rich(47, "hero_shot", "call_to_action")
    wanted = Decision(plan=1, wanted={"hero_shot": Version(rung="final", words="a red mug")})
    books = market.film(film_id(request), ENOUGH)
    books.edits.append(Edit(id="fork", kind="fork", value=wanted.model_dump(mode="json")))
    async with open_market(client, market) as films:
        return await shows(await films.start(request), "final-1", "draft-1")


RECORDINGS = (retaken, two_decisions, last_moment, replanned, upgraded, chosen, forked_with_versions)
