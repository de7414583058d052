"""What an item has cost a batch is what the ledger says, whenever a job that was in doubt is settled."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from activities.batch.items import BatchItems
from activities.storage.database import Database
from infra.embedded.stack import Stack
from tests.support.databases import ledger_of_its_own
from workflows.batch.contract import Selection
from workflows.batch.steps import EndedItem

BATCH, ITEM = "batch-mugs", "film-mug"
_ITEM = """
INSERT INTO batch_item (batch, number, lines, item, production, request, price_usd, most_usd)
VALUES ($1, 1, '{1}', $2, 'VideoWorkflow', '{"prompt": "A mug"}', 1, 3)"""
_ATTEMPT = """
INSERT INTO attempt (key, n, tag, epoch, phase, provider, account, model, request, intent_at, settle_at,
                     estimate, payer)
VALUES ('image', $1, gen_random_uuid(), 1, 'lost', 'p', 'a', 'm', '{}', now(), now(), $2, $3)"""


@pytest_asyncio.fixture
async def pool(stack: Stack) -> AsyncIterator[asyncpg.Pool]:
    async with ledger_of_its_own(stack, most=2) as opened:
        recipe = json.dumps({"operation": "image", "take": 1})
        await opened.execute("INSERT INTO render (key, recipe) VALUES ('image', $1::jsonb)", recipe)
        yield opened


async def spent(pool: asyncpg.Pool) -> Decimal:
    usd: Decimal = await pool.fetchval("SELECT spent_usd FROM batch_item")
    return usd


@pytest.mark.parametrize("settled", ["0.25", "1.50"])
async def test_what_is_settled_before_it_is_tried_again_is_its_cost(pool: asyncpg.Pool, settled: str) -> None:
    items = BatchItems(Database(pool))
    await pool.execute(_ITEM, BATCH, ITEM)
    # Somebody else had paid for it before.
    await pool.execute(_ATTEMPT, 1, Decimal("0.10"), ITEM)
    await items.take(BATCH, "chain:run:1", 1, None)
    await pool.execute(_ATTEMPT, 2, Decimal(1), ITEM)
    await items.record(BATCH, (), [EndedItem(number=1, state="failed")])
    assert await spent(pool) == 1, "what is in doubt counts in full"
    await pool.execute("UPDATE attempt SET cost = $1 WHERE n = 2", Decimal(settled))
    assert await items.retry(BATCH, "run:update", Selection(), "chain") == (1, ())
    assert await spent(pool) == Decimal(settled)
    await items.take(BATCH, "chain:run:2", 1, None)
    await pool.execute(_ATTEMPT, 3, Decimal("0.40"), ITEM)
    standing = await items.record(BATCH, (), [EndedItem(number=1, state="completed")])
    assert standing.spent_usd == Decimal(settled) + Decimal("0.40")
