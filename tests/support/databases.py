"""A database of its own for a test, on the run's one server."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from infra import postgres
from infra.embedded.stack import Stack
from infra.schema import migrate


@asynccontextmanager
async def database_of_its_own(stack: Stack) -> AsyncIterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    name = f"test_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield stack.database_url.rsplit("/", 1)[0] + f"/{name}"
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@asynccontextmanager
async def ledger_of_its_own(stack: Stack, most: int) -> AsyncIterator[asyncpg.Pool]:
    """Up to `most` connections to a database with the ledger's schema, and nothing in it."""
    async with database_of_its_own(stack) as url:
        await migrate(url)
        async with postgres.pool(url, most=most) as opened:
            yield opened
