"""What a person changes of the scenes of a film of keyframes, in which one frame ends a scene and begins the
next: it is said once, with the scene that it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.film import Plan, VideoRequest, film_like
from workflows.studio import FieldProblem

#: What a draft calls what options say of any shot.
_NAMES = {"action": "motion", "end": "end_prompt", "prompt": "start_prompt"}
_BEAT = ("title", "camera", "energy")

_Json = dict[str, Any]


def whole_scenes(plan: Plan) -> list[_Json]:
    """The scenes as a draft that leaves nothing out, to be edited: what a later one begins with is what the
    one before ends with."""
    return [
        {
            "id": beat.id,
            "description": beat.scene.description if beat.scene else "",
            **({} if number else {"start_prompt": beat.prompt}),
            "end_prompt": beat.scene.end_prompt if beat.scene else "",
            "motion": beat.action,
            "notes": beat.scene.notes if beat.scene else "",
            **beat.model_dump(mode="json", include=set(_BEAT)),
        }
        for number, beat in enumerate(plan.beats)
    ]


def in_scenes(
    scenes: list[Any], place: int, said: Mapping[str, Any], plan: Plan, problems: list[FieldProblem]
) -> None:
    """Writes what an option says of the scene at that place, from 0, into the draft."""
    if "seconds" in said:
        problems.append(_no_seconds())
    words = {_NAMES.get(name, name): text for name, text in said.items() if name != "seconds"}
    scenes[place] = {**scenes[place], **words}


def begun_once(scenes: list[Any], plan: Plan, problems: list[FieldProblem]) -> list[Any]:
    """The draft's scenes as they are read: each with a description, and what it begins with told as what the
    one before ends with."""
    former = {scene["id"]: scene for scene in whole_scenes(plan)}
    starts = {beat.id: beat.prompt for beat in plan.beats}
    made: list[Any] = []
    for number, scene in enumerate(scenes):
        if not isinstance(scene, dict):
            made.append(scene)
            continue
        known = former.get(scene.get("id"), {})
        scene = {**({"description": known["description"]} if known else {}), **scene}
        start = scene.pop("start_prompt", None) if number else None
        if start is not None and start != starts.get(scene.get("id", "")) and isinstance(made[-1], dict):
            problems.extend(_said_twice(number, made[-1], start, former))
            made[-1] = {**made[-1], "end_prompt": start}
        made.append(scene)
    return made


def _said_twice(
    number: int, before: _Json, start: Any, former: Mapping[str, _Json]
) -> Iterator[FieldProblem]:
    known = former.get(before.get("id", ""), {})
    end = before.get("end_prompt")
    if end not in (None, start, known.get("end_prompt")):
        yield FieldProblem(
            field=f"plan.scenes[{number}].start_prompt",
            problem="the scene before ends with it, in other words",
            suggestion="say it there alone, as its end_prompt",
        )


def lasting(request: VideoRequest, source: Plan) -> VideoRequest:
    """The fork of a film of keyframes with its length: of as many scenes as it lists, each as long as those
    of the film before. Of any other film the beats say it."""
    if source.method != "keyframes" or request.plan is None:
        return request
    seconds = film_like(source.seconds, len(source.beats), len(request.plan.scenes))
    return request.model_copy(update={"duration_s": seconds})


def _no_seconds() -> FieldProblem:
    problem = "the scenes of a film last the same"
    return FieldProblem(field="seconds", problem=problem, suggestion="add scenes, or drop some")
