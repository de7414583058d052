"""A database of one test's own, by way of a pooler."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from infra.embedded.stack import Stack
from tests.platform.pooler import pooler

# Fewer than ask at once: every statement meets a session that others have used.
CONNECTIONS = 3


@pytest_asyncio.fixture
async def pooled(stack: Stack, tmp_path: Path) -> AsyncIterator[str]:
    """Its URL."""
    name = f"pooled_{secrets.token_hex(4)}"
    outside = await asyncpg.connect(stack.database_url)
    await outside.execute(f"CREATE DATABASE {name}")
    url = stack.database_url.rsplit("/", 1)[0] + f"/{name}"
    with pooler(url, tmp_path / "pooler", connections=CONNECTIONS) as through:
        yield through
    await outside.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await outside.close()
