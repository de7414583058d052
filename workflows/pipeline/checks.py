"""Knows what is wrong with how a pipeline is put together, all of it at once, from the value as it was sent.

What follows from its models (their lengths, sizes and roles) is known where the catalogue is: `plan_pipeline`
tells that.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from workflows.pipeline import graph
from workflows.pipeline.kinds import KINDS, Kind, Medium, Params, is_foreign
from workflows.pipeline.variables import answers_in, filled, meant, names_in
from workflows.studio import FieldProblem, fault_of, malformed, quoted

#: Of the words that a model is sent, once their variables are filled in.
MOST_CHARACTERS = 2000
_NAME = "start with a small letter, then small letters, digits and underscores, at most 64"
_WORDS = ("prompt", "negative_prompt")
_NOUNS: Mapping[Medium, str] = {"image": "a picture", "video": "a video", "text": "an answer in words"}


def problems(value: Mapping[str, Any], kinds: Mapping[str, Kind] | None = None) -> Iterator[FieldProblem]:
    """Of a request, whatever it holds: what is not of the right type at all is passed over here. `kinds` are
    all that there are, where that is known; else those of packages are passed over, too."""
    steps = [_Step.of(number, one, kinds) for number, one in enumerate(_list(value.get("steps")))]
    variables = {name: one for name, one in _dict(value.get("variables")).items() if _is_scalar(one)}
    for name in _dict(value.get("variables")):
        if not graph.ID.fullmatch(str(name)):
            problem, how = malformed(name, _NAME)
            yield FieldProblem(field=f"variables.{name}", problem=problem, suggestion=how)
    yield from _repeats(steps)
    # Of two by one id the first is meant; all keep their order, in which they are told.
    by_id: dict[str, _Step] = {}
    for step in steps:
        if step.id:
            by_id.setdefault(step.id, step)
    whole = _Whole(by_id)
    for step in steps:
        yield from _kind_of(step)
        yield from _inputs(step, whole)
        yield from _words(step, variables, whole)
        yield from _params(step, variables, whole)
    yield from _circles(steps, whole)


@dataclass(frozen=True)
class _Step:
    """One step as it was sent; `sources` are by role, those that are texts."""

    number: int
    id: str
    raw: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, Kind] | None = None

    @classmethod
    def of(cls, number: int, raw: Any, kinds: Mapping[str, Kind] | None) -> _Step:
        fields = _dict(raw)
        given = {
            str(role): tuple(one for one in _list(said) if isinstance(one, str))
            for role, said in _dict(fields.get("inputs")).items()
        }
        id = fields.get("id")
        return cls(number, id if isinstance(id, str) else "", fields, given, kinds)

    @property
    def kind(self) -> Kind | None:
        name = self.raw.get("kind")
        return (self.kinds or KINDS).get(name) if isinstance(name, str) else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether only planning knows its kind."""
        name = self.raw.get("kind")
        return self.kinds is None and isinstance(name, str) and is_foreign(name)

    @property
    def answers(self) -> tuple[str, ...]:
        """The fields of what it answers, where it answers at all."""
        if self.raw.get("kind") != "text":
            return ()
        return tuple(map(str, _dict(self.raw.get("answer")))) or ("text",)

    @property
    def told_by(self) -> list[str]:
        """The steps whose answers its words name."""
        said = [words for field in _WORDS if isinstance(words := self.raw.get(field), str)]
        return [step for words in said for step, _ in answers_in(words)]

    def wrong(self, field: str, problem: str, suggestion: str) -> FieldProblem:
        return FieldProblem(field=f"steps[{self.number}].{field}", problem=problem, suggestion=suggestion)


@dataclass(frozen=True)
class _Whole:
    """All steps, by id."""

    steps: Mapping[str, _Step]

    @property
    def causes(self) -> dict[str, list[str]]:
        return {
            id: [
                one for those in (*step.sources.values(), step.told_by) for one in those if one in self.steps
            ]
            for id, step in self.steps.items()
        }

    def medium(self, source: str, seen: frozenset[str] = frozenset()) -> Medium | None:
        """What a source is; None where nobody knows yet."""
        if upload := graph.UPLOAD.fullmatch(source):
            return "image" if upload[1] == "png" else "video"
        step = self.steps.get(source)
        if step is None or step.kind is None or source in seen:
            return None
        if step.kind.gives is not None:
            return step.kind.gives
        (given,) = next(iter(step.sources.values()), ())[:1] or ("",)
        return self.medium(given, seen | {source})


