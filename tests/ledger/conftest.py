"""What the tests of the ledger may ask for: connections, two renderers of one fleet, a log of what
they made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.rendering import Studio, studio


@pytest_asyncio.fixture(scope="module")
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=20) as pool:
        yield pool


@pytest_asyncio.fixture
async def here(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path) as here:
        yield here


@pytest_asyncio.fixture
async def there(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path / "there") as there:
        yield there


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"
