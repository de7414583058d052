"""The plan of a fork of a film of keyframes: which of them stay, whatever is dropped, moved or changed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.film.kept_keyframes import FoundKeyframes, Place, begins_at
from activities.film.planning.compose import compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.forked_scenes import same_keyframes, same_scenes
from activities.film.planning.further_scenes import further_scenes
from activities.film.planning.library import Library
from tests.support.forking import SOURCE
from workflows.film.contract import Character, Plan, PlanDraft, SceneDraft, Shown, VideoRequest

BEFORE = VideoRequest(prompt="A 32 second film about a ceramic coffee mug", method="keyframes")
PLAN = compose(BEFORE, Library.default())
IDS = [beat.id for beat in PLAN.beats]


def fork(*scenes: dict[str, Any], duration_s: int = 32, of: Plan = PLAN) -> VideoRequest:
    told = {beat.id: beat.scene.description for beat in of.beats if beat.scene}
    drafts = tuple(SceneDraft(**{"description": told.get(one["id"], "New"), **one}) for one in scenes)
    plan = PlanDraft(scenes=drafts)
    return BEFORE.model_copy(update={"source": SOURCE, "plan": plan, "duration_s": duration_s})


def planned(request: VideoRequest, of: Plan = PLAN) -> Plan:
    return compose(request, Library.for_request(request), of)


def test_a_draft_that_says_nothing_is_the_plan_before() -> None:
    """Whatever this release would plan otherwise."""
    former = PLAN.model_copy(update={"seed": 7, "style": ("bold",), "title": "Then", "lettered": False})
    made = planned(fork(*({"id": id} for id in IDS)), former)
    assert made == former and same_scenes(made, former) == set(IDS)
    assert same_keyframes(made, former) == {place: place for place in range(len(IDS) + 1)}


def test_whom_a_model_found_is_shown_in_a_fork_as_well_though_no_request_names_them() -> None:
    anna, kettle = (Shown(name=name, description=f"{name}, red") for name in ("Anna", "kettle"))
    # The second is seen first.
    people = [(kettle,), *[(anna, kettle)] * (len(IDS) - 1)]
    beats = tuple(
        beat.model_copy(update={"shows": shows}) for beat, shows in zip(PLAN.beats, people, strict=True)
    )
    names = (*PLAN.characters, "Anna", "kettle")
    former = PLAN.model_copy(update={"beats": beats, "characters": names})
    assert planned(fork(*({"id": id} for id in IDS)), former) == former
    changed = planned(fork(*({"id": id, "motion": "It turns"} for id in IDS)), former)
    assert [beat.shows for beat in changed.beats] == people
    assert same_keyframes(changed, former) == {place: place for place in range(len(IDS) + 1)}


@settings(max_examples=60, deadline=None)
@given(st.permutations(IDS), st.integers(1, len(IDS)), st.sets(st.sampled_from(IDS)))
def test_a_keyframe_stays_with_the_scene_that_it_ends_unless_that_ends_otherwise(
    order: list[str], count: int, changed: set[str]
) -> None:
    listed = order[:count]
    made = planned(
        fork(*({"id": id, **({"end_prompt": f"{id} in rain"} if id in changed else {})} for id in listed))
    )
    for before, after in pairwise(made.beats):
        assert before.scene and after.prompt == before.scene.end_prompt
    stays = same_keyframes(made, PLAN)
    expected = {at + 1: IDS.index(id) + 1 for at, id in enumerate(listed) if id not in changed}
    assert stays == {0: IDS.index(listed[0]), **expected}
    assert made.seconds == 32 and [beat.id for beat in made.beats] == listed
    # Between the same two, in the same words, it is the same clip.
    for at, id in enumerate(listed):
        between = (stays.get(at), stays.get(at + 1)) == (IDS.index(id), IDS.index(id) + 1)
        assert between == (id in same_scenes(made, PLAN))


def test_other_people_are_drawn_anew_and_those_who_stay_are_not() -> None:
    anna = Character(name="Anna", description="a woman in yellow")
    scenes = tuple(
        SceneDraft(id=id, description=words) for id, words in (("one", "Anna waits"), ("two", "Anna leaves"))
    )
    before = BEFORE.model_copy(update={"characters": (anna,), "plan": PlanDraft(scenes=scenes)})
    plan = compose(before, Library.for_request(before))
    assert [len(beat.shows) for beat in plan.beats] == [1, 1]
    drafts = (scenes[0].model_copy(update={"end_prompt": "an empty road", "title": "Gone"}), scenes[1])
    made = planned(before.model_copy(update={"source": SOURCE, "plan": PlanDraft(scenes=drafts)}), plan)
    assert made.characters == plan.characters and same_keyframes(made, plan) == {0: 0, 2: 2}


@pytest.mark.parametrize("count", [1, 3, 12])
def test_more_scenes_go_on_from_the_end_and_close_with_its_words(count: int) -> None:
    request = fork(*({"id": id} for id in IDS if id != IDS[1]))
    shorter = planned(request)
    drafts = further_scenes(request, shorter, IDS, count)
    made = planned(
        request.model_copy(update={"plan": PlanDraft(scenes=drafts), "duration_s": 8 * len(drafts)})
    )
    new = made.beats[len(shorter.beats) :]
    assert len(new) == count and not {beat.id for beat in new} & set(IDS), "one that was dropped stays so"
    assert new[0].prompt == shorter.beats[-1].scene.end_prompt  # type: ignore[union-attr]
    assert new[-1].title == PLAN.beats[-1].title and made.beats[-1].position == "closing"
    assert same_scenes(made, shorter) == {beat.id for beat in shorter.beats}
    assert set(same_keyframes(made, shorter)) == set(range(len(shorter.beats) + 1))
    assert all(one.camera != two.camera for one, two in pairwise(made.beats[len(shorter.beats) - 1 :]))
    assert all(beat.prompt.endswith(f"Style: {', '.join(PLAN.style)}.") for beat in new[1:])


def test_scenes_that_are_added_are_told_what_holds_for_all_pictures() -> None:
    guide = "One low light, muted greens."
    scenes = (SceneDraft(id="one", description="The mug waits"), SceneDraft(id="two", description="Night"))
    told = BEFORE.model_copy(update={"plan": PlanDraft(scenes=scenes, style_guide=guide)})
    plan = compose(told, Library.for_request(told))
    request = fork({"id": "one"}, {"id": "two"}, of=plan)
    drafts = further_scenes(request, planned(request, plan), ["one", "two"], 2)
    made = planned(request.model_copy(update={"plan": PlanDraft(scenes=drafts)}), plan)
    ends = [beat.scene.end_prompt for beat in made.beats if beat.scene]
    assert len(ends) == 4 and all(words.count(guide.rstrip(".")) == 1 for words in ends)
    assert same_scenes(made, plan) == {"one", "two"}


def test_behind_another_scene_begins_what_the_one_before_really_ends_with() -> None:
    """Where a clip was refused, and its end drawn in softer words, while the next clip had begun already."""
    begins = {Place("draft", place): f"planned {place}" for place in range(4)}
    ends = {Place("draft", place): f"planned {place}" for place in (1, 3)} | {Place("draft", 2): "softer 2"}
    found = FoundKeyframes(begins, ends)
    assert [found.at(Place("draft", 2), is_begun) for is_begun in (True, False)] == ["planned 2", "softer 2"]
    assert found.at(Place("draft", 4)) is None and found.at(Place("final", 2)) is None
    # Where a keyframe was refused, the scene behind it begins with the one before: that is at its own place.
    begins[Place("draft", 2)] = "planned 1"
    assert found.at(Place("draft", 2)) is None
    request = fork({"id": IDS[0]}, {"id": IDS[1]}, {"id": IDS[3]})
    made = planned(request)
    assert [begins_at(made, place, PLAN, there) for place, there in same_keyframes(made, PLAN).items()] == [
        *(True, True, False, True)
    ]


def test_what_no_fork_of_scenes_can_be_is_said() -> None:
    request = fork(*({"id": id} for id in IDS))
    with pytest.raises(InvalidPlan, match=r"at most; add at most 18"):
        further_scenes(request, PLAN, IDS, 19)
    short = fork(*({"id": id} for id in IDS), duration_s=8)
    with pytest.raises(InvalidPlan, match=r"a film has 45, .*; add at most 41"):
        further_scenes(short, planned(short), IDS, 42)
    unnamed = PlanDraft(scenes=(SceneDraft(id="scene_2", description="x"), SceneDraft(description="x")))
    with pytest.raises(InvalidPlan, match=r"plan\.scenes\[1\]\.id: scene_2 is another"):
        planned(request.model_copy(update={"plan": unnamed}))
    beats = compose(VideoRequest(prompt=BEFORE.prompt, duration_s=30), Library.default())
    with pytest.raises(InvalidPlan, match="source: it is a film of beats"):
        planned(request, beats)