# ---- each of it -----------------------------------------------------------------------------------


def _repeats(steps: Iterable[_Step]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for step in steps:
        if step.id and step.id in seen:
            yield step.wrong("id", f"{quoted(step.id)} appears twice", "give every step its own id")
        seen.add(step.id)


def _kind_of(step: _Step) -> Iterator[FieldProblem]:
    name = step.raw.get("kind")
    if isinstance(name, str) and step.kind is None and not step.is_elsewhere:
        kinds = step.kinds or KINDS
        known = f"one of {', '.join(kinds)}"
        if is_foreign(name):
            known = f"install the package {name.partition('.')[0]} that brings it on every worker"
        yield step.wrong("kind", f"there is no kind {quoted(name)}", _near(name, kinds) or known)
    if step.kind and not step.kind.may_cost and step.raw.get("model") is not None:
        yield step.wrong("model", f"{name} is done here, by no model", "leave it out")
    for field in filter(lambda one: not graph.ID.fullmatch(one), step.answers):
        yield step.wrong(f"answer.{field}", *malformed(field, _NAME))
    if step.kind and not step.answers and step.raw.get("answer"):
        yield step.wrong("answer", f"{name} answers nothing", "leave it out, or make it a text step")


def _inputs(step: _Step, whole: _Whole) -> Iterator[FieldProblem]:
    kind = step.kind
    for role, sources in step.sources.items():
        for number, source in enumerate(sources):
            place = f"inputs.{role}" + (f"[{number}]" if len(sources) > 1 else "")
            yield from _source(step, place, source, role, whole)
        if kind is None:
            continue
        if role not in kind.roles:
            known = f"its roles are {', '.join(kind.roles)}" if kind.roles else "it takes none: leave it out"
            yield step.wrong(
                f"inputs.{role}", f"{step.raw['kind']} has no such input", _near(role, kind.roles) or known
            )
        elif len(sources) > kind.roles[role].most:
            most = kind.roles[role].most
            yield step.wrong(f"inputs.{role}", f"{len(sources)} are given", f"give {most} at most")
    for role, takes in kind.roles.items() if kind else ():
        if takes.needed and not step.sources.get(role):
            what = " or ".join(_NOUNS[medium] for medium in takes.media)
            yield step.wrong(
                f"inputs.{role}", f"{step.raw['kind']} needs {what}", "name a step, an upload or an address"
            )


def _source(step: _Step, place: str, source: str, role: str, whole: _Whole) -> Iterator[FieldProblem]:
    if not graph.is_outside(source) and source not in whole.steps:
        if graph.ID.fullmatch(source):
            known = f"the steps are {', '.join(whole.steps)}"
            yield step.wrong(place, f"there is no step {quoted(source)}", _near(source, whole.steps) or known)
        else:
            shape = "the id of a step, uploads/<64 hexadecimal digits>.png or .mp4, or an http(s) address"
            yield step.wrong(place, *malformed(source.partition("?")[0], shape))
        return
    takes, medium = step.kind.roles.get(role) if step.kind else None, whole.medium(source)
    if takes and medium and medium not in takes.media:
        wanted = " or ".join(_NOUNS[one] for one in takes.media)
        how = {
            "video": "take a frame of it first: a step of the kind frame",
            "text": f"name it in words, such as ${{{source}.text}}",
        }.get(medium, f"name {wanted}")
        yield step.wrong(place, f"{source} is {_NOUNS[medium]}, where {wanted} is needed", how)


def _words(step: _Step, variables: Mapping[str, Any], whole: _Whole) -> Iterator[FieldProblem]:
    for field in _WORDS:
        said = step.raw.get(field)
        if not isinstance(said, str):
            continue
        unknown = list(_unknown(step, field, said, variables, whole))
        yield from unknown
        # How long an answer is nobody knows before it is given.
        words = "" if unknown else filled(said, {**dict.fromkeys(names_in(said), "…"), **variables})
        if len(words) > MOST_CHARACTERS:
            yield step.wrong(field, f"has {len(words):,} characters", f"at most {MOST_CHARACTERS:,}")
        if said and step.kind and step.kind.words == "none":
            yield step.wrong(field, f"{step.raw['kind']} hears no words", "leave it out")
    said = step.raw.get("prompt", "")
    if not isinstance(said, str) or not step.kind or step.kind.words != "needed":
        return
    if all(name in variables for name in names_in(said)) and not filled(said, variables).strip():
        yield step.wrong("prompt", "is missing", "say what is to be seen")


def _params(step: _Step, variables: Mapping[str, Any], whole: _Whole) -> Iterator[FieldProblem]:
    said = {str(name): one for name, one in _dict(step.raw.get("params")).items() if _is_scalar(one)}
    values = dict[str, Any]()
    for name, one in said.items():
        field, is_text = f"params.{name}", isinstance(one, str)
        unknown = list(_unknown(step, field, one, variables, whole)) if is_text else []
        yield from unknown
        if not unknown:
            values[name] = meant(one, variables)
    if step.kind is None:
        return
    try:
        step.kind.params.model_validate(values)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            at, problem, how = fault_of(fault, step.kind.params, _own(step.kind.params))
            yield step.wrong(f"params.{at}", problem, how)


def _own(params: type[Params]) -> Any:
    known = f"its parameters are {', '.join(params.model_fields)}" if params.model_fields else "it has none"

    def own(field: str, kind: str, given: Any) -> tuple[str, str] | None:
        if kind == "extra_forbidden":
            return "is no parameter of it", _near(field, params.model_fields) or known
        if kind == "value_error" and field == "at":
            return f"{quoted(given)} is no moment", "first, last, or seconds from the start, such as 2.5"
        return None

    return own


def _unknown(
    step: _Step, field: str, text: str, variables: Mapping[str, Any], whole: _Whole
) -> Iterator[FieldProblem]:
    for name in dict.fromkeys(names_in(text)):
        id, dot, part = name.partition(".")
        if dot:
            yield from _answer(step, field, (id, part), whole)
        elif name not in variables:
            known = f"give it in variables; known are {', '.join(variables) or 'none'}"
            yield step.wrong(field, f"there is no variable {quoted(name)}", _near(name, variables) or known)


def _answer(step: _Step, field: str, named: tuple[str, str], whole: _Whole) -> Iterator[FieldProblem]:
    """What is wrong with a `${step.field}`."""
    id, part = named
    other = whole.steps.get(id)
    if field.startswith("params."):
        how = "name it in the prompt: what a step costs, and makes, is known before anything is bought"
        yield step.wrong(field, f"{quoted(id)} answers in words, and this is a parameter", how)
    elif other is None:
        told = [one.id for one in whole.steps.values() if one.answers]
        known = f"those that answer are {', '.join(told)}" if told else "a step of the kind text answers"
        yield step.wrong(field, f"there is no step {quoted(id)}", _near(id, whole.steps) or known)
    elif other.kind and not other.answers:
        yield step.wrong(field, f"{id} answers nothing", "a step of the kind text does")
    elif other.kind and part not in other.answers:
        known = f"it answers {', '.join(other.answers)}"
        yield step.wrong(field, f"{id} answers no {quoted(part)}", _near(part, other.answers) or known)


def _circles(steps: Iterable[_Step], whole: _Whole) -> Iterator[FieldProblem]:
    causes, told = whole.causes, set[str]()
    for step in steps:
        way = graph.circle(causes, step.id) if step.id and step.id not in told else []
        if way:
            told.update(way)
            roles = [f"inputs.{role}" for role, those in step.sources.items() if way[1] in those]
            yield step.wrong(
                next(iter(roles), "prompt"),
                f"it would be made from itself: {' from '.join(way)}",
                "take one of these inputs out",
            )


# ---- of what was sent ------------------------------------------------------------------------------


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name[:64].lower(), list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else ""


def _list(value: Any) -> list[Any]:
    """A source alone is a list of one."""
    if isinstance(value, str):
        return [value]
    return list(value) if isinstance(value, list | tuple) else []


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
