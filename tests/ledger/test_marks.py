"""A ledger that was put back is told from one that was not, whoever died while its mark moved."""

from __future__ import annotations

import random

import asyncpg
import pytest

from activities.faults import ProviderUnavailable
from activities.storage.database import Database
from activities.upkeep.marks import Marks
from tests.support.rendering import Studio


@pytest.mark.parametrize("seed", range(4))
async def test_a_restored_ledger_is_noticed_and_deaths_are_not(
    pool: asyncpg.Pool, here: Studio, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, marks = random.Random(seed), Marks(Database(pool), here.store)
    await marks.settle()
    backup = await pool.fetchval("SELECT moved FROM ledger_mark")

    async def dies(*_: object) -> None:
        raise ProviderUnavailable("killed between ledger and bucket, or before all of it was discarded")

    for fate in [*chance.choices(("lives", "put_text", "discard"), k=8), "lives"]:
        with monkeypatch.context() as dying:
            if fate != "lives":
                dying.setattr(here.store, fate, dies)
            try:
                await marks.move()
            except ProviderUnavailable:
                assert fate != "lives"
        assert not await marks.restored()
    await pool.execute("UPDATE ledger_mark SET moved = $1", backup)
    await marks.move()
    was = await marks.restored()
    # Others share the ledger.
    await marks.settle()
    assert was and not await marks.restored()
