"""Scenes between keyframes: whatever is refused, neighbours share theirs, and nothing is bought twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from tests.support.anchoring import DRAFT, Asked
from tests.support.keyframing import Remembered, film, method
from workflows.film import steps
from workflows.film.agenda import Agenda
from workflows.film.joins import are_apart
from workflows.film.plan import Shown
from workflows.film.prices import There, price_of, price_of_shots
from workflows.film.versions import Footage, Version

SCENES = 6
KEYFRAMES = [*(f"storyboard:scene_{number}" for number in range(1, SCENES + 1)), "storyboard:scene_6:last"]
CLIPS = [f"chunk:scene_{number}:1" for number in range(1, SCENES + 1)]


async def shot(asked: Asked, version: Version = DRAFT, count: int = SCENES) -> list[Any]:
    """What became of every scene, all made side by side."""
    made = method(asked, film(count))
    shootings = [made.shooting(number, version) for number in range(count)]
    return await asyncio.gather(*(one.shoot() for one in shootings), return_exceptions=True)


def names(asked: Asked, what: str) -> list[str]:
    return [name for said, name in asked.events if said == what]


def clip(asked: Asked, footage: Footage) -> steps.GenerateAnchoredChunk:
    made = asked.bought[footage.chunks[0].key]
    assert isinstance(made, steps.GenerateAnchoredChunk)
    return made


SOFTER = [f"{name}:softened" for name in KEYFRAMES[1:]]
RUNGS = st.integers(0, 3)
FATES = st.fixed_dictionaries({}, optional=dict.fromkeys([*KEYFRAMES, *SOFTER, *CLIPS], RUNGS))
SLOW = st.dictionaries(st.sampled_from([*KEYFRAMES, *SOFTER, *CLIPS]), st.integers(1, 9))


def is_missing(place: int, fates: Mapping[str, int]) -> bool:
    """Whether the keyframe at that place is refused for good."""
    return fates.get(KEYFRAMES[place], 0) >= 2


def is_made(number: int, fates: Mapping[str, int]) -> bool:
    """Whether the scene of that number is, from 0, whichever keyframes its neighbours lie between."""
    if all(is_missing(place, fates) for place in range(number + 1)) or is_missing(number + 1, fates):
        return False
    softer = fates.get(SOFTER[number], 0) <= 1 + fates.get(KEYFRAMES[number + 1], 0)
    refused = fates.get(CLIPS[number], 0)
    return refused < 2 or (refused == 2 and softer)


@settings(max_examples=200, deadline=None)
@given(FATES, SLOW)
def test_whatever_is_refused_a_scene_fails_for_its_own_end_and_clip_alone(
    fates: dict[str, int], slow: dict[str, int]
) -> None:
    asked = Asked(fates, slow=slow)
    made = asyncio.run(shot(asked))
    there = [is_made(number, fates) for number in range(SCENES)]
    assert [isinstance(one, Footage) for one in made] == there
    assert all(isinstance(one, Footage | ApplicationError) for one in made)
    held_together(asked, made, fates)


@settings(max_examples=200, deadline=None)
@given(FATES, SLOW, st.integers(0, 60))
def test_a_film_that_is_stopped_is_the_same_film_later_and_buys_nothing_twice(
    fates: dict[str, int], slow: dict[str, int], turns: int
) -> None:
    asked = Remembered(fates, slow=slow)
    before = asyncio.run(stopped(asked, turns))
    made = asyncio.run(shot(asked))
    held_together(asked, made, fates)
    for was, now in zip(before, made, strict=True):
        assert was is None or (isinstance(now, Footage) and (now.key, now.image) == (was.key, was.image))
    if all(isinstance(one, Footage) for one in made):
        assert sum(one.usd for one in made) == len(names(asked, "begun")), "each is paid once, and counted"


async def stopped(asked: Asked, turns: int) -> list[Footage | None]:
    """What there was of every scene when the film was stopped after so many turns."""
    made = method(asked, film(SCENES))
    shootings = [made.shooting(number, DRAFT) for number in range(SCENES)]
    tasks = [asyncio.create_task(one.shoot()) for one in shootings]
    for _ in range(turns):
        await asyncio.sleep(0)
    for one in shootings:
        one.close()
    for task in [*tasks, *asked.tasks]:
        task.cancel()
    await asyncio.gather(*tasks, *asked.tasks, return_exceptions=True)
    return [one.footage for one in shootings]


def held_together(asked: Asked, made: Sequence[Any], fates: Mapping[str, int]) -> None:
    """Clips were bought between the keyframes that are told of them, and neighbours share theirs, but where
    one was refused."""
    begun = names(asked, "begun")
    assert len(begun) == len(set(begun)), "nothing is bought twice"
    for one in made:
        if isinstance(one, Footage):
            sold = clip(asked, one)
            assert one.image and sold.first and one.image.key == sold.first.key
            assert one.lasts[0] and sold.last and one.lasts[0].key == sold.last.key
    for number, (before, after) in enumerate(pairwise(made)):
        if isinstance(before, Footage) and isinstance(after, Footage):
            may_differ = fates.get(CLIPS[number], 0) == 2
            assert may_differ or not are_apart(before, after)


async def test_each_keyframe_follows_from_the_one_before_in_the_words_of_its_scenes_end() -> None:
    asked = Asked()
    await shot(asked)
    first, *others = (asked.bought[f"{name}/0/1"] for name in KEYFRAMES)
    assert isinstance(first, steps.GenerateStoryboardImage) and first.shot.beat.prompt == "first of scene_1"
    for number, step in enumerate(others):
        assert isinstance(step, steps.GenerateAnchorImage)
        assert step.image.key == f"{KEYFRAMES[number]}/0/1"
        assert step.shot.beat.prompt == f"end of scene_{number + 1}" and step.at_s == 5


async def test_each_keyframe_shows_whom_the_scene_shows_that_it_begins() -> None:
    asked, planned = Asked(), film(3)
    shown = [(Shown(name=f"in {beat.id}", description="somebody"),) for beat in planned.plan.beats]
    pairs = zip(planned.plan.beats, shown, strict=True)
    beats = tuple(beat.model_copy(update={"shows": people}) for beat, people in pairs)
    made = method(
        asked, planned.model_copy(update={"plan": planned.plan.model_copy(update={"beats": beats})})
    )
    await asyncio.gather(*(made.shooting(number, DRAFT).shoot() for number in range(3)))
    names = [*(f"storyboard:scene_{number}" for number in (1, 2, 3)), "storyboard:scene_3:last"]
    told = [cast(Any, asked.bought[f"{name}/0/1"]).shot.beat.shows for name in names]
    assert told == [*shown, shown[-1]]


async def test_another_take_of_a_scene_is_another_clip_between_the_same_keyframes() -> None:
    asked = Asked()
    made = method(asked, film(3))
    for number in range(3):
        await made.shooting(number, DRAFT).shoot()
    again = await made.shooting(1, Version(rung="draft", take=2, words="a red mug", note=True)).shoot()
    sold = names(asked, "begun")
    assert sold[-1] == "chunk:scene_2:1@draft-2" and len(sold) == 8
    told = clip(asked, again)
    assert told.first and told.first.key == "storyboard:scene_2/0/1" and told.terms.take == 2
    assert told.shot.beat.prompt.endswith("a red mug")


async def test_who_waits_for_a_keyframe_takes_over_where_its_maker_is_let_go() -> None:
    asked = Asked(slow={KEYFRAMES[0]: 50})
    made = method(asked, film(2))
    first, second = made.shooting(0, DRAFT), made.shooting(1, DRAFT)
    making = [asyncio.create_task(one.shoot()) for one in (first, second)]
    while not names(asked, "begun"):
        await asyncio.sleep(0)
    first.close()
    making[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await making[0]
    assert isinstance(await making[1], Footage)
    again = await made.shooting(0, Version(rung="draft", take=2)).shoot()
    assert names(asked, "begun").count(KEYFRAMES[0]) == 1, "it belongs to no scene"
    assert again.image and again.image.key.startswith(KEYFRAMES[0])


async def test_the_end_of_a_refused_clip_is_drawn_in_softer_words_and_begins_the_next_scene() -> None:
    asked = Asked({CLIPS[0]: 2}, slow={KEYFRAMES[2]: 50})
    first, second = await shot(asked, count=2)
    softer = asked.bought[first.lasts[0].key]
    assert first.lasts[0].key.startswith(SOFTER[0]) and softer.terms.rung == 1
    assert softer.image.key == first.image.key and clip(asked, first).terms.rung == 2
    assert second.image == first.lasts[0] and not are_apart(first, second)


async def test_where_the_next_clip_has_begun_it_stays_and_they_share_none() -> None:
    asked = Asked({CLIPS[0]: 2}, slow={SOFTER[0]: 50, CLIPS[1]: 9})
    made = method(asked, film(2))
    second = await made.shooting(1, DRAFT).shoot()
    first = await made.shooting(0, DRAFT).shoot()
    assert first.lasts[0] and first.lasts[0].key.startswith(SOFTER[0])
    assert second.image and second.image.key.startswith(KEYFRAMES[1]) and are_apart(first, second)


async def test_words_of_a_retake_reach_a_keyframe_that_was_refused() -> None:
    asked = Asked({KEYFRAMES[2]: 2})
    made = method(asked, film(SCENES))
    tries = [made.shooting(number, DRAFT) for number in range(SCENES)]
    shown = await asyncio.gather(*(one.shoot() for one in tries), return_exceptions=True)
    assert [isinstance(one, Footage) for one in shown] == [number != 1 for number in range(SCENES)]
    before, _, after, *_ = cast(list[Footage], shown)
    assert after.image == before.lasts[0], "what follows goes on from the one before"
    with pytest.raises(ApplicationError):
        await made.shooting(1, Version(rung="draft", take=2)).shoot()
    said = Version(rung="draft", take=3, words="an empty cup", note=True)
    again = await made.shooting(1, said).shoot()
    assert again.lasts[0] and again.image
    told = asked.bought[again.lasts[0].key]
    assert told.shot.beat.prompt == "an empty cup" and told.image.key == again.image.key
    assert are_apart(again, after) and not are_apart(before, again)


async def test_words_of_a_retake_reach_the_first_keyframe_too() -> None:
    asked = Asked({KEYFRAMES[0]: 2})
    made = method(asked, film(2))
    second = await made.shooting(1, DRAFT).shoot()
    assert second.image and isinstance(asked.bought[second.image.key], steps.GenerateStoryboardImage)
    said = Version(rung="draft", take=2, words="an empty cup", note=True)
    again = await made.shooting(0, said).shoot()
    assert again.image and asked.bought[again.image.key].shot.beat.prompt == "an empty cup"
    assert again.lasts[0] == second.image


@pytest.mark.parametrize("type", ["OverBudget", "AtCap", "ProviderUnavailable", "InsufficientCredit"])
async def test_what_another_run_mends_leaves_no_keyframe_out_for_good(type: str) -> None:
    asked = Asked(broken=[KEYFRAMES[1]])
    asked.breaks_as = type
    said = await shot(asked)
    assert all(isinstance(one, ApplicationError) for one in said) and not asked.choices


async def test_a_keyframe_that_fails_is_asked_for_once_and_again_with_another_try() -> None:
    asked = Asked(broken=[KEYFRAMES[1]])
    asked.breaks_as = "ProviderUnavailable"
    made = method(asked, film(SCENES))
    tries = [made.shooting(number, DRAFT) for number in range(SCENES)]
    said = await asyncio.gather(*(one.shoot() for one in tries), return_exceptions=True)
    assert all(isinstance(one, ApplicationError) for one in said)
    assert names(asked, "begun").count(KEYFRAMES[1]) == 1, "not once for every scene behind it"
    with pytest.raises(ApplicationError):
        await made.shooting(2, DRAFT).shoot()
    assert names(asked, "begun").count(KEYFRAMES[1]) == 2


async def test_a_keyframe_is_not_given_up_with_the_scene_that_began_it() -> None:
    asked = Asked(slow={KEYFRAMES[1]: 50})
    planned = film(2)
    made, agenda = method(asked, planned), Agenda(planned, asked.board, True, DRAFT)
    first, second = made.shooting(0, DRAFT), made.shooting(1, DRAFT)
    making = [asyncio.create_task(one.shoot()) for one in (first, second)]
    while KEYFRAMES[1] not in names(asked, "begun"):
        await asyncio.sleep(0)
    first.close()
    making[0].cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    agenda.abandon(0, DRAFT)
    agenda.abandon(1, DRAFT)
    assert KEYFRAMES[1] in asked.board.unfinished("scene_2"), "it is under way, for its neighbour"
    assert isinstance(await making[1], Footage)


@given(st.sets(st.integers(0, SCENES - 1), min_size=1))
def test_scenes_are_priced_as_they_are_bought(chosen: set[int]) -> None:
    """With the keyframes before them, of which each is drawn from the one before."""
    planned = film(SCENES)
    edit = planned.models["edit"].model_copy(update={"price_usd": Decimal("0.02")})
    priced = planned.model_copy(update={"models": {**planned.models, "edit": edit}})
    asked = Asked()

    async def shoot() -> None:
        made = method(asked, priced)
        await asyncio.gather(*(made.shooting(number, DRAFT).shoot() for number in chosen))

    asyncio.run(shoot())
    bought = [
        step.length.price_usd if hasattr(step, "length") else step.model.price_usd
        for step in asked.bought.values()
    ]
    assert price_of_shots(priced, "draft", [f"scene_{number + 1}" for number in chosen]) == sum(bought)


async def test_another_take_of_a_scene_is_priced_as_it_is_bought() -> None:
    asked, planned = Asked(), film(3)
    made = method(asked, planned)
    await asyncio.gather(*(made.shooting(number, DRAFT).shoot() for number in range(3)))
    there = set(asked.bought)
    await made.shooting(1, Version(rung="draft", take=2)).shoot()
    (clip_again,) = (step for key, step in asked.bought.items() if key not in there)
    assert isinstance(clip_again, steps.GenerateAnchoredChunk)
    price = price_of_shots(planned, "draft", ["scene_2"], there=There({1, 2}))
    assert price == clip_again.length.price_usd


def test_a_film_is_priced_with_its_keyframes() -> None:
    planned = film(3)
    edit = planned.models["edit"].model_copy(update={"price_usd": Decimal("0.02")})
    priced = planned.model_copy(update={"models": {**planned.models, "edit": edit}})
    image = priced.models["image"].price_usd
    prices = [price_of(priced, "draft", f"scene_{number}") for number in (1, 2, 3)]
    assert [one.image for one in prices] == [image, Decimal("0.02"), Decimal("0.04")]
    assert {one.chunks for one in prices} == {Decimal("0.1")}
