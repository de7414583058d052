"""What a person changes of a film to fork it: from the plan before and what was typed to a request.

Only what differs from the plan before is asked for, so that the same change is the same fork however it was
written: by options, in a file, or in an editor.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.film import NOT_CREATIVE, InvalidPlan, Library, compose, further, further_scenes
from starter.scene_edits import begun_once, in_scenes, lasting, whole_scenes
from workflows.film import Models, Plan, PlanDraft, Source, VideoRequest, parse_request
from workflows.studio import FieldProblem, InvalidRequest, number, quoted

#: What a draft may say of a beat of the film before.
_BEAT = ("seconds", "title", "action", "prompt", "camera", "energy", "callouts")
#: What it may say of the whole.
_WHOLE = ("product", "archetype", "look")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Of fields that a fork cannot change, what does change them.
_ELSEWHERE = {
    "plan": "use --plan or --edit",
    "duration_s": "a fork lasts as long as its shots: use --edit, --drop or --add-beats",
    "source": "a fork is of the film that is named",
}
_ANOTHER_FILM = "it would be planned anew, as another film: `reel make` makes that"

_Json = dict[str, Any]


@dataclass(frozen=True)
class Edits:
    """As they were typed. `plan` is the JSON of a draft, None for that of the film before; `shot` the number
    or id of the shot that `words` are of: by the draft's names of a beat, and `end` of a scene; `drop` are
    numbers or ids; `fields` such as `size=1080p`."""

    plan: Any = None
    shot: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    drop: Sequence[str] = ()
    add: int = 0
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Edited:
    """The request of a fork, and the plan that it will have."""

    request: VideoRequest
    plan: Plan


def whole(plan: Plan) -> _Json:
    """The plan as a draft that leaves nothing out, to be edited."""
    said = plan.model_dump(mode="json", include=set(_WHOLE))
    if plan.method == "keyframes":
        return {**said, "scenes": whole_scenes(plan)}
    beats = [beat.model_dump(mode="json", include={"id", *_BEAT}) for beat in plan.beats]
    return {**said, "beats": beats}


def edited(before: VideoRequest, source: Source, plan: Plan, edits: Edits) -> Edited:
    """The request of a fork of the film that was asked for as `before` and has `plan`. Raises
    `InvalidRequest` with every wrong field, and where nothing is changed."""
    problems: list[FieldProblem] = []
    draft = whole(plan) if edits.plan is None else edits.plan
    problems.extend(_half(edits))
    shots = "scenes" if plan.method == "keyframes" else "beats"
    if isinstance(draft, dict) and isinstance(draft.get(shots), list):
        listed = [dict(shot) if isinstance(shot, dict) else shot for shot in draft[shots]]
        draft = {**draft, shots: _changed(listed, edits, plan, problems)}
        draft = _lean(draft, shots, plan, problems)
    fields = before.model_dump(mode="json", exclude_defaults=True, exclude={"duration_s"})
    fields = _with_fields(fields, edits.fields, problems)
    fields |= {"plan": draft, "source": source.model_dump(mode="json")}
    request = _parsed(fields, problems)
    request = lasting(request, plan)
    made = _planned(request, plan)
    if edits.add:
        request = lasting(_extended(request, made, plan, edits.add), plan)
        made = _planned(request, plan)
    if made == plan and not any(_other(request, before)):
        raise _wrong("fork", "nothing is changed", "name a change, such as --shot 2 --prompt …, or --edit")
    return Edited(_timed(request, made), made)


def _other(request: VideoRequest, before: VideoRequest) -> Iterator[str]:
    for name in NOT_CREATIVE - {"budget_usd"}:
        if getattr(request, name) != getattr(before, name):
            yield name


def _planned(request: VideoRequest, source: Plan) -> Plan:
    try:
        return compose(request, Library.for_request(request), source)
    except InvalidPlan as error:
        raise InvalidRequest(error.fields) from error


def _extended(request: VideoRequest, plan: Plan, source: Plan, count: int) -> VideoRequest:
    ids = {beat.id for beat in (*plan.beats, *source.beats)}
    try:
        if plan.method == "keyframes":
            return _redrafted(request, scenes=further_scenes(request, plan, ids, count))
        place, more = further(request, plan, count)
    except InvalidPlan as error:
        raise InvalidRequest(error.fields) from error
    assert request.plan is not None, "a fork lists its beats"
    beats = request.plan.beats
    return _redrafted(request, beats=(*beats[:place], *more, *beats[place:]))


def _timed(request: VideoRequest, plan: Plan) -> VideoRequest:
    """With the length of every beat, so that the film's is known to whoever reads the request."""
    assert request.plan is not None, "a fork lists its beats"
    if plan.method == "keyframes":
        return request
    pairs = zip(request.plan.beats, plan.beats, strict=True)
    beats = tuple(draft.model_copy(update={"seconds": beat.seconds}) for draft, beat in pairs)
    return _redrafted(request, beats=beats)


def _redrafted(request: VideoRequest, **change: Any) -> VideoRequest:
    draft = PlanDraft.model_validate({**dict(request.plan or ()), **change})
    return request.model_copy(update={"plan": draft})


# ---- the plan --------------------------------------------------------------------------------------


