"""Knows by which recipe a segment is made: one that an earlier release made stays as it is."""

from __future__ import annotations

from activities.film import recipes
from activities.ledger import Recipe
from activities.studio import Studio
from workflows.film import RefineSegment


async def segment_of(studio: Studio, step: RefineSegment, engine: str) -> Recipe:
    """The recipe of what there is, else of what is made from now on. Raises what `Ledger.look` raises."""
    before, anchored = recipes.segment(step, engine), recipes.is_anchored(step)
    if not (anchored or step.drawn):
        return before
    row = await studio.ledger.look(before.key)
    if row is not None and row.done:
        return before
    return recipes.segment(step, engine, anchored=anchored, drawn=step.drawn)
