"""What every answer of a planner is held to: one document of its schema, which names nobody's product but the
caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from activities.film.planning.brief import Brief
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.instructions import PRODUCT
from activities.film.planning.nouns import is_callers
from activities.film.planning.wording import filled
from activities.models import cleaned, printable
from workflows.film import VideoRequest
from workflows.studio import FieldProblem

#: A film has at most 24 beats, or 45 scenes, of the longest texts; more is no plan, and not worth reading.
MAX_BYTES = 200_000
#: As many as a model can be expected to correct at once.
MOST_PROBLEMS = 30
# What the repair shows of the answer: a whole film, and no more than the call's price allows for.
_SHOWN = 20_000


class PlannerCall(NamedTuple):
    """What a planner is asked: `instructions` are ours, `data` is one document, `schema` strict."""

    instructions: str
    data: str
    schema: Mapping[str, JsonValue]


class Strict(BaseModel):
    """A part of an answer, which has what its schema says and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


_Answer = TypeVar("_Answer", bound=Strict)


def read_answer(kind: type[_Answer], answer: bytes | str) -> _Answer:
    """The answer as its schema has it. Raises `InvalidPlan` with every field that is not."""
    # A lone surrogate is no character, and cannot be encoded.
    data = answer.encode("utf-8", "replace") if isinstance(answer, str) else answer
    if len(data) > MAX_BYTES:
        raise InvalidPlan([problem_of("", f"has {len(data):,} bytes", f"at most {MAX_BYTES:,}")])
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidPlan([_fault(fault) for fault in faults[:MOST_PROBLEMS]]) from None


def _fault(fault: ErrorDetails) -> FieldProblem:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
    return problem_of(place.removeprefix("."), fault["msg"], "answer exactly as the schema says")


def problem_of(place: str, problem: str, suggestion: str) -> FieldProblem:
    """What is wrong with a field of the plan; of the whole where `place` is empty."""
    return FieldProblem(field=f"plan.{place}" if place else "plan", problem=problem, suggestion=suggestion)


def earlier(answer: bytes | str | None, problems: Sequence[FieldProblem]) -> dict[str, JsonValue]:
    """What is told beside the material: the answer that was refused, where one was, and what is wrong with
    it."""
    if answer is None:
        return {}
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    wrong: list[JsonValue] = [str(problem) for problem in problems[:MOST_PROBLEMS]]
    return {"earlier": {"answer": printable(said[:_SHOWN]), "problems": wrong}}


def with_product(brief: Brief, named: str, request: VideoRequest) -> Brief:
    """The brief with the product that an answer names. One that is not in the caller's words, in whichever
    form, is not theirs: then it stays what the request names."""
    product = printable(named)
    if len(product) > PRODUCT or not is_callers(product, request.prompt, brief.language):
        product = brief.product
    # A name of the caller's own stands on screen whatever the thing is called.
    name = brief.name if brief.is_proper or product == brief.product else product
    # What the rules could not read, a model did.
    things = brief.things if product == brief.product else ()
    return replace(brief, product=product, name=name, things=things, warnings=())


def line(text: str, brief: Brief) -> str:
    """A line of words as it will stand in the plan."""
    return cleaned(filled(text, brief.product))