def _changed(beats: list[Any], edits: Edits, plan: Plan, problems: list[FieldProblem]) -> list[Any]:
    """The draft's shots with the shot's own words, without those that are dropped; both count as the draft
    does before."""
    dropped = {_place(beats, one, "drop", problems) for one in edits.drop}
    if edits.shot is not None:
        place = _place(beats, edits.shot, "shot", problems)
        if place is not None and isinstance(beats[place], dict):
            said = {name: _typed(name, text) for name, text in edits.words.items()}
            if plan.method == "keyframes":
                in_scenes(beats, place, said, plan, problems)
            elif "end" in said:
                problems.append(_no_end())
            else:
                beats[place] = {**beats[place], **said}
    left = [beat for at, beat in enumerate(beats) if at not in dropped]
    return begun_once(left, plan, problems) if plan.method == "keyframes" else left


def _half(edits: Edits) -> Iterator[FieldProblem]:
    """A shot without a change, or a change without a shot."""
    if edits.shot is not None and not edits.words:
        what = "--prompt, --action, --title, --camera, --energy, --seconds, or --end of a scene"
        yield FieldProblem(field="shot", problem="nothing of it is changed", suggestion=f"add {what}")
    if edits.words and edits.shot is None:
        said = ", ".join(f"--{name}" for name in edits.words)
        yield FieldProblem(
            field="shot", problem=f"{said} is of no shot", suggestion="name it, such as --shot 2"
        )


def _place(beats: Sequence[Any], shot: str, option: str, problems: list[FieldProblem]) -> int | None:
    ids = [str(beat.get("id")) if isinstance(beat, dict) else "" for beat in beats]
    if shot in ids:
        return ids.index(shot)
    if shot.isascii() and shot.isdecimal() and 1 <= int(shot) <= len(ids):
        return int(shot) - 1
    named = ", ".join(f"{at} {id}" for at, id in enumerate(ids, 1))
    problems.append(
        FieldProblem(field=option, problem=f"there is no shot {quoted(shot)}", suggestion=f"one of {named}")
    )
    return None


def _typed(name: str, text: str) -> Any:
    found = number(text) if name in ("seconds", "energy") else None
    return text if found is None else found


def _no_end() -> FieldProblem:
    problem = "a beat ends as its last chunk does"
    return FieldProblem(field="end", problem=problem, suggestion="say what happens, with --action")


def _lean(draft: _Json, shots: str, plan: Plan, problems: list[FieldProblem]) -> _Json:
    """The draft without what is as it was."""
    before = whole(plan)
    former = {beat["id"]: beat for beat in before[shots]}
    beats = []
    for at, beat in enumerate(draft[shots]):
        known = former.get(beat.get("id")) if isinstance(beat, dict) else None
        if known and known.get("callouts") and beat.get("callouts") == []:
            problems.append(
                FieldProblem(
                    field=f"plan.beats[{at}].callouts",
                    problem="a beat keeps its call-outs",
                    suggestion="write others in their place, or make it with titles=false",
                )
            )
        beats.append(
            {name: said for name, said in beat.items() if _differs(name, said, known)} if known else beat
        )
    said = {name: each for name, each in draft.items() if name == shots or _differs(name, each, before)}
    return {**said, shots: beats}


def _differs(name: str, said: Any, known: _Json) -> bool:
    # A scene is not read without its description.
    return name in ("id", "description") or name not in known or said != known[name]


# ---- fields ----------------------------------------------------------------------------------------


def _with_fields(fields: _Json, typed: Sequence[str], problems: list[FieldProblem]) -> _Json:
    for one in typed:
        name, equals, text = one.partition("=")
        role = name.removeprefix("models.")
        if not equals or not name:
            problem = f"{quoted(one)} is no field and value"
            problems.append(FieldProblem(field="set", problem=problem, suggestion="such as size=1080p"))
        elif name.startswith("models.") and role in Models.model_fields:
            models = {**fields.get("models", {}), role: text.strip() or None}
            fields = {**fields, "models": models}
        elif name in NOT_CREATIVE - {"models"}:
            fields = {**fields, name: _value(name, text)}
        else:
            problems.append(_refused(name))
    return fields


def _value(name: str, text: str) -> Any:
    kind = VideoRequest.model_fields[name].annotation
    if kind is bool:
        return _BOOLEANS.get(text.strip().casefold(), text)
    found = number(text) if name in ("fps", "budget_usd", "crossfade") else None
    return text if found is None else found


def _refused(name: str) -> FieldProblem:
    if name in VideoRequest.model_fields:
        why = _ELSEWHERE.get(name, _ANOTHER_FILM)
        return FieldProblem(field=name, problem="a fork keeps it as it is", suggestion=why)
    known = [*(NOT_CREATIVE - {"models"}), *(f"models.{role}" for role in Models.model_fields)]
    near = difflib.get_close_matches(name, known, n=1)
    suggestion = f"did you mean {near[0]}?" if near else f"one of {', '.join(sorted(known))}"
    return FieldProblem(field="set", problem=f"there is no field {quoted(name)}", suggestion=suggestion)


def _parsed(fields: _Json, problems: Sequence[FieldProblem]) -> VideoRequest:
    try:
        request = parse_request(json.dumps(fields).encode())
    except InvalidRequest as error:
        raise InvalidRequest([*problems, *error.fields]) from None
    if problems:
        raise InvalidRequest(problems)
    return request


def _wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest([FieldProblem(field=field, problem=problem, suggestion=suggestion)])
