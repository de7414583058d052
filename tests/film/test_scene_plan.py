"""Films of keyframes as the rules plan them: how many scenes, in which words, and what is refused."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.film import InvalidPlan, Library, compose
from workflows.film import Plan, VideoRequest, film_id, parse_request
from workflows.studio import InvalidRequest

PROMPT = "A film about a ceramic coffee mug"


def planned(**fields: object) -> Plan:
    request = parse_request(json.dumps({"prompt": PROMPT, "method": "keyframes", **fields}).encode())
    return compose(request, Library.for_request(request))


def refused(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as caught:
        parse_request(json.dumps({"prompt": PROMPT, **fields}).encode())
    return {problem.field: problem.problem for problem in caught.value.fields}


def test_a_film_without_a_length_has_four_scenes() -> None:
    plan = planned()
    assert (plan.method, len(plan.beats), plan.seconds) == ("keyframes", 4, 32)
    assert plan.style_guide and plan.characters == ("ceramic coffee mug",) and not plan.warnings


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 180), st.integers(2, 30), st.sampled_from((8, 16, 24, 25, 30)))
def test_every_length_is_planned(duration_s: int, scene_s: int, fps: int) -> None:
    plan = planned(duration_s=duration_s, scene_s=scene_s)
    assert plan.seconds == duration_s and plan.frames(fps) == duration_s * fps
    assert len({beat.id for beat in plan.beats}) == len(plan.beats)
    # The keyframe that ends a scene is the one that begins the next.
    for before, after in itertools.pairwise(plan.beats):
        assert before.scene and before.scene.end_prompt == after.prompt and before.camera != after.camera
    became = [warning for warning in plan.warnings if "scene" in warning]
    assert bool(became) == (duration_s != scene_s * len(plan.beats))


def test_the_prompt_may_say_the_length() -> None:
    request = VideoRequest(prompt="A 30 second film about a ceramic coffee mug", method="keyframes")
    assert compose(request, Library.for_request(request)).seconds == 30


def test_a_caller_brings_its_own_scenes() -> None:
    scenes = [
        {"description": "The mug waits", "start_prompt": "a mug on a shelf", "end_prompt": "a mug, nearer"},
        {"description": "Steam rises", "motion": "steam rises", "id": "steam", "title": "Hot"},
        {"description": "Night falls", "camera": "tilt"},
    ]
    plan = planned(plan={"scenes": scenes}, scene_s=5)
    assert [beat.id for beat in plan.beats] == ["scene_1", "steam", "scene_3"] and plan.seconds == 15
    assert "a mug, nearer" in plan.beats[1].prompt and plan.beats[1].title == "Hot"
    assert plan.beats[2].camera == "tilt" and plan.beats[1].action == "steam rises"


def test_a_caller_brings_a_style_guide_that_every_picture_is_told() -> None:
    guide = "One low light, muted greens"
    scenes = [{"description": "The mug waits", "end_prompt": "a mug, nearer"}, {"description": "Night falls"}]
    plan = planned(plan={"scenes": scenes, "style_guide": guide})
    assert plan.style_guide == guide
    for beat in plan.beats:
        assert beat.scene and guide in beat.prompt and guide in beat.scene.end_prompt
        assert beat.prompt.count(guide) == beat.scene.end_prompt.count(guide) == 1
    with pytest.raises(InvalidPlan, match=r"plan\.style_guide"):
        planned(plan={"scenes": scenes, "style_guide": "all {colours}"})


@pytest.mark.parametrize("field", ["description", "start_prompt", "end_prompt", "motion"])
def test_a_mistyped_placeholder_of_a_scene_reaches_no_model(field: str) -> None:
    scenes = [{"description": "The mug waits"}, {"description": "Night", field: "the {product} on a shelf"}]
    with pytest.raises(InvalidPlan, match=rf"plan\.scenes\[1\]\.{field}"):
        planned(plan={"scenes": scenes})
    scenes[1][field] = "the {product_name} on a shelf"
    assert planned(plan={"scenes": scenes})


def test_the_last_scene_shows_who_is_named_at_its_end() -> None:
    """Of the others, the next one tells it."""
    scenes = [
        {"description": "A kitchen"},
        {"description": "A kettle", "end_prompt": "Anna stands in the door"},
        {"description": "Steam", "start_prompt": "unread", "end_prompt": "Bo sits on the table"},
    ]
    people = [{"name": name, "description": "somebody"} for name in ("Anna", "Bo")]
    plan = planned(plan={"scenes": scenes}, characters=people)
    assert [[one.name for one in beat.shows] for beat in plan.beats] == [[], [], ["Anna", "Bo"]]
    assert plan.characters == ("ceramic coffee mug", "Anna", "Bo")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"method": "keyframes", "duration_s": 181}, {"duration_s"}),
        ({"method": "keyframes", "duration_s": 3}, {"duration_s"}),
        ({"method": "keyframes", "scene_s": 1}, {"scene_s"}),
        ({"method": "keyframes", "crossfade": 1.5}, {"crossfade"}),
        ({"method": "keyframes", "plan": {"beats": [{"id": "hero_shot"}]}}, {"plan.beats"}),
        ({"method": "keyframes", "plan": {"scenes": []}}, {"plan.scenes"}),
        ({"method": "collage"}, {"method"}),
        ({"duration_s": 7}, {"duration_s"}),
        ({"scene_s": 8, "crossfade": 0.4}, {"scene_s", "crossfade"}),
        ({"plan": {"scenes": [{"description": "a mug"}]}}, {"plan.scenes"}),
        ({"plan": {"beats": []}}, {"plan.beats"}),
        ({"plan": {"beats": [{"id": "hero_shot"}], "style_guide": "green"}}, {"plan.style_guide"}),
    ],
)
def test_what_a_method_does_not_have_is_refused_by_its_field(
    fields: dict[str, object], wrong: set[str]
) -> None:
    assert refused(**fields).keys() == wrong


def test_the_method_is_part_of_what_a_film_is() -> None:
    beats, scenes = VideoRequest(prompt=PROMPT), VideoRequest(prompt=PROMPT, method="keyframes")
    assert film_id(beats) != film_id(scenes)
    assert not {"method", "scene_s", "crossfade"} & beats.model_dump().keys()
