"""Whatever its items cost, and whatever goes wrong: a batch never spends more than it may, every item ends,
and what it says it has spent is what was paid."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.batch_memory import Row
from tests.support.batch_world import World
from workflows.batch import items, rows, steps, window
from workflows.batch.contract import BatchRequest

STEPS = ("begin_items", "take_items", "record_items", "end_items", "look_after_items")
FATES = ("made", "made", "made", "fails", "silent", "attached")
cents = st.integers(0, 30).map(lambda number: Decimal(number) / 100)
lines = st.tuples(cents, st.lists(cents, max_size=4), st.sampled_from(FATES))


def asked(at_once: int) -> BatchRequest:
    return BatchRequest(name="Posters", production="poster", items=({"words": "x"},), max_running=at_once)


def made(world: World, at_once: int, items_a_run: int) -> window.Window:
    with pytest.MonkeyPatch.context() as patch:
        for module in (window, items, rows):
            patch.setattr(module, "workflow", world)
        for name in STEPS:
            patch.setattr(steps, name, world.step)
        patch.setattr(window, "_ITEMS_A_RUN", items_a_run)
        return asyncio.run(world.made(asked(at_once)))


def wrong(world: World, last: window.Window) -> Iterator[str]:
    for row in world.memory.rows:
        if row.state not in ("completed", "failed", "over_budget"):
            yield f"{row.item} is left {row.state}"
        if row.spent != row.own:
            yield f"{row.item} says {row.spent} of {row.own}"
        if row.reserved:
            yield f"{row.item} keeps {row.reserved}"
        if world.begun.count(row.item) > 1:
            yield f"{row.item} was begun {world.begun.count(row.item)} times"
    if world.budget.reserved or last.rows.standing.spent_usd != sum(row.own for row in world.memory.rows):
        yield f"{world.budget.reserved} held back, {last.rows.standing.spent_usd} spent"


@settings(deadline=None, max_examples=150)
@given(
    st.lists(lines, min_size=1, max_size=12),
    st.decimals(0, 3, places=2),
    st.integers(1, 6),
    st.integers(1, 8),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_a_batch_spends_no_more_than_it_may_and_every_item_ends(
    told: list[tuple[Decimal, list[Decimal], str]],
    limit: Decimal,
    at_once: int,
    items_a_run: int,
    seed: int,
    is_rough: bool,
) -> None:
    found = [Row(number, most, buys, fate) for number, (most, buys, fate) in enumerate(told, 1)]
    world = World(found, limit, seed, is_rough)
    last = made(world, at_once, items_a_run)
    assert not list(wrong(world, last))
