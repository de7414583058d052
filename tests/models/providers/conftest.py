"""What the tests of the providers may ask for: Replicate, told what to say, or on its stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from activities.models.providers.replicate import Replicate
from tests.support.replicate import replicate_at
from tests.support.standing import Standins
from tests.support.told import Told, told


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Told]:
    """A server that says what it is told to."""
    async with told() as telling:
        yield telling


@pytest_asyncio.fixture
async def replicate(server: Told) -> AsyncIterator[Replicate]:
    provider = replicate_at(server.url)
    yield provider
    await provider.close()


@pytest_asyncio.fixture
async def on_standin(standins: Standins) -> AsyncIterator[Replicate]:
    provider = replicate_at(standins.url("replicate"))
    yield provider
    await provider.close()
