"""How a test has something made by a renderer: once, or as often as it says to call again."""

from __future__ import annotations

import asyncio
from pathlib import Path

from activities.ledger.recipe import Recipe
from activities.ledger.render import StillWaiting
from tests.support.rendering import (
    Studio,
    Watcher,
    maker,
)
from workflows.studio.facts import Artifact


async def render(
    at: Studio, asked: Recipe, log: Path, frames: int = 10, by: Watcher | None = None
) -> Artifact:
    make = maker(asked, log, frames)
    return await at.renderer.render(asked, make, by or Watcher(), stage="test", total=frames)


async def patiently(at: Studio, asked: Recipe, log: Path) -> Artifact:
    """As Temporal does it: called again as often as it asks for that."""
    while True:
        try:
            return await render(at, asked, log)
        except StillWaiting as later:
            await asyncio.sleep(later.call_again_s)
