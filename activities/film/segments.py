"""Knows by which recipe a segment is made: one that an earlier release made stays as it is."""

from __future__ import annotations

from activities.film import recipes
from activities.ledger import Recipe
from activities.studio import Studio
from workflows.film import RefineSegment


async def segment_of(studio: Studio, step: RefineSegment, engine: str) -> Recipe:
    """The recipe of what there is, else of what is made from now on. Raises what `Ledger.look` raises."""
    before = recipes.segment(step, engine)
    if not recipes.is_anchored(step):
        return before
    row = await studio.ledger.look(before.key)
    return before if row is not None and row.done else recipes.segment(step, engine, anchored=True)
