"""Knows how the database and the bucket of a stack are opened, each by itself: for who needs no studio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from botocore.exceptions import BotoCoreError

from activities.faults import StudioError
from activities.storage import Database, ObjectStore, Pool
from infra import postgres
from infra.embedded import Stack
from infra.errors import Unreachable
from infra.schema import migrate
from infra.settings import Settings


@asynccontextmanager
async def open_ledger(stack: Stack, settings: Settings) -> AsyncIterator[Database]:
    """The database alone, its schema made ready: for who only asks what there is. Raises `Unreachable`."""
    async with open_pool(stack, settings) as pool:
        yield Database(pool)


@asynccontextmanager
async def open_store(stack: Stack, settings: Settings) -> AsyncIterator[ObjectStore]:
    """The bucket alone, made ready. Raises `Unreachable`."""
    which = "S3 that the REEL_S3_* settings name" if settings.s3_configured else "embedded S3"
    try:
        store = ObjectStore.of(stack.s3, settings.s3_public_url)
    except (BotoCoreError, ValueError) as error:
        raise Unreachable(f"The {which} cannot be used: {error}") from error
    try:
        await store.ensure_bucket()
    except (StudioError, BotoCoreError, ValueError) as error:
        store.close()
        raise Unreachable(f"The {which} cannot be used: {error}") from error
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def open_pool(stack: Stack, settings: Settings) -> AsyncIterator[Pool]:
    """Connections to the database, its schema made ready. Raises `Unreachable`."""
    async with AsyncExitStack() as stay:
        with postgres.usable(configured=settings.database_url is not None):
            await migrate(stack.database_url)
            pool = await stay.enter_async_context(
                postgres.pool(stack.database_url, most=settings.database_connections)
            )
        yield pool
