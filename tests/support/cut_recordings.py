"""Recordings of films that always exist: their cuts, a review, and the best one where a film ends early."""

from __future__ import annotations

import asyncio

from temporalio.client import Client

from starter.films import Films
from tests.support.books import Fate
from tests.support.directed_recordings import CHUNK, running, shows
from tests.support.editing import told
from tests.support.on_market import open_market
from tests.support.recordings import ENOUGH, Handle, Told, ended, rich
from workflows.film.naming import film_id

BEATS = ("hero_shot", "call_to_action")
#: Longer than a first cut takes.
SLOW = {CHUNK: 4.0}


async def cuts(_: object, client: Client) -> Handle:
    """The animatic's, one of the shot that is there first, and the last one."""
    market, request = Told(slow={CHUNK: 26.0}), rich(51, *BEATS)
    books = market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        handle = await shows(await films.start(request), "draft-1", "draft-1")
    assert books.cuts == [("animatic-1",) * 2, ("animatic-1", "draft-1"), ("draft-1",) * 2]
    return handle


async def reviewed(_: object, client: Client) -> Handle:
    """The storyboard is looked at; one shot is approved, and then all of them."""
    market = Told()
    request = rich(52, *BEATS).model_copy(update={"review": "storyboard"})
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        film = await films.start(request)
        while not any(wait.reason == "review" for wait in (await film.progress()).waits):
            await asyncio.sleep(0.05)
        await told(film, "approve", shots=["call_to_action"])
        await asyncio.sleep(1.0)
        await told(film, "approve")
        return await shows(film, "draft-1", "draft-1")


async def stopped_with_a_cut(_: object, client: Client) -> Handle:
    """Stopped before its first cut: what there is by then is one."""
    market, request = Told(slow=SLOW), rich(53, *BEATS).model_copy(update={"preview": False})
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        await film.stop()
        result = await film.result()
    assert (result.status, result.cut, result.whole) == ("stopped", 1, False)
    return film.handle


async def canceled_with_a_cut(_: object, client: Client) -> Handle:
    market, request = Told(slow=SLOW), rich(54, *BEATS).model_copy(update={"preview": False})
    async with open_market(client, market) as films:
        film = await running(films, market, request, CHUNK)
        await film.handle.cancel()
        handle = await ended_early(films, film.id)
    assert len(market.books[film.id].cuts) == 1
    return handle


async def ended_early(films: Films, id: str) -> Handle:
    film = films.film(id)
    while (await film.progress()).status in ("planning", "rendering", "stopping"):
        await asyncio.sleep(0.05)
    return film.handle


async def refused_for_good(_: object, client: Client) -> Handle:
    """No words pass: the shot shows the animatic, and the film is delivered."""
    fates = {CHUNK: Fate(9, [], False)}
    market, request = Told(fates=fates), rich(55, *BEATS)
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        return await shows(await films.start(request), "animatic-1", "draft-1")


async def whole_or_nothing(_: object, client: Client) -> Handle:
    """The same, of a film that is to be whole: it fails."""
    fates = {CHUNK: Fate(9, [], False)}
    market, request = Told(fates=fates), rich(56, *BEATS).model_copy(update={"partial": "fail"})
    market.film(film_id(request), ENOUGH)
    async with open_market(client, market) as films:
        return await ended(await films.start(request))


RECORDINGS = (cuts, reviewed, stopped_with_a_cut, canceled_with_a_cut, refused_for_good, whole_or_nothing)
