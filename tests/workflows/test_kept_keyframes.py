"""What a fork has of the chain from the film before is not drawn again, whatever lies before it."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.anchoring import DRAFT, Asked, crew_of
from tests.support.keyframing import film, kept, method
from workflows.film import steps
from workflows.film.contract import Review as Kind
from workflows.film.direction import Direction
from workflows.film.prices import price_of_shots
from workflows.film.review import Review
from workflows.film.versions import Footage, SheetTake, Version

SCENES = 5
FINAL = Version(rung="final")


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, SCENES)), st.sets(st.integers(0, SCENES - 1), min_size=1), st.booleans())
def test_the_others_follow_from_it_and_the_price_says_so(
    there: set[int], chosen: set[int], after_a_newer_sheet: bool
) -> None:
    planned = film(SCENES)
    edit = planned.models["edit"].model_copy(update={"price_usd": Decimal("0.02")})
    newer = Version(rung="draft", take=2, sheets={"Anna": SheetTake(take=2, words="older")})
    version, other = (newer, DRAFT) if after_a_newer_sheet else (DRAFT, newer)
    # Of another rung, and after other sheets, nothing is kept.
    told = (*(kept(place, version) for place in sorted(there)), kept(1, FINAL), kept(2, other))
    forked = planned.model_copy(update={"models": {**planned.models, "edit": edit}, "kept_keyframes": told})
    asked = Asked()

    async def shoot() -> list[Footage]:
        made = method(asked, forked)
        return await asyncio.gather(*(made.shooting(number, version).shoot() for number in sorted(chosen)))

    footage = asyncio.run(shoot())
    drawn = [step for step in asked.bought.values() if isinstance(step, steps.GenerateAnchorImage)]
    for step in drawn:
        before = int(step.shot.number) - 1
        chain = "@draft-2" if after_a_newer_sheet else ""
        name = f"kept {before}" if before in there else f"storyboard:scene_{before + 1}{chain}/0/1"
        assert step.image.key == name and before + 1 not in there
    for number, one in zip(sorted(chosen), footage, strict=True):
        clip = asked.bought[one.chunks[0].key]
        assert isinstance(clip, steps.GenerateAnchoredChunk) and clip.first and clip.last and one.generated
        ends = (number, clip.first.key), (number + 1, clip.last.key)
        assert all((key == f"kept {place}") == (place in there) for place, key in ends)
    paid = [
        step.length.price_usd if hasattr(step, "length") else step.model.price_usd
        for step in asked.bought.values()
    ]
    scenes = [f"scene_{number + 1}" for number in chosen]
    assert price_of_shots(forked, "draft", scenes, version.sheets) == sum(paid)


@pytest.mark.parametrize("kind", ["plan", "storyboard", "cut"])
async def test_another_take_is_offered_where_it_would_be_looked_at(kind: Kind) -> None:
    planned, asked = film(2), Asked()
    direction = Direction(["scene_1", "scene_2"], "draft", 1)
    review = Review(kind, planned, direction, crew_of(asked, asked.board), lambda _: False, lambda: True)
    wait = review._wait(("scene_1",))
    assert ("retake" in wait.answers) == (kind != "storyboard") == ("retake" in wait.words)
    assert set(wait.updates) == set(wait.answers) >= {"approve", "use"}
