"""The public types of a pipeline: what a caller sends, and what comes back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from workflows.pipeline.checks import problems
from workflows.studio import (
    Asked,
    Facts,
    Identifier,
    Labels,
    Media,
    ModelId,
    Notify,
    Outcome,
    Profile,
    Text,
    Usd,
)

MOST_STEPS = 50
MOST_ANSWERS = 8


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("is no number that JSON knows")
    if not isinstance(value, str | int | float):
        raise ValueError("is no text, no number, and neither true nor false")
    return value


def _several(value: Any) -> Any:
    # Strictly read, a JSON array would be no tuple any more.
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


#: What a variable or a parameter holds.
Scalar = Annotated[
    str | int | float | bool,
    PlainValidator(_scalar),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
#: What a field of an answer is, as JSON has it.
AnswerType = Literal["string", "number", "boolean"]
#: The files of one role, in their order.
Sources = Annotated[
    tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
# Of a pattern, before its variables are in it; the words themselves have 2,000 at most.
_Words = Annotated[Text, Field(max_length=4000)]


class PipelineStep(Asked):
    """One call: of a model, or of what is done here."""

    id: Identifier = Field(description="What other steps call it.", examples=["draw"])
    kind: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="What it does.", examples=["text_to_image", "image_to_video", "join"]
    )
    model: ModelId | None = Field(default=None, description="Of the catalogue; else the profile's.")
    inputs: Mapping[str, Sources] = Field(
        default={},
        description="By role: the id of another step, the key of an upload, or an http(s) URL; several where "
        "the role takes several.",
    )
    prompt: _Words = Field(default="", description="At most 2,000 characters, `${variables}` filled in.")
    negative_prompt: _Words = Field(
        default="", description="What is not to be seen, where the model hears it."
    )
    params: Mapping[str, Scalar] = {}
    answer: Annotated[Mapping[str, AnswerType], Field(max_length=MOST_ANSWERS)] = Field(
        default={},
        description="Of a text step: the fields of its answer, which later steps name in their words as "
        "`${step.field}`; by default one string, `text`.",
    )
    take: Annotated[int, Field(ge=1, le=10_000_000_000)] = Field(
        default=1, description="Another one of the same; what follows from it is made again as well."
    )
    review: bool = Field(default=False, description="Whether a person approves it before it is used.")
    ceiling_usd: Usd | None = Field(
        default=None,
        description="What a call of its model may cost at most; of a model whose price nobody knows it is "
        "needed, reserved in full, and counts as paid where the provider says nothing else.",
    )


class PipelineRequest(Asked):
    """What `PipelineWorkflow` takes: steps, each of which runs as soon as what it takes is there."""

    name: Annotated[Text, Field(max_length=80)] = Field(default="", description="What people call it.")
    steps: Annotated[tuple[PipelineStep, ...], Field(min_length=1, max_length=MOST_STEPS)]
    variables: Mapping[str, Scalar] = Field(
        default={}, description="What stands for each `${name}` in words and parameters."
    )
    profile: Profile = Field(
        default="animatic", description="Whose models, where a step names none; all but `animatic` are paid."
    )
    budget_usd: Usd | None = Field(
        default=None, description="What it may cost in all; else 5 where anything is paid."
    )
    user: Annotated[Text, Field(max_length=120)] = Field(default="", description="Whose pipeline this is.")
    labels: Labels = Field(
        default=(), description="By what else it is found, such as a client, a project or a campaign."
    )
    notify: Notify = Field(default=(), description="Where it is posted to when it waits or ends.")

    @model_validator(mode="after")
    def _holds_together(self) -> PipelineRequest:
        for problem in problems(self.model_dump(mode="json")):
            raise ValueError(str(problem))
        return self


#: A step is named by its id, or by its number from 1.
_Step = Annotated[Text, Field(min_length=1, max_length=64)]


class Approval(Asked):
    """What the update `approve` takes: these steps, by default all that wait, go on."""

    steps: Annotated[tuple[Text, ...], Field(max_length=MOST_STEPS)] = ()
    keys: Annotated[
        tuple[Annotated[Text, Field(pattern="^[0-9a-f]{8,64}$")], ...], Field(max_length=MOST_STEPS)
    ] = Field(
        default=(),
        description="Of what was looked at, or their first eight characters, as the wait and the name of the "
        "file have them: what was made anew since is not approved. By default whatever waits is.",
    )


class RetakeStep(Asked):
    """What the update `retake` takes: this step is made once more, and what follows from it. `words` are told
    its model beside its prompt, another `prompt` in its place, variables and all. Another `model` makes it
    from then on, and none in that one's place."""

    step: _Step
    words: Annotated[Text, Field(max_length=1000)] = ""
    prompt: _Words = ""
    model: ModelId | None = None


class UseTake(Asked):
    """What the update `use` takes: this step, and what follows from it, as when it was of this take."""

    step: _Step
    version: Annotated[Text, Field(min_length=1, max_length=64)]


class StepResult(Facts):
    """What came of one step."""

    id: str
    kind: str
    object: str | None = Field(default=None, description="Object key of what it made; null where it did not.")
    media: Media | None = None
    take: int = Field(default=1, description="Which take of it.")
    model: str | None = Field(default=None, description="The model that made it; null where none did.")
    reused: bool = Field(default=False, description="Whether it was there already.")
    usd: Decimal = Field(default=Decimal(0), description="What was paid for it, now or before.")
    answer: Mapping[str, Scalar] | None = Field(default=None, description="What a text step has answered.")
    why: str = Field(
        default="", description="Why it is not there, or why that is an earlier take than is wanted."
    )


class PipelineResult(Outcome):
    """How a pipeline ended."""

    output: str | None = Field(
        default=None, description="Object key of what the last of the steps made that no other takes."
    )
    manifest: str | None = Field(default=None, description="Object key of a JSON that tells of every step.")
    steps: tuple[StepResult, ...] = ()
    whole: bool = Field(default=False, description="Whether every step is there.")
