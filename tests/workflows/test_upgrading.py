"""What an amount buys: never more than it, those first that stand lowest, among them the liveliest."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from tests.support.keyframing import Remembered, method
from tests.support.keyframing import film as scened
from tests.support.sheeting import film as sheeted
from workflows.film.contract import BeatDraft, PlanDraft, Profile, VideoRequest
from workflows.film.direction import Direction
from workflows.film.plan import Sheet, Shown
from workflows.film.planned import PlannedFilm, Rung
from workflows.film.upgrading import CannotUpgrade, Found, Upgrading
from workflows.film.versions import RUNGS, Version
from workflows.studio.facts import Artifact, ChunkLength, FrameFormat, Media, ModelFacts

BEATS = (("hero_shot", 10), ("detail_showcase", 5), ("action_montage", 15), ("call_to_action", 5))
REQUEST = VideoRequest(
    prompt="A film about a ceramic coffee mug",
    plan=PlanDraft(beats=tuple(BeatDraft.model_validate({"id": id, "seconds": s}) for id, s in BEATS)),
)
PLAN = compose(REQUEST, Library.default())
SHOTS = [beat.id for beat in PLAN.beats]
USD = st.decimals(Decimal("0.001"), 2, places=3)
#: What may be there of a version of a shot, whichever rung is meant.
PARTS = [
    f"{part}@{rung}-1"
    for shot in SHOTS
    for rung in RUNGS[1:]
    for part in (f"storyboard:{shot}", f"chunk:{shot}:1", f"chunk:{shot}:2")
]
STANDING = st.fixed_dictionaries({shot: st.sampled_from(RUNGS) for shot in SHOTS})


def planned(image: Decimal, seconds: Mapping[int, Decimal]) -> PlannedFilm:
    """A film whose two rungs have one model each, with chunks of these lengths and prices."""
    lengths = tuple(
        ChunkLength(asked_s=Decimal(s), frames=s * 24, price_usd=usd) for s, usd in seconds.items()
    )
    drawn = ModelFacts(id="drawn", provider="p", work="waits", price_usd=image)
    moved = ModelFacts(id="moved", provider="p", work="waits", fps=Fraction(24), lengths=lengths)
    rung = Rung(models={"image": drawn, "video": moved})
    return PlannedFilm(
        plan=PLAN,
        artifact=Artifact(key="plan", object="plan", media=Media(mime="", bytes=0, sha256="")),
        format=FrameFormat.of(REQUEST),
        rung="animatic",
        rungs={"draft": rung, "final": rung, "animatic": Rung(unavailable="it is drawn here")},
    )


def direction(standing: Mapping[str, Profile]) -> Direction:
    made = Direction(SHOTS, "animatic", 1)
    for shot, rung in standing.items():
        made.apply(made.upgrade([shot], rung))
    return made


@given(
    USD,
    st.dictionaries(st.integers(1, 15), USD, min_size=1),
    STANDING,
    st.sampled_from(["draft", "final"]),
    st.sets(st.sampled_from(SHOTS)),
    st.decimals(0, 12, places=3),
    st.sets(st.sampled_from(PARTS)),
)
def test_an_amount_is_never_passed(
    image: Decimal,
    seconds: Mapping[int, Decimal],
    standing: Mapping[str, Profile],
    rung: Profile,
    missing: set[str],
    spend: Decimal,
    found: set[str],
) -> None:
    made = direction(standing)
    upgrading = Upgrading(planned(image, seconds), made, rung, found=Found(Version(rung="animatic"), found))
    low = {shot for shot in SHOTS if RUNGS.index(standing[shot]) < RUNGS.index(rung) + (shot in missing)}
    try:
        chosen = upgrading.shots((), spend, missing)
    except CannotUpgrade:
        assert not low or all(upgrading.price([shot]) > spend for shot in low)
        return
    assert set(chosen) <= low and upgrading.price(chosen) <= spend
    left = spend - upgrading.price(chosen)
    assert all(upgrading.price([shot]) > left for shot in low - set(chosen)), "it buys all that it can"
    ranks = {beat.id: (RUNGS.index(standing[beat.id]), -beat.energy) for beat in PLAN.beats}
    for other in low - set(chosen):
        before = [shot for shot in chosen if ranks[shot] <= ranks[other]]
        assert upgrading.price([other]) > spend - upgrading.price(before), "nothing lower was passed over"
    assert upgrading.shots((), None, missing) == tuple(shot for shot in SHOTS if shot in low)
    decision = made.upgrade(chosen, rung)
    assert {version.rung for version in decision.wanted.values()} == {rung}
    assert set(decision.wanted) == set(chosen)


def test_what_cannot_be_used_says_why() -> None:
    made = direction(dict.fromkeys(SHOTS, "draft"))
    film = planned(Decimal(1), {5: Decimal(1)})
    with pytest.raises(CannotUpgrade, match="it is drawn here"):
        Upgrading(film, made, "animatic")
    with pytest.raises(CannotUpgrade, match="no shot stands below draft: `retake`"):
        Upgrading(film, made, "draft").shots((), None, ())
    with pytest.raises(CannotUpgrade, match=r"the cheapest shot on final costs \$2.00"):
        Upgrading(film, made, "final").shots((), Decimal(1), ())


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["keyframes", "chained", "anchored"]),
    *[st.sets(st.integers(0, 2)) for _ in range(3)],
    st.integers(0, 30),
    st.sets(st.integers(0, 2), min_size=1),
)
def test_what_is_there_is_not_paid_again(
    way: str, drafts: set[int], finals: set[int], begun: set[int], turns: int, chosen: set[int]
) -> None:
    """Keyframes that scenes share, the sheets of whom shots show, and what a run had bought of a version when
    it was stopped: an upgrade costs what is bought."""
    film, asked = priced(way), Remembered({}, {})
    ids = [beat.id for beat in film.plan.beats]
    made = Direction(ids, "draft", 1)
    made.apply(made.upgrade([ids[number] for number in finals | begun], "final"))

    async def shoot(numbers: set[int], rung: Profile, until: int | None = None) -> None:
        making = method(asked, film)
        shootings = [making.shooting(number, Version(rung=rung)) for number in sorted(numbers)]
        tasks = [asyncio.create_task(one.shoot()) for one in shootings]
        for _ in range(until or 0):
            await asyncio.sleep(0)
        if until is not None:
            for task in (*tasks, *asked.tasks):
                task.cancel()
        ended = await asyncio.gather(*tasks, *asked.tasks, return_exceptions=True)
        asked.tasks.clear()
        assert until is not None or not any(isinstance(one, BaseException) for one in ended)

    def ordered() -> list[str]:
        return [step for said, step in asked.events if said == "begun"]

    async def before_and_after() -> list[str]:
        await shoot(drafts, "draft")
        await shoot(finals, "final")
        await shoot(begun - finals, "final", turns)
        there = ordered()
        await shoot(chosen - finals, "final")
        return there

    there = asyncio.run(before_and_after())
    assert len(set(ordered())) == len(ordered())
    prices = {step.terms.step: usd_of(step) for step in asked.bought.values()}
    paid = sum((prices[step] for step in ordered()[len(there) :]), Decimal(0))
    finished = {
        shot: [f"{rung}-1" for rung, those in (("draft", drafts), ("final", finals)) if number in those]
        for number, shot in enumerate(ids)
    }
    wanted = [ids[number] for number in chosen]
    own = Version(rung="draft")
    assert Upgrading(film, made, "final", finished, Found(own, there)).price(wanted) == paid
    if not begun - finals:
        assert Upgrading(film, made, "final", finished).price(wanted) == paid, "that is all that there is"


def priced(way: str) -> PlannedFilm:
    """Three shots, of which two show Anna, and one Bo: scenes, or beats of two chunks each, by one model."""
    film = scened(3) if way == "keyframes" else sheeted(("Anna",), ("Bo",), ("Anna",))
    told: dict[str, object] = {"references": 2, "price_usd": Decimal("0.02"), "last_frame": True}
    if way != "keyframes":
        told["lengths"] = (ChunkLength(asked_s=Decimal("2.5"), frames=66, price_usd=Decimal("0.1")),)
    model = film.models["video"].model_copy(update=told)
    models = {**film.models, "image": model, "edit": model, "video": model}
    more: dict[str, object] = {"models": models, "rungs": dict.fromkeys(RUNGS[1:], Rung(models=models))}
    if way == "anchored":
        more["continuity"] = way
    if way == "keyframes":
        people = ((Shown(name=name, description=name),) for name in ("Anna", "Bo", "Anna"))
        shown = [(beat, {"shows": who}) for beat, who in zip(film.plan.beats, people, strict=True)]
        beats = tuple(beat.model_copy(update=who) for beat, who in shown)
        more["plan"] = film.plan.model_copy(update={"beats": beats})
        more["sheets"] = tuple(Sheet(name=name, looks=name) for name in ("Anna", "Bo"))
    return film.model_copy(update=more)


def usd_of(step: Any) -> Decimal:
    """What a step was sold for."""
    price: Decimal = step.length.price_usd if hasattr(step, "length") else step.model.price_usd
    return price
