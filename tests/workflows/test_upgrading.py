"""What an amount buys: never more than it, those first that stand lowest, among them the liveliest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from workflows.film.contract import BeatDraft, PlanDraft, Profile, VideoRequest
from workflows.film.direction import Direction
from workflows.film.planned import PlannedFilm, Rung
from workflows.film.upgrading import CannotUpgrade, Upgrading
from workflows.film.versions import RUNGS
from workflows.studio.facts import Artifact, ChunkLength, FrameFormat, Media, ModelFacts

BEATS = (("hero_shot", 10), ("detail_showcase", 5), ("action_montage", 15), ("call_to_action", 5))
REQUEST = VideoRequest(
    prompt="A film about a ceramic coffee mug",
    plan=PlanDraft(beats=tuple(BeatDraft.model_validate({"id": id, "seconds": s}) for id, s in BEATS)),
)
PLAN = compose(REQUEST, Library.default())
SHOTS = [beat.id for beat in PLAN.beats]
USD = st.decimals(Decimal("0.001"), 2, places=3)
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
)
def test_an_amount_is_never_passed(
    image: Decimal,
    seconds: Mapping[int, Decimal],
    standing: Mapping[str, Profile],
    rung: Profile,
    missing: set[str],
    spend: Decimal,
) -> None:
    made = direction(standing)
    upgrading = Upgrading(planned(image, seconds), made, rung)
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
