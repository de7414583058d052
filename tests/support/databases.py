"""A database of its own for a test, on the run's one server."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from infra.embedded.stack import Stack


@asynccontextmanager
async def database_of_its_own(stack: Stack) -> AsyncIterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    name = f"test_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield stack.database_url.rsplit("/", 1)[0] + f"/{name}"
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()
