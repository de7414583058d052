"""The planning stage: every step with its models and its files, or all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from temporalio import activity

from activities.models import Catalogue, Extent, Model
from activities.pipeline import extents
from activities.pipeline.answers import fields_of
from activities.pipeline.casting import Casting, price_of, seconds_of, size_of
from activities.pipeline.files import CannotBeUsed, Files
from activities.pipeline.kind_plugs import kind_named, known_kinds
from activities.running import translated
from activities.studio import Studio
from workflows.pipeline import (
    KINDS,
    PIPELINE,
    Given,
    Medium,
    PipelineRequest,
    PipelineStep,
    PlannedPipeline,
    PlannedStep,
    PlanPipeline,
    Value,
    answers_in,
    causes_of,
    filled,
    is_outside,
    kept,
    meant,
    ordered,
    problems,
)
from workflows.studio import FieldProblem, ModelFacts

#: What is done here by no model of the catalogue.
HERE = ModelFacts(id="reelwright", provider="", work="computes", image_input=False, text_start=False)
# Of what has no length of its own: about what a second of video takes to encode, and a still to draw.
_FPS, _STILL = 24, 4
_SECONDS = Decimal(5)
_VIDEOS = (".mp4", ".mov", ".webm")


class Planning:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="plan_pipeline")
    @translated
    async def plan_pipeline(self, step: PlanPipeline) -> PlannedPipeline:
        """Fetches what lies on the web; buys nothing."""
        studio, request = self._studio, step.request
        paid = PIPELINE.is_paid(request)
        hosted = await studio.fleet.providers() if paid else studio.providers.keys()
        planned = planned_steps(request, studio.catalogue, hosted)
        if planned.problems and not planned.steps:
            return PlannedPipeline(problems=tuple(planned.problems))
        files, wrong = await _brought(Files.of(studio, step.scope or scope_of(request)), request)
        if found := (*planned.problems, *wrong):
            return PlannedPipeline(problems=found)
        named = {source: given.key for source, given in files.items()}
        return PlannedPipeline(
            steps=tuple(with_files(one, named) for one in planned.steps),
            files={given.key: given for given in files.values()},
            warnings=tuple(unheard(planned.steps, studio.catalogue)),
            standins=studio.roster.standins,
        )


def scope_of(request: PipelineRequest) -> str:
    """By what a pipeline's files on the web are its own."""
    return PIPELINE.digest_of(request).hex()


@dataclass
class Planned:
    """Steps whose files are named as they were asked for, and what is wrong with their models."""

    steps: list[PlannedStep] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)


def planned_steps(request: PipelineRequest, catalogue: Catalogue, hosted: Collection[str]) -> Planned:
    """Each step after all that it is made from. `hosted` are the paid providers at hand. Asks nobody."""
    planned, casting = Planned(), Casting(catalogue, hosted, datetime.now(UTC).date())
    if wrong := foreign_problems(request, casting):
        return Planned(problems=wrong)
    numbers = {step.id: number for number, step in enumerate(request.steps)}
    media, larges = dict[str, Medium](), dict[str, Extent]()
    for id in ordered(causes_of(request.steps)):
        step = request.steps[numbers[id]]
        params = {name: meant(said, request.variables) for name, said in step.params.items()}
        prompt = _worded(step, step.prompt, request)
        models: tuple[ModelFacts, ...] = (HERE,)
        wrong, prices = list[FieldProblem](), dict[str, Decimal]()
        media[id] = _gives(step, media)
        larges[id] = made = _extent(step, media[id], params, larges, None)
        if kind_named(step.kind).by_model(step.model):
            found, wrong = casting.models(request, numbers[id], params, prompt)
            prices = {one.id: price_of(one, params, step.ceiling_usd, made) for one in found}
            models = tuple(_facts(one, params, prices[one.id]) for one in found)
            larges[id] = _extent(step, media[id], params, larges, next(iter(found), None))
        planned.problems += wrong
        planned.steps.append(
            PlannedStep(
                id=id,
                kind=step.kind,
                gives=media[id],
                prompt=prompt,
                negative_prompt=_worded(step, step.negative_prompt, request),
                params=params,
                inputs={role: tuple(those) for role, those in step.inputs.items() if those},
                answer=fields_of(step),
                told_by=_told_by(step),
                take=step.take,
                review=step.review,
                models=models,
                price_usd=prices,
                ceiling_usd=step.ceiling_usd,
                weight=_weight(media[id], params),
            )
        )
    return planned


