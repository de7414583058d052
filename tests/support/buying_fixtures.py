"""What a test of buying may ask for: a bucket, a scripted vendor, and processes that buy from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.buying import Open, buyer_processes
from tests.support.vendor import Vendor


@pytest_asyncio.fixture(scope="module")
async def bucket(stack: Stack) -> AsyncIterator[ObjectStore]:
    store = ObjectStore.of(stack.s3)
    await store.ensure_bucket()
    yield store
    store.close()


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest_asyncio.fixture
async def opened(
    database_url: str, bucket: ObjectStore, tmp_path: Path, vendor: Vendor
) -> AsyncIterator[Open]:
    async with buyer_processes(database_url, bucket, tmp_path, vendor) as opened:
        yield opened
