"""What Temporal refuses is raised, with the setting it speaks of; what passes is waited for, with words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import Client

from infra.embedded.stack import Stack
from infra.errors import Unreachable
from infra.temporal import connect, plugin
from starter.errors import NoSuchFilm
from starter.films import Film, Films
from starter.productions import Productions
from tests.conftest import Rig
from tests.support.plain import Plain
from tests.support.refusing import PERMISSION_DENIED, UNAUTHENTICATED, UNAVAILABLE, refusing
from tests.support.wire import Wire
from workflows.film.contract import VideoRequest

# Far longer than a refusal takes, far shorter than for ever.
HANG_S = 30


async def watched(film: Film) -> None:
    async for _ in film.watch():
        pass


ASKED: dict[str, Callable[[Film], Awaitable[object]]] = {
    "result": lambda film: film.result(),
    "watch": watched,
    "progress": lambda film: film.progress(),
    "describe": lambda film: film.describe(),
    "pause": lambda film: film.pause(),
    "give_up": lambda film: film.give_up("chunk:hero_shot:1"),
    "start": lambda film: Films(film.handle._client).start(VideoRequest(prompt="A film about a mug")),
}


@pytest.fixture
def wired(stack: Stack) -> Wire:
    return Wire.to(f"http://{stack.temporal_address}")


@pytest.mark.parametrize("ask", ASKED)
async def test_a_key_that_was_taken_away_ends_the_waiting(ask: str, wired: Wire) -> None:
    async with wired:
        client = await connect(f"127.0.0.1:{wired.port}")
        wired.cut()
        async with refusing(wired.port, PERMISSION_DENIED, "Request unauthorized."), asyncio.timeout(HANG_S):
            with pytest.raises(Unreachable, match=r"Request unauthorized.*TEMPORAL_API_KEY"):
                await ASKED[ask](Films(client).film("film-x"))


@pytest.mark.parametrize("ask", ["result", "watch"])
async def test_what_the_server_cannot_read_ends_the_waiting(ask: str, client: Client) -> None:
    film = Film(
        "film-x",
        False,
        client.get_workflow_handle("film-x", run_id="no run's id"),
        productions=Productions(client),
    )
    async with asyncio.timeout(HANG_S):
        with pytest.raises(Unreachable, match="INVALID_ARGUMENT"):
            await ASKED[ask](film)


@pytest.mark.parametrize("ask", ASKED)
async def test_a_namespace_that_is_not_there_is_no_missing_film(
    ask: str, stack: Stack, client: Client
) -> None:
    stranger = await Client.connect(stack.temporal_address, namespace="nowhere", plugins=[plugin()])
    with pytest.raises(Unreachable, match=r"nowhere.*TEMPORAL_NAMESPACE"):
        await ASKED[ask](Films(stranger).film("film-x"))
    if ask != "start":
        with pytest.raises(NoSuchFilm):
            await ASKED[ask](Films(client).film("film-that-was-never-made"))


async def test_a_server_that_is_away_is_waited_for_and_told(
    wired: Wire, rig: Rig, request_of_its_own: VideoRequest, caplog: pytest.LogCaptureFixture
) -> None:
    async with wired, rig(Plain()) as (_, films):
        started = await films.start(request_of_its_own)
        film = Films(await connect(f"127.0.0.1:{wired.port}")).film(started.id)
        wired.cut()
        async with refusing(wired.port, UNAVAILABLE, "the cluster is moving"):
            with caplog.at_level(logging.WARNING, "starter.run"):
                result = asyncio.create_task(film.result())
                while not any("asking again" in line for line in caplog.messages):
                    await asyncio.sleep(0.1)
                    assert not result.done()
        await wired.mend()
        assert (await result).status == "completed"


async def test_a_door_that_is_shut_is_not_knocked_at_for_long(wired: Wire) -> None:
    async with wired:
        port = wired.port
    async with refusing(port, UNAUTHENTICATED, "expired"), asyncio.timeout(HANG_S):
        with pytest.raises(Unreachable, match=r"refuses us.*TEMPORAL_API_KEY"):
            # Patient, it would try until the test's own limit.
            await connect(f"127.0.0.1:{port}", patience_s=10 * HANG_S)
