"""What a person changes of a film of keyframes: one frame ends a scene and begins the next, in any words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from starter.edits import whole
from tests.support.forking import Former
from workflows.film import VideoRequest, film_id, parse_request

BEFORE = VideoRequest(prompt="A film about a ceramic coffee mug", method="keyframes", duration_s=30)
FORMER = Former(BEFORE)
PLAN, IDS, made, refused = FORMER.plan, FORMER.ids, FORMER.edited, FORMER.refused


def test_the_frame_that_two_scenes_share_is_said_in_any_way_and_is_one() -> None:
    written = whole(PLAN)
    written["scenes"][1]["end_prompt"] = "Rain"
    short: dict[str, Any] = {"scenes": [{"id": id} for id in IDS]}
    short["scenes"][2]["start_prompt"] = "Rain"
    ways: tuple[dict[str, Any], ...] = (
        {"shot": "2", "words": {"end": "Rain"}},
        {"shot": IDS[2], "words": {"prompt": "Rain"}},
        {"plan": json.loads(json.dumps(written))},
        {"plan": short},
    )
    forks = [made(**way) for way in ways]
    assert len({film_id(one.request) for one in forks}) == 1 and film_id(forks[0].request) != film_id(BEFORE)
    beats = forks[0].plan.beats
    assert beats[1].scene and (beats[1].scene.end_prompt, beats[2].prompt) == ("Rain", "Rain")
    assert forks[0].plan.model_copy(update={"beats": PLAN.beats}) == PLAN and forks[0].request.plan
    drafts = [one.model_dump(exclude_defaults=True) for one in forks[0].request.plan.scenes]
    assert [set(one) - {"id", "description"} for one in drafts] == [set(), {"end_prompt"}, set(), set()]
    assert parse_request(forks[0].request.model_dump_json(exclude_defaults=True).encode())


def test_a_fork_lasts_as_many_scenes_as_it_has() -> None:
    assert len(IDS) == 4, "of 7.5 s"
    for edits, seconds, count in (
        ({"drop": ["2"]}, 22, 3),
        ({"add": 2}, 45, 6),
        ({"drop": ["1", "2", "3"]}, 7, 1),
        ({"drop": ["4"], "add": 1}, 30, 4),
    ):
        fork = made(**edits)
        assert (fork.request.duration_s, fork.plan.seconds, len(fork.plan.beats)) == (seconds, seconds, count)
        assert all(beat.lasts_s <= PLAN.beats[0].lasts_s for beat in fork.plan.beats)
    assert IDS[3] not in {beat.id for beat in fork.plan.beats}, "another scene has another id"


def test_what_happens_in_a_scene_is_its_motion_and_formats_may_be_set() -> None:
    fork = made(
        shot="1", words={"action": "It turns", "prompt": "Dawn"}, fields=["crossfade=0.4", "size=1080p"]
    )
    assert (fork.plan.beats[0].action, fork.plan.beats[0].prompt) == ("It turns", "Dawn")
    assert (fork.request.crossfade, fork.request.size) == (0.4, "1080p")
    first = made(drop=["1"], shot="2", words={"prompt": "Dawn"})
    assert first.plan.beats[0].prompt == "Dawn", "it begins the film now"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({}, "fork: nothing is changed"),
        ({"shot": "1", "words": {"seconds": "5"}}, "seconds: the scenes of a film last the same"),
        ({"drop": IDS}, "plan.scenes: a film of keyframes has scenes"),
        ({"add": 40}, "add_beats: 40 more scenes cannot be added"),
        ({"fields": ["duration_s=20"]}, "duration_s: .*a fork lasts as long as its shots"),
        ({"fields": ["continuity=anchored"]}, "continuity: scenes lie between keyframes already"),
        ({"plan": {"beats": [{"id": "hero_shot"}]}}, "plan.beats: a film of keyframes has scenes"),
        ({"plan": {"scenes": [{"id": "new"}]}}, r"plan.scenes\[0\].description: is missing"),
        (
            {"plan": {"scenes": [{"id": IDS[0], "end_prompt": "a"}, {"id": IDS[1], "start_prompt": "b"}]}},
            r"plan.scenes\[1\].start_prompt: the scene before ends with it, in other words",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(edits: dict[str, Any], said: str) -> None:
    assert re.search(said, refused(**edits))
