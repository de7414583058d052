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
from workflows.film.agenda import Agenda
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


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, SCENES - 1), max_size=2),
    st.sets(st.integers(0, SCENES - 1), min_size=1),
    st.sets(st.integers(0, SCENES), max_size=2),
)
def test_scenes_wait_to_be_approved_for_what_they_buy_then(
    before: set[int], waiting: set[int], there: set[int]
) -> None:
    """With the keyframes of those that wait for nobody, and without those that were approved before."""
    planned, asked = film(SCENES), Asked()
    edit = planned.models["edit"].model_copy(update={"price_usd": Decimal("0.02")})
    told = {"models": {**planned.models, "edit": edit}, "kept_keyframes": tuple(map(kept, sorted(there)))}
    planned = planned.model_copy(update=told)
    scenes = [beat.id for beat in planned.plan.beats]
    direction = Direction(scenes, "draft", 1)
    agenda = Agenda(planned, asked.board, True, DRAFT)
    agenda.announce(False)
    direction.apply(direction.approve(scenes[number] for number in before))
    review = Review("plan", agenda, direction, crew_of(asked, asked.board), lambda _: False, lambda: True)
    made, asks = method(asked, planned), tuple(scenes[number] for number in sorted(waiting - before))
    told_usd = review._wait(asks).buys_usd if asks else Decimal(0)

    async def shoot(numbers: set[int]) -> Decimal:
        was = set(asked.bought)
        await asyncio.gather(*(made.shooting(number, DRAFT).shoot() for number in sorted(numbers)))
        bought = [step for key, step in asked.bought.items() if key not in was]
        prices = (one.length.price_usd if hasattr(one, "length") else one.model.price_usd for one in bought)
        return sum(prices, Decimal(0))

    async def both() -> Decimal:
        await shoot(before)
        return await shoot(waiting - before)

    assert asyncio.run(both()) == told_usd


@pytest.mark.parametrize("kind", ["plan", "storyboard", "cut"])
async def test_another_take_is_offered_where_it_would_be_looked_at(kind: Kind) -> None:
    planned, asked = film(2), Asked()
    direction = Direction(["scene_1", "scene_2"], "draft", 1)
    crew, agenda = crew_of(asked, asked.board), Agenda(planned, asked.board, True, DRAFT)
    review = Review(kind, agenda, direction, crew, lambda _: False, lambda: True)
    wait = review._wait(("scene_1",))
    assert ("retake" in wait.answers) == (kind != "storyboard") == ("retake" in wait.words)
    assert set(wait.updates) == set(wait.answers) >= {"approve", "use"}
