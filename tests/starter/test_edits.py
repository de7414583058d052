"""What a person changes of a film becomes the same request however it was written, or is refused in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from starter.edits import Edits, edited, whole
from tests.support.forking import SOURCE, Former
from workflows.film import VideoRequest, film_id, parse_request
from workflows.studio import InvalidRequest

BEFORE = VideoRequest(prompt="A 20 second film about a ceramic coffee mug", size="360p", duration_s=20)
FORMER = Former(BEFORE)
PLAN, IDS, made, refused = FORMER.plan, FORMER.ids, FORMER.edited, FORMER.refused


def beats(said: VideoRequest) -> list[dict[str, Any]]:
    assert said.plan is not None
    return [beat.model_dump(exclude_defaults=True) for beat in said.plan.beats]


def test_the_same_change_is_the_same_fork_however_it_is_written() -> None:
    written = whole(PLAN)
    written["beats"][1]["prompt"] = "Rain"
    short = {"beats": [{"id": one, **({"prompt": "Rain"} if one == IDS[1] else {})} for one in IDS]}
    ways: Iterable[dict[str, Any]] = (
        {"shot": "2", "words": {"prompt": "Rain"}},
        {"shot": IDS[1], "words": {"prompt": "Rain"}},
        {"plan": json.loads(json.dumps(written))},
        {"plan": short},
    )
    requests = [made(**way).request for way in ways]
    assert len({film_id(one) for one in requests}) == 1 and film_id(requests[0]) != film_id(BEFORE)
    assert [set(one) for one in beats(requests[0])] == [
        {"id", "seconds", *({"prompt"} if one == IDS[1] else ())} for one in IDS
    ], "only what differs is asked for, and how long the film is"
    assert parse_request(json.dumps(requests[0].model_dump(mode="json", exclude_defaults=True)).encode())


def test_shots_are_left_out_added_and_counted_as_before() -> None:
    shorter = made(drop=["2"], shot="3", words={"title": "Now", "energy": "0.5"})
    assert [beat.id for beat in shorter.plan.beats] == [one for one in IDS if one != IDS[1]]
    assert (shorter.plan.beats[1].title, shorter.plan.beats[1].energy) == ("Now", 0.5)
    longer = made(add=2)
    assert longer.request.duration_s is None and longer.plan.seconds > PLAN.seconds
    assert [beat.id for beat in longer.plan.beats][:-3] == IDS[:-1] and longer.plan.beats[-1].id == IDS[-1]


def test_fields_that_keep_the_plan_may_be_set() -> None:
    fields = ["size=1080p", "fps=30", "music=no", "models.video=fal-wan-2.2-a14b", "budget_usd=7.50"]
    request = made(fields=fields).request
    assert (request.size, request.fps, request.music, str(request.budget_usd)) == ("1080p", 30, False, "7.5")
    assert request.models.video == "fal-wan-2.2-a14b"
    assert made(fields=["size=1080p"]).plan == PLAN


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({}, "fork: nothing is changed"),
        ({"fields": ["size=360p", "budget_usd=9"]}, "fork: nothing is changed"),
        ({"shot": "9", "words": {"title": "x"}}, r"shot: there is no shot \W9\W; one of 1 \w+, 2 "),
        ({"drop": ["nope"]}, "drop: there is no shot"),
        ({"shot": "1"}, "shot: nothing of it is changed"),
        ({"words": {"prompt": "x"}}, "shot: --prompt is of no shot"),
        ({"drop": ["1"]}, "an opening beat belongs here"),
        ({"add": 24}, "add_beats: 24 more beats cannot be added"),
        ({"fields": ["style=warm"]}, "style: a fork keeps it as it is; it would be planned anew"),
        ({"fields": ["duration_s=30"]}, "duration_s: a fork keeps it as it is; a fork lasts as long"),
        ({"fields": ["sise=720p"]}, "set: there is no field .*did you mean size"),
        ({"fields": ["size"]}, "set: .*no field and value"),
        ({"fields": ["size=4k"]}, "size: "),
        ({"shot": "1", "words": {"camera": "spin", "seconds": "7"}}, r"(?s)plan.beats\[0\].*plan.beats\[0\]"),
        ({"plan": []}, "plan: "),
        ({"plan": {"beats": [{"id": "hero_shot", "colour": 1}, 3]}}, "(?s)colour.*beats"),
        ({"plan": {"beats": [{"id": "nothing_such"}]}}, "the library has no beat nothing_such"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(edits: dict[str, Any], said: str) -> None:
    assert re.search(said, refused(**edits))


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = refused(fields=["style=warm", "size=4k"], shot="1", words={"camera": "spin"}, drop=["9"])
    assert all(name in said for name in ("style:", "size:", "plan.beats[0].camera:", "drop:"))


def test_call_outs_are_replaced_and_not_emptied() -> None:
    told = PLAN.model_copy(
        update={"beats": (PLAN.beats[0].model_copy(update={"callouts": ("750ml",)}), *PLAN.beats[1:])}
    )
    plan = whole(told)
    plan["beats"][0]["callouts"] = []
    with pytest.raises(InvalidRequest, match=r"plan.beats\[0\].callouts: a beat keeps its call-outs"):
        edited(BEFORE, SOURCE, told, Edits(plan=plan))
