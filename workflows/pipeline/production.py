"""What kind of production a pipeline is, and what makes a request one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workflows.pipeline.checks import problems
from workflows.pipeline.contract import Approval, PipelineRequest, PipelineResult, RetakeStep, UseTake
from workflows.pipeline.kinds import by_model
from workflows.studio import (
    Account,
    Findable,
    Production,
    Rules,
    asked_for,
    canonical_digest,
    differences,
    malformed,
    parsed,
    readable_id,
)

#: As a film's: enough to see that it works, too little to hurt.
DEFAULT_BUDGET_USD = Decimal(5)
_EXAMPLE = (
    'send one JSON object such as {"steps": [{"id": "draw", "kind": "text_to_image", "prompt": "A mug"}]}'
)
#: What it may cost, and how it is followed, is no part of what it is.
_HOW = frozenset({"budget_usd", "labels", "notify"})
#: The models that draw and film here.
_HERE = "animatic-"


def parse_request(data: bytes | None) -> PipelineRequest:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent. Raises `InvalidRequest`, and
    nothing else, with all that is wrong with it."""
    return parsed(data, Rules(PipelineRequest, _EXAMPLE, problems, _own))


def _own(field: str, kind: str, given: Any) -> tuple[str, str] | None:
    if field == "model" and kind == "string_pattern_mismatch":
        return malformed(given, "the id of a model, such as replicate-flux-schnell; `reel models` lists them")
    return None


def pipeline_id(request: PipelineRequest) -> str:
    """The workflow id of a pipeline: `pipeline-mug-3f9a2c`, the same for the same steps and user."""
    return readable_id("pipeline", request.name, pipeline_digest(request))


def pipeline_digest(request: PipelineRequest) -> bytes:
    """SHA-256 of what makes it this pipeline."""
    how: dict[str, Any] = {**dict.fromkeys(_HOW, True), "steps": {"__all__": {"ceiling_usd"}}}
    fields = request.model_dump(mode="json", exclude_defaults=True, exclude=how)
    return canonical_digest(fields)


def is_paid(request: PipelineRequest) -> bool:
    """Whether anything of it may cost money."""
    models = [one.model for one in request.steps if by_model(one.kind, one.model)]
    own = any(model is not None and not model.startswith(_HERE) for model in models)
    return own or (request.profile != "animatic" and None in models)


def budget_of(request: PipelineRequest, account: Account) -> Decimal:
    """What a paid one may cost in all: what people decided last, else the default."""
    return account.limit(request.budget_usd, DEFAULT_BUDGET_USD)


def differs(asked: PipelineRequest, running: PipelineRequest) -> tuple[str, ...]:
    """The fields in which it differs from one that runs already; of steps, which ceilings: all else would
    make it another pipeline."""
    steps = zip(asked.steps, running.steps, strict=False)
    ceilings = [
        f"steps[{number}].ceiling_usd"
        for number, (one, other) in enumerate(steps)
        if one.ceiling_usd != other.ceiling_usd
    ]
    return (*(one for one in differences(asked, running) if one != "steps"), *ceilings)


def title(request: PipelineRequest) -> str:
    """What people call it; else what it does."""
    kinds = list(dict.fromkeys(one.kind.replace("_", " ") for one in request.steps))
    return request.name or ", ".join(kinds[:4]) + (" …" if len(kinds) > 4 else "")


def summary(request: PipelineRequest) -> str:
    """In one line: what it is called, and of how many steps it is."""
    count = len(request.steps)
    return f"{title(request)} · {count} step{'' if count == 1 else 's'}"


def details(request: PipelineRequest) -> str:
    """In markdown: its steps, and whatever else was asked for."""
    steps = "\n".join(f"{one.id}: {one.kind}" for one in request.steps)
    rows = request.model_dump(mode="json", exclude={"steps", "variables", "notify"}, exclude_defaults=True)
    return asked_for(steps, rows)


PIPELINE = Production(
    workflow="PipelineWorkflow",
    noun="pipeline",
    row="step",
    example_step="draw",
    request=PipelineRequest,
    parse=parse_request,
    id_of=pipeline_id,
    digest_of=pipeline_digest,
    summary=summary,
    details=details,
    is_paid=is_paid,
    budget_of=budget_of,
    result=PipelineResult,
    delivers="output",
    differs=differs,
    findable=lambda request: Findable(user=request.user, labels=request.labels, profile=request.profile),
    updates={"approve": Approval, "retake": RetakeStep, "use": UseTake},
)
