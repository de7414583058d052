"""What the steps of a pipeline are given, and what planning answers: types alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from workflows.pipeline.contract import PipelineRequest, Scalar, StepResult
from workflows.pipeline.kinds import Medium
from workflows.pipeline.variables import Value
from workflows.studio import Artifact, Facts, FieldProblem, Media, ModelFacts, PaidStep

#: Under which name an artifact's facts tell what a text step has answered.
ANSWER = "answer"
#: Under which name they tell what is wrong with an answer that is not what was asked for.
UNFIT = "unfit"


class Given(Facts):
    """One file that a step is made from: by the key of its recipe, or of its upload. Its `media` are None
    where nobody has measured it."""

    key: str
    object: str
    mime: str
    media: Media | None = None


class PlannedStep(Facts):
    """One step, its variables filled in. `inputs` are by role: ids of steps, keys of uploads. `models` are
    those that may do it, the wanted one first; of what is done here there is one, which is none of the
    catalogue. `price_usd` is by the id of the model. `told_by` are the steps whose answers its words name:
    where there are any, its words are what `variables.kept` gives. `answer` are the fields of its own."""

    id: str
    kind: str
    gives: Medium
    prompt: str = ""
    negative_prompt: str = ""
    params: Mapping[str, Value] = {}
    inputs: Mapping[str, tuple[str, ...]] = {}
    answer: Mapping[str, str] = {}
    told_by: tuple[str, ...] = ()
    take: int = 1
    review: bool = False
    models: tuple[ModelFacts, ...]
    price_usd: Mapping[str, Decimal] = {}
    ceiling_usd: Decimal | None = None
    weight: int = Field(default=1, description="Its share of the work, in frames to be made.")

    @property
    def causes(self) -> tuple[str, ...]:
        """All that it is made from, each once."""
        given = [one for those in self.inputs.values() for one in those]
        return tuple(dict.fromkeys((*given, *self.told_by)))

    def model_of(self, chosen: str | None) -> ModelFacts:
        """The one of that id, to which it has moved, where that may do it; else the wanted one."""
        return next((one for one in self.models if one.id == chosen), self.models[0])

    def priced(self, chosen: str | None) -> Decimal:
        """USD that are reserved for a call of that model; 0 for what is done here."""
        model = self.model_of(chosen)
        return self.price_usd.get(model.id, model.price_usd) if model.work == "waits" else Decimal(0)


class PlanPipeline(Facts):
    """`pipeline` is its workflow id. `scope` is by what its files on the web are its own, where the request
    is not as it was first asked for."""

    pipeline: str
    request: PipelineRequest
    scope: str = ""


class PlannedPipeline(Facts):
    """The steps, each after all that it is made from; or what is wrong with them, all of it. `files` are the
    caller's, by the key of their uploads."""

    steps: tuple[PlannedStep, ...] = ()
    files: Mapping[str, Given] = {}
    problems: tuple[FieldProblem, ...] = ()
    warnings: tuple[str, ...] = ()
    standins: bool = False


class RunStep(Facts):
    """`of` is the digest of the pipeline that it is a step of. `inputs` are by role, `answers` by the id of
    the step that gave them, as they are by now. Where it
    `asks_again`, an answer that is not what was asked for comes back as unfit, instead of failing the step;
    `earlier` is such a one, to be told along when it is asked for once more."""

    step: PlannedStep
    of: str = ""
    model: ModelFacts
    inputs: Mapping[str, tuple[Given, ...]] = {}
    answers: Mapping[str, Given] = {}
    asks_again: bool = False
    earlier: Given | None = None
    terms: PaidStep


class DeliverPipeline(Facts):
    """`made` are the artifacts of its steps, by id; `told` says what became of each, in their order."""

    pipeline: str
    request: PipelineRequest
    told: tuple[StepResult, ...]
    made: Mapping[str, Artifact]
    output: str = Field(default="", description="The id of the step whose file is what was delivered.")


class DeliveredPipeline(Facts):
    """The keys under which its files can be found by people: of each step's, by its id. `answers` are those
    that nothing `told`: another run had heard them."""

    objects: Mapping[str, str]
    manifest: str
    answers: Mapping[str, Mapping[str, Scalar]] = {}
