"""Sheets are drawn once, before the images that show them and no others; for want of one no shot is lost."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from tests.support.anchoring import DRAFT, Asked, are_neighbours, crew_of
from tests.support.anchoring import film as anchored
from tests.support.keyframing import film as scened
from tests.support.keyframing import kept, method
from tests.support.sheeting import PEOPLE, film, image, names, shot
from workflows.film.agenda import Agenda
from workflows.film.contract import Continuity
from workflows.film.direction import Direction
from workflows.film.keeping import is_drawn_alike
from workflows.film.plan import Sheet, SheetKind, Shown
from workflows.film.prices import NOTHING, price_of_sheets, price_of_shots, price_of_versions
from workflows.film.review import Review
from workflows.film.sheets import sheets_filmed
from workflows.film.versions import Footage, Version
from workflows.studio.facts import ChunkLength, ModelFacts

OTHERS: dict[str, SheetKind] = {"mug": "product", "the style": "style"}
SHOTS = 3


_people = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3).map(tuple)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(_people, min_size=SHOTS, max_size=SHOTS),
    st.dictionaries(st.sampled_from([f"sheet:{name}" for name in PEOPLE]), st.integers(1, 3)),
    st.dictionaries(st.sampled_from([f"sheet:{name}" for name in PEOPLE]), st.integers(1, 9)),
)
def test_each_is_drawn_once_and_goes_along_with_every_image_of_whom_it_shows(
    shown: list[tuple[str, ...]], refused: dict[str, int], slow: dict[str, int]
) -> None:
    asked = Asked(refused, slow=slow)
    footage = asyncio.run(shot(method(asked, film(*shown)), *[DRAFT] * SHOTS))
    seen = {name for names in shown for name in names}
    there = {name for name in seen if refused.get(f"sheet:{name}", 0) < 2}
    sheets = [name for name in names(asked, "begun") if name.startswith("sheet:")]
    assert sorted(sheets) == sorted(f"sheet:{name}" for name in there), "each once, and nobody else"
    for one, people in zip(footage, shown, strict=True):
        assert isinstance(one, Footage), "no shot is missing for want of a sheet"
        beat = image(asked, one)
        expected = [f"sheet:{name}/{refused.get(f'sheet:{name}', 0)}/1" for name in people if name in there]
        assert list(beat.sheets) == expected == [one.object for one in beat.shows if one.sheet]
    warned = [name for name in seen - there if any(name in said for said in asked.board.warnings)]
    assert len(warned) == len(seen - there), "and the film says so"


async def test_an_image_waits_for_the_sheets_of_whom_it_shows_and_for_no_others() -> None:
    asked = Asked(slow={"sheet:Bo": 200})
    await shot(method(asked, film(("Anna",), ("Anna", "Bo"))), DRAFT, DRAFT)
    ended = names(asked, "ended")
    first, second = (name for name in ended if name.startswith("storyboard:"))
    assert ended.index("sheet:Anna") < ended.index(first) < ended.index("sheet:Bo") < ended.index(second)


async def test_who_waits_for_a_sheet_takes_over_where_its_shot_is_let_go() -> None:
    asked = Asked(slow={"sheet:Anna": 50})
    made = method(asked, film(("Anna",), ("Anna",)))
    first, second = made.shooting(0, DRAFT), made.shooting(1, DRAFT)
    making = [asyncio.create_task(one.shoot()) for one in (first, second)]
    while "sheet:Anna" not in names(asked, "begun"):
        await asyncio.sleep(0)
    first.close()
    making[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await making[0]
    assert isinstance(await making[1], Footage) and image(asked, making[1].result()).sheets


async def test_nothing_is_drawn_where_nobody_asked_for_it() -> None:
    asked = Asked()
    made = await shot(method(asked, film(("Anna",), drawn=False)), DRAFT)
    assert isinstance(made[0], Footage) and not image(asked, made[0]).sheets
    assert not [name for name in names(asked, "begun") if name.startswith("sheet:")]


def test_nothing_is_bought_for_what_is_drawn_here() -> None:
    planned = film(("Anna",))
    here = ModelFacts(id="animatic", provider="", work="computes")
    image = planned.models["image"].model_copy(update={"references": 0})
    planned = planned.model_copy(update={"models": {**planned.models, "image": image, "edit": here}})
    assert planned.sheets_of("draft", planned.plan.beats[0]) == () and not planned.has_sheets


@pytest.mark.parametrize("shown", [True, False])
async def test_of_a_film_that_shows_nobody_there_is_nothing_to_be_looked_at(shown: bool) -> None:
    planned, asked = film(("Anna",) if shown else (), drawn=shown), Asked()
    direction = Direction([beat.id for beat in planned.plan.beats], "draft", 1)
    watch = Watching()
    crew = crew_of(asked, asked.board, watch=watch)
    agenda = Agenda(planned, asked.board, True, DRAFT)
    review = Review("characters", agenda, direction, crew, lambda _: False, lambda: True)
    await review.approved(0, DRAFT, "shown")
    assert watch.waited == review.can_be_answered == shown


class Watching:
    """Waits for nobody, and tells whether somebody was to be waited for."""

    waited = False

    async def until(self, *_: object) -> None:
        self.waited = True


@pytest.mark.parametrize(
    ("takes", "shown", "photo", "drawn"),
    [
        (4, ("Anna",), False, ("Anna", "mug", "the style")),
        (2, ("Anna",), False, ("Anna", "mug")),
        (2, ("Anna",), True, ("Anna",)),
        (3, ("Anna",), True, ("Anna", "the style")),
        (1, ("Anna", "Bo"), False, ("Anna",)),
        (0, ("Anna",), False, ("Anna",)),
        (0, (), True, ()),
        (0, (), False, ("mug",)),
        (4, (), True, ("the style",)),
    ],
)
async def test_of_what_is_drawn_a_shot_has_what_its_model_takes(
    takes: int, shown: tuple[str, ...], photo: bool, drawn: tuple[str, ...]
) -> None:
    """Characters first, then the product, unless there is a photo of it, then place and light."""
    planned, asked = film(shown, takes=takes), Asked()
    product, style = (Sheet(name=name, looks=name, kind=kind) for name, kind in OTHERS.items())
    (beat,) = planned.plan.beats
    beat = beat.model_copy(update={"references": ("uploads/photo.png",) if photo else ()})
    plan = planned.plan.model_copy(update={"beats": (beat,)})
    planned = planned.model_copy(update={"plan": plan, "sheets": (*planned.sheets, product, style)})
    assert tuple(sheet.name for sheet in planned.sheets_of("draft", beat)) == drawn
    (footage,) = await shot(method(asked, planned), DRAFT)
    seen = [one.name for one in image(asked, footage).shows if one.sheet]
    assert (
        tuple(seen) == drawn
        and [one.name for one in planned.as_shown("draft", beat).shows if one.sheet] == seen
    )
    steps = {f"sheet:{name}" if name in PEOPLE else f"{OTHERS[name]}_sheet" for name in drawn}
    assert {name for name in names(asked, "begun") if "sheet" in name} == steps


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["chained", "anchored"]), st.sets(st.integers(1, 3)), st.integers(0, 1))
def test_a_chunk_that_is_refused_with_sheets_is_made_without_them(
    continuity: Continuity, refused: set[int], takes: int
) -> None:
    """Wherever in its shot; where none go along, only the first one has another way out."""
    asked = Asked({f"chunk:b1:{number}": 2 for number in refused})
    planned = anchored((ChunkLength(asked_s=Decimal(5), frames=121, price_usd=Decimal(1)),), 15)
    (beat,), model = planned.plan.beats, planned.models["video"].model_copy(update={"references": takes})
    shows = (Shown(name="Anna", description="a woman", sheet="anna", object="anna"),)
    plan = planned.plan.model_copy(update={"beats": (beat.model_copy(update={"shows": shows}),)})
    models = {**planned.models, "video": model}
    planned = planned.model_copy(update={"plan": plan, "models": models, "continuity": continuity})
    if not takes and refused - {1}:
        with pytest.raises(ApplicationError, match="not so"):
            asyncio.run(asked.shooting(planned).shoot())
        return
    footage = asyncio.run(asked.shooting(planned).shoot())
    made = [cast(Any, asked.bought[chunk.key]) for chunk in footage.chunks]
    assert all(are_neighbours(asked, *pair) for pair in pairwise(footage.chunks))
    assert {number for number, step in enumerate(made, 1) if step.terms.rung == 2} == refused
    shown = {number for number, one in enumerate(made, 1) if sheets_filmed(model, one.shot, one.terms.rung)}
    assert shown == ({1, 2, 3} - refused if takes else set())
    asyncio.run(asked.shooting(planned).shoot())
    assert sum("without the sheets of Anna" in said for said in asked.board.warnings) == takes * len(refused)


async def test_a_clip_between_drawn_keyframes_that_is_refused_with_sheets_is_made_without_them() -> None:
    """There is no other keyframe that it could end with."""
    planned = scened(2)
    shows = (Shown(name="Anna", description="a woman", sheet="anna", object="anna"),)
    beats = tuple(beat.model_copy(update={"shows": shows}) for beat in planned.plan.beats)
    drawn = ModelFacts(id="animatic", provider="animatic", work="computes")
    models = {"image": drawn, "video": planned.models["video"].model_copy(update={"references": 1})}
    told = {"plan": planned.plan.model_copy(update={"beats": beats}), "models": {**planned.models, **models}}
    asked = Asked({f"chunk:{beats[0].id}:1": 2})
    first, second = await shot(method(asked, planned.model_copy(update=told)), DRAFT, DRAFT)
    clips = [cast(Any, asked.bought[one.chunks[0].key]) for one in (first, second)]
    assert [step.terms.rung for step in clips] == [2, 0] and clips[0].last.key == clips[1].first.key


async def test_every_keyframe_is_drawn_after_the_sheets_and_anew_after_a_newer_one() -> None:
    asked, planned = Asked(), scened(3)
    model = planned.models["edit"].model_copy(update={"references": 4})
    people = (Shown(name="Anna", description="a woman"),)
    beats = tuple(beat.model_copy(update={"shows": people}) for beat in planned.plan.beats)
    told = {
        "plan": planned.plan.model_copy(update={"beats": beats}),
        "sheets": (Sheet(name="Anna", looks="x"),),
    }
    planned = planned.model_copy(update={**told, "models": {**planned.models, "image": model, "edit": model}})
    made = method(asked, planned)
    await shot(made, *[DRAFT] * 3)
    assert {cast(Any, asked.bought[name]).shot.beat.sheets for name in keyframes(asked)} == {
        ("sheet:Anna/0/1",)
    }
    assert names(asked, "begun").count("sheet:Anna") == 1 and len(keyframes(asked)) == 4
    direction = Direction([beat.id for beat in beats], "draft", 1)
    shown = {beat.id: () for beat in beats if planned.sheets_by("draft", beat.id)}
    again = direction.retake_sheet("Anna", "", shown).wanted
    assert len(again) == 3, "each keyframe follows from the one before"
    before = len(keyframes(asked))
    await shot(made, *again.values())
    newer = keyframes(asked)[before:]
    assert {cast(Any, asked.bought[name]).shot.beat.sheets for name in newer} == {("sheet:Anna:2/0/2",)}
    assert len(newer) == 4, "one chain for all of them"


def keyframes(asked: Asked) -> list[str]:
    return [name for name in asked.bought if name.startswith("storyboard:")]


def test_shots_are_priced_with_their_sheets_once() -> None:
    planned = film(("Anna", "Bo"), ("Anna",), ())
    ids = [beat.id for beat in planned.plan.beats]
    assert price_of_sheets(planned, "draft", ids) == Decimal("0.02")
    assert price_of_shots(planned, "draft", ids) == 3 * Decimal("0.11") + Decimal("0.02")
    assert price_of_sheets(planned, "draft", ids[2:]) == 0


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 2), min_size=1), st.sets(st.integers(0, 3)), st.sets(st.integers(0, 2)))
def test_scenes_are_priced_with_whom_the_keyframes_before_them_show(
    chosen: set[int], there: set[int], dearer: set[int]
) -> None:
    """A sheet is paid once, whichever rungs it is drawn for."""
    asked, planned = Asked(), scened(3)
    model = planned.models["edit"].model_copy(update={"references": 1, "price_usd": Decimal("0.02")})
    named = zip(planned.plan.beats, PEOPLE, strict=True)
    beats = [beat.model_copy(update={"shows": (Shown(name=who, description=who),)}) for beat, who in named]
    told = {
        "plan": planned.plan.model_copy(update={"beats": tuple(beats)}),
        "models": {**planned.models, "image": model, "edit": model},
        "sheets": tuple(Sheet(name=who, looks=who) for who in PEOPLE),
        "kept_keyframes": tuple(kept(place) for place in sorted(there)),
    }
    planned = planned.model_copy(update=told)

    wanted = {number: Version(rung="final" if number in dearer else "draft") for number in sorted(chosen)}

    async def shoot() -> None:
        made = method(asked, planned)
        await asyncio.gather(*(made.shooting(number, one).shoot() for number, one in wanted.items()))

    asyncio.run(shoot())
    bought = [cast(Any, step) for step in asked.bought.values()]
    paid = [step.length.price_usd if hasattr(step, "length") else step.model.price_usd for step in bought]
    scenes = {beats[number].id: one for number, one in wanted.items()}
    assert price_of_versions(planned, scenes, lambda _: NOTHING) == sum(paid)
    if not dearer & chosen:
        assert price_of_shots(planned, "draft", scenes) == sum(paid)


@pytest.mark.parametrize("drawn", [False, True])
def test_keyframes_are_drawn_alike_where_both_follow_sheets_or_neither(drawn: bool) -> None:
    sheets = (Sheet(name="Anna", looks="x"),)
    with_sheets, without = scened(2).model_copy(update={"sheets": sheets}), scened(2)
    planned, other = (with_sheets, without) if drawn else (without, with_sheets)
    frame, key = planned.format, planned.artifact.key
    way = " sheets:m" if drawn else ""
    of = f"{key} {frame.width}x{frame.height}@{frame.fps} m m another{way}"
    rung = planned.rung or "draft"
    assert is_drawn_alike(of, key, planned, rung) and not is_drawn_alike(of, key, other, rung)
    assert not is_drawn_alike(of, "another", planned, rung)
    assert is_drawn_alike(of.replace("sheets:m", "sheets:x"), key, planned, rung) != drawn
    assert not is_drawn_alike(of.replace(" m m ", " m x "), key, planned, rung)
