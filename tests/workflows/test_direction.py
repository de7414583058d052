"""What is wanted of every shot: the newest decision, however many people decide, in however many runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.directing import ACTS, SHOTS, Act, Desk
from workflows.film.contract import Profile
from workflows.film.direction import (
    Decision,
    Direction,
    NoSuchPlan,
    Plans,
    decisions,
    plan_of,
    plans_of,
)
from workflows.film.versions import RUNGS, Version
from workflows.studio.edits import Edit

HERO = SHOTS[0]

#: As earlier runs wrote it, and as later releases have to read it.
KEPT = """{"plan": 2, "used": false, "approved": [], "wanted": {"hero_shot": {
"rung": "draft", "take": 3, "words": "a red mug", "since": 2,
"of": {"rung": "draft", "take": 1, "words": "", "since": 0, "of": null}}}}"""


@given(ACTS, st.sets(st.integers(0, 15)), st.sampled_from(RUNGS))
def test_however_many_runs_it_takes_the_same_is_wanted(
    acts: list[Act], ends: set[int], rung: Profile
) -> None:
    at_once = Desk(rung).does(acts)
    in_turn = Desk(rung)
    for number, act in enumerate(acts):
        if number in ends:
            in_turn.begin()
        in_turn.does([act])
    assert in_turn.stands == at_once.stands and in_turn.kept == at_once.kept
    in_turn.begin()
    assert in_turn.stands == at_once.stands


@given(ACTS, st.sampled_from(SHOTS), st.integers(0, 4), st.sampled_from(["", "a red mug"]))
def test_the_newest_decision_is_what_is_wanted(acts: list[Act], shot: str, number: int, words: str) -> None:
    desk = Desk().does(acts)
    others = {one: version for one, version in desk.direction.wanted.items() if one != shot}
    before = desk.direction.wanted[shot]
    desk.does([Act("retake", shot, number, words, "draft", 0)])
    retaken = desk.direction.wanted[shot]
    assert retaken != before and retaken.rung == before.rung
    desk.does([Act("finish", shot, 0, "", "draft", 0)])
    for rung in RUNGS:
        desk.does([Act("upgrade", shot, 0, "", rung, 0)])
        assert RUNGS.index(desk.direction.wanted[shot].rung) >= RUNGS.index(rung)
    back = desk.direction.use(shot, retaken.name, desk.finished[shot])
    assert desk.direction.apply(back) == ((shot,) if retaken.rung != "final" else ())
    assert desk.direction.wanted == {**others, shot: retaken}, "which is the undo"
    assert shot in desk.direction.used


@given(
    ACTS,
    st.lists(
        st.builds(
            Act,
            st.sampled_from(["retake", "upgrade", "use"]),
            st.just(HERO),
            *[st.integers(0, 3), st.just(""), st.sampled_from(RUNGS), st.integers(0, 9)],
        ),
        min_size=2,
        max_size=2,
    ),
)
def test_of_two_at_once_the_later_one_holds(acts: list[Act], both: list[Act]) -> None:
    """Each decides in its turn, knowing what was decided before: the second names no version of the first."""
    desk = Desk().does(acts)
    first = desk.decide(both[0])
    if first is not None:
        desk.keep(first)
    second = desk.decide(both[1])
    if second is not None:
        desk.keep(second)
    newest = [one.wanted[HERO] for one in (first, second) if one is not None and HERO in one.wanted]
    if newest:
        assert desk.direction.wanted[HERO] == newest[-1]
    if both[1].what == "retake" and len(newest) == 2:
        assert newest[0].name != newest[1].name


@given(ACTS, st.sampled_from(RUNGS))
def test_one_name_is_one_version(acts: list[Act], rung: Profile) -> None:
    """After a choice, an upgrade, a chunk retaken of a chunk retaken: what is finished is found by it."""
    desk = Desk(rung)
    for act in acts:
        desk.does([act])
        for seen in desk.seen.values():
            assert len({one.name for one in seen}) == len({one.model_dump_json() for one in seen})


@given(ACTS, st.sampled_from(SHOTS), st.integers(1, 4), st.sampled_from(["", "a red mug"]))
def test_a_chunk_that_is_retaken_keeps_those_before_it(
    acts: list[Act], shot: str, number: int, words: str
) -> None:
    desk = Desk().does(acts)
    before = desk.direction.wanted[shot]
    desk.does([Act("retake", shot, number, words, "draft", 0)])
    after = desk.direction.wanted[shot]
    for part in range(number):
        assert after.part(part) == before.part(part), "image and chunks before it are those that there were"
    for part in range(number, 6):
        assert after.part(part) == after, "it and those after it are made anew"
    said = before.part(number)
    assert (after.words, after.note) == ((words, True) if words else (said.words, said.note))


@given(ACTS, ACTS.map(lambda acts: [act for act in acts if act.what != "use_plan"]))
def test_another_plan_has_nothing_of_the_former_one(before: list[Act], after: list[Act]) -> None:
    desk = Desk().does([*before, Act("retake_film", HERO, 0, "", "draft", 0)])
    plan = desk.direction.plan
    assert plan == plan_of(decisions(Edit.model_validate_json(one) for one in desk.kept)) > 1
    assert desk.direction.wanted == dict.fromkeys(SHOTS, Version(rung="draft"))
    assert not desk.direction.approved and not desk.direction.used
    alone, both = Desk().does(after), desk.does(after)
    assert alone.direction.wanted == both.direction.wanted
    late = Decision(plan=plan - 1, wanted={HERO: Version(rung="final")}, approved=SHOTS)
    stood = both.stands
    assert both.direction.apply(late) == () and both.stands == stood, "of the former one nothing is heard"


@given(ACTS, ACTS)
def test_a_former_plan_is_as_it_was_left(before: list[Act], after: list[Act]) -> None:
    desk = Desk().does(before)
    plan, wanted, used = desk.direction.plan, dict(desk.direction.wanted), set(desk.direction.used)
    desk.does([Act("retake_film", HERO, 0, "", "draft", 0)])
    newest = desk.direction.plan
    assert newest > max(desk.left), "there was none like it before"
    desk.keep(desk.direction.plans.back_to(plan))
    assert (desk.direction.plan, desk.direction.wanted, desk.direction.used) == (plan, wanted, used)
    assert desk.direction.plans == Plans(plan, newest)
    desk.does(after)
    stood = desk.stands
    desk.begin()
    assert desk.stands == stood, "a later run knows the same"
    assert desk.direction.retake_film().plan == 1 + max(desk.left | {desk.direction.plan: ()})


def test_there_is_no_way_to_a_plan_that_nobody_wanted() -> None:
    anew = Decision(plan=2)
    back = plans_of([anew]).back_to(1)
    assert plans_of([anew, back]) == Plans(1, 2) and plan_of([anew, back]) == 1
    assert plan_of([anew, back, Decision(plan=1, approved=SHOTS)]) == 1
    assert plan_of([anew, back, Decision(plan=3)]) == 3
    for number in (0, 3):
        with pytest.raises(NoSuchPlan, match=f"the film has no plan {number}; it has 1, 2"):
            plans_of([anew, back]).back_to(number)


def test_a_shot_that_the_plan_has_not_is_nobodys() -> None:
    unknown = Decision(plan=1, wanted={"no_such_shot": Version(rung="final")}, approved=("no_such_shot",))
    direction = Direction(SHOTS, "draft", 1, [unknown])
    assert direction.apply(unknown) == ()
    assert direction.wanted.keys() == set(SHOTS) and not direction.approved


def test_what_was_kept_stays_readable() -> None:
    (kept,) = decisions([Edit.model_validate_json(f'{{"id": "1", "kind": "retake", "value": {KEPT}}}')])
    version = Version(rung="draft", take=3, words="a red mug", since=2, of=Version(rung="draft"))
    assert kept == Decision(plan=2, wanted={HERO: version}) and version.name == "draft-3"
    assert Decision.model_validate_json(kept.model_dump_json()) == kept
    assert set(kept.model_dump()) >= {"plan", "wanted", "used", "approved"}
    assert Decision.model_validate({"plan": 1}) == Decision(plan=1), (
        "what it does not say, it does not change"
    )