def foreign_problems(request: PipelineRequest, casting: Casting) -> list[FieldProblem]:
    """What is wrong with steps of kinds that packages bring, for nobody could look at them before; where
    anything is, what is wrong with the models of the others as well."""
    if all(step.kind in KINDS for step in request.steps):
        return []
    found = list(problems(request.model_dump(mode="json"), known_kinds()))
    for number, step in enumerate(request.steps) if found else ():
        if step.kind in KINDS and KINDS[step.kind].by_model(step.model):
            params = {name: meant(said, request.variables) for name, said in step.params.items()}
            found += casting.models(request, number, params, _worded(step, step.prompt, request))[1]
    return found


def _worded(step: PipelineStep, words: str, request: PipelineRequest) -> str:
    """Words of a step with their variables; where answers are to stand in them, a pattern until these are."""
    fill = kept if _told_by(step) else filled
    return fill(words, request.variables)


def _told_by(step: PipelineStep) -> tuple[str, ...]:
    """The steps whose answers its words name, each once."""
    words = (step.prompt, step.negative_prompt)
    return tuple(dict.fromkeys(id for said in words for id, _ in answers_in(said)))


def unheard(steps: Iterable[PlannedStep], catalogue: Catalogue) -> Iterator[str]:
    """What is asked of models that they have no ear for: it is left out, and they do the rest."""
    for step in steps:
        model = catalogue.models.get(step.models[0].id)
        if model is None or model.work == "computes":
            continue
        said = {"a negative prompt": step.negative_prompt and "negative_prompt"}
        told = ("aspect", "size", "prompt_optimizer")
        said |= {name.replace("_", " "): name if name in step.params else "" for name in told}
        for words, name in said.items():
            if name and name not in model.parameters:
                yield f"{step.id}: {model.id} hears no {words.removeprefix('a ')}: it is left out."


def with_files(step: PlannedStep, named: Mapping[str, str]) -> PlannedStep:
    """The step with its files under the keys of their uploads."""
    inputs = {role: tuple(named.get(one, one) for one in those) for role, those in step.inputs.items()}
    return step.model_copy(update={"inputs": inputs})


def medium_of(step: PipelineStep, role: str, source: str) -> Medium:
    """What a file of the caller's is to be, as which it is looked at."""
    media = kind_named(step.kind).roles[role].media
    if len(media) == 1:
        return media[0]
    return "video" if source.partition("?")[0].lower().endswith(_VIDEOS) else "image"


def outside(request: PipelineRequest) -> dict[str, tuple[str, Medium]]:
    """The caller's files, each once, with the field that names it first and what it is to be."""
    found: dict[str, tuple[str, Medium]] = {}
    for number, step in enumerate(request.steps):
        for role, those in step.inputs.items():
            for source in filter(is_outside, those):
                place = f"steps[{number}].inputs.{role}"
                found.setdefault(source, (place, medium_of(step, role, source)))
    return found


async def _brought(files: Files, request: PipelineRequest) -> tuple[dict[str, Given], list[FieldProblem]]:
    """Every file of the caller's, or what is wrong with each."""
    given, wrong = dict[str, Given](), list[FieldProblem]()
    # One after the other: a photo may take hundreds of megabytes.
    for source, (place, medium) in outside(request).items():
        try:
            given[source] = await files.brought(source, medium)
        except CannotBeUsed as error:
            wrong.append(FieldProblem(field=place, problem=str(error), suggestion=error.how))
    return given, wrong


def _gives(step: PipelineStep, media: Mapping[str, Medium]) -> Medium:
    kind = kind_named(step.kind)
    if kind.gives is not None:
        return kind.gives
    role, those = next(iter(step.inputs.items()))
    return media.get(those[0]) or medium_of(step, role, those[0])


def _extent(
    step: PipelineStep,
    medium: Medium,
    params: Mapping[str, Value],
    larges: Mapping[str, Extent],
    model: Model | None,
) -> Extent:
    """About how much picture it gives; `larges` is that of the steps before it."""
    sources = [
        larges.get(one) or extents.of_file(medium_of(step, role, one))
        for role, those in step.inputs.items()
        for one in those
    ]
    seconds = params.get("seconds")
    if model is not None:
        seconds = str(seconds_of(model, params) or 0)
    return extents.of_step(step.kind, medium, params, sources, Fraction(str(seconds or 0)) or None)


def _facts(model: Model, params: Mapping[str, Value], price: Decimal) -> ModelFacts:
    """Without its lengths: the one that is asked for has been chosen."""
    return model.facts(_FPS, size_of(params)).model_copy(update={"lengths": (), "price_usd": price})


def _weight(medium: Medium, params: Mapping[str, Value]) -> int:
    if medium != "video":
        return _STILL
    seconds = params.get("seconds", _SECONDS)
    return max(1, int(Decimal(str(seconds)) * _FPS))
