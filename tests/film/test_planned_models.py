"""A plan's models by the part that each plays, in results of this release and of those before it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from workflows.film.planned import PlannedFilm
from workflows.studio.facts import Facts, ModelFacts

HISTORIES = sorted((Path(__file__).parents[1] / "histories").glob("*.json"))
#: The fields of results that were recorded before they had `models`.
ALONE = {
    "image": "image_model",
    "edges": "edges_model",
    "video": "video_model",
    "score": "score_model",
    "animatic_image": "animatic_image",
    "animatic_video": "animatic_video",
}
#: What a worker of a release before reads.
Former: type[Facts] = create_model(
    "Former",
    __base__=Facts,
    image_model=(ModelFacts, ...),
    video_model=(ModelFacts, ...),
    score_model=(ModelFacts, ...),
    edges_model=(ModelFacts | None, None),
    image_fallbacks=(tuple[ModelFacts, ...], ()),
    video_fallbacks=(tuple[ModelFacts, ...], ()),
    animatic_image=(ModelFacts | None, None),
    animatic_video=(ModelFacts | None, None),
)


def results(path: Path) -> list[dict[str, Any]]:
    """The plans that a recorded history holds."""
    events, plans, steps = json.loads(path.read_text())["events"], list[dict[str, Any]](), set[str]()
    for event in events:
        asked = event.get("activityTaskScheduledEventAttributes", {"activityType": {"name": ""}})
        done = event.get("activityTaskCompletedEventAttributes", {"scheduledEventId": ""})
        if asked["activityType"]["name"] == "compose_plan":
            steps.add(event["eventId"])
        if done["scheduledEventId"] in steps:
            plans += [json.loads(base64.b64decode(one["data"])) for one in done["result"]["payloads"]]
    # What was not bought is no plan.
    return [plan for plan in plans if "not_bought" not in plan]


RECORDED = [(path.stem, plan) for path in HISTORIES for plan in results(path)]
ONE = next(plan for _, plan in RECORDED if plan.get("video_fallbacks"))


@pytest.mark.parametrize("said", [plan for _, plan in RECORDED], ids=[name for name, _ in RECORDED])
def test_a_plan_of_a_release_before_has_its_models_by_part(said: dict[str, Any]) -> None:
    planned = PlannedFilm.model_validate(said)
    alone = {part: said[name] for part, name in ALONE.items() if said.get(name) is not None}
    known = {part: model for part, model in planned.models.items() if part in ALONE}
    assert known == {part: ModelFacts.model_validate(each) for part, each in alone.items()}
    assert planned.models.keys() - known.keys() <= {"edit"}, "no release without `models` had it"
    for part in ("image", "video"):
        others = [ModelFacts.model_validate(each) for each in said.get(f"{part}_fallbacks", ())]
        assert planned.offered(part) == [planned.models[part], *others]


@pytest.mark.parametrize("part", ["edges", "animatic_video"])
def test_a_part_that_nothing_plays_is_offered_to_nothing(part: str) -> None:
    planned = PlannedFilm.model_validate({name: ONE[name] for name in ONE if name != ALONE[part]})
    assert part not in planned.models and planned.offered(part) == []


def test_a_worker_of_a_release_before_reads_a_plan_of_this_one() -> None:
    """It knows nothing of `models`, and finds every model where it looks for it."""
    before = PlannedFilm.model_validate(ONE)
    common = before.model_dump(include={"plan", "artifact", "format"})
    written = PlannedFilm(**common, models=before.models, fallbacks=before.fallbacks).model_dump_json()
    assert Former.model_validate_json(written) == Former.model_validate(ONE)
    assert PlannedFilm.model_validate_json(written).models == before.models


@pytest.mark.parametrize("plan_of", ["before", "drawn"])
def test_a_plan_of_a_release_before_knows_its_own_rung(plan_of: str) -> None:
    drawn = {"image_model": ONE["animatic_image"], "video_model": ONE["animatic_video"]}
    no_fallbacks: dict[str, Any] = {"image_fallbacks": [], "video_fallbacks": []}
    old = PlannedFilm.model_validate(ONE if plan_of == "before" else {**ONE, **drawn, **no_fallbacks})
    assert (old.rung, old.rungs) == (None, {})
    assert old.offered_by("draft", "video") == old.offered("video")
    assert [model.work for model in old.offered_by("animatic", "video")] == ["computes"]
    alone = PlannedFilm.model_validate({name: ONE[name] for name in ONE if "animatic" not in name})
    assert alone.offered_by("animatic", "image") == []
