"""Questions to a provider share a pool: twenty connections at once, ten of them kept, however many ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from activities.models.catalogue import Catalogue
from activities.models.provider import Job, Provider
from activities.models.providers.fal import Fal
from activities.models.providers.google import Google
from activities.models.providers.openai import OpenAI

CATALOGUE = Catalogue.load()
NONE = frozenset[int]()
ASKERS = 60
PROVIDERS: dict[str, Callable[[str], Provider]] = {
    "fal-flux-schnell": lambda url: Fal("id:secret", refusals=NONE, base_url=url),
    "openai-gpt-5.4-mini": lambda url: OpenAI("sk-test", refusals=NONE, base_url=url),
    "google-veo-3.1-lite": lambda url: Google("project", "us-central1", refusals=NONE, base_url=url),
}


@dataclass
class Counted:
    """Connections to a server: now, at most, and requests over all of them."""

    url: str = ""
    open: int = 0
    most: int = 0
    requests: int = 0


@asynccontextmanager
async def counting() -> AsyncIterator[Counted]:
    """A server that takes its time, answers `{}` to everything and keeps connections open."""
    counted = Counted()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counted.open += 1
        counted.most = max(counted.most, counted.open)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                counted.requests += 1
                await asyncio.sleep(0.02)
                head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
                writer.write(head + b"{}")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            counted.open -= 1
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    counted.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield counted


@pytest.mark.parametrize("model", PROVIDERS)
async def test_many_questions_share_a_few_connections(model: str) -> None:
    async with counting() as counted:
        provider = PROVIDERS[model](counted.url)
        name = f"{CATALOGUE.model(model).endpoint}/operations/1"
        job = Job("1", {"status_url": f"{counted.url}/requests/1/status", "name": name})
        asked = (provider.poll(CATALOGUE.model(model), job) for _ in range(ASKERS))
        await asyncio.gather(*asked, return_exceptions=True)
        assert counted.requests >= ASKERS and 2 < counted.most <= 20
        async with asyncio.timeout(10):
            while counted.open > 10:
                await asyncio.sleep(0.01)
        await provider.close()
