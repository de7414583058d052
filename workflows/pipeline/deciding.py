"""What a person's update means: what is wanted of a pipeline's steps after it, in words, and what speaks
against it. The same for a pipeline that runs, for one that has ended, and for a dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from pydantic import ValidationError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.pipeline import graph
from workflows.pipeline.checks import problems
from workflows.pipeline.contract import PipelineRequest, PipelineStep, RetakeStep, UseTake
from workflows.pipeline.direction import Decision, Direction, NoSuchVersion, causes_of
from workflows.pipeline.kinds import KINDS
from workflows.pipeline.step_facts import PlannedStep
from workflows.studio import InvalidAnswer, answer_of, fault_of, usd


class Decided(NamedTuple):
    """A decision about a step, what is asked for then, which steps it makes again, each after all that it is
    made from, and what it comes to in words."""

    step: str
    decision: Decision
    request: PipelineRequest
    again: tuple[str, ...]
    words: str

    def priced(self, steps: Iterable[PlannedStep], chosen: Mapping[str, str]) -> str:
        """The same words, with what it costs where nothing of it is there; `chosen` are the models to which
        steps have moved."""
        prices = (step.priced(chosen.get(step.id)) for step in steps if step.id in self.again)
        price = sum(prices, Decimal(0))
        return f"{self.words}, for about {usd(price)} where nothing of it is there" if price else self.words


Decide = Callable[[Direction], Decided]


def _retake(sent: RawValue | None) -> Decide:
    example = {"step": "draw", "words": "in the morning light"}
    asked = answer_of(RetakeStep, sent, **example)
    if asked.words and asked.prompt:
        raise InvalidAnswer(
            "words are told beside the prompt, and a prompt in its place: one of them", example
        )

    def decide(direction: Direction) -> Decided:
        step = _named(direction.request, asked.step)
        kind = KINDS.get(step.kind)
        if kind is not None and kind.comes_out_the_same(asked.model or step.model):
            made = ", ".join(one for those in step.inputs.values() for one in those)
            words = f"{step.id} comes out the same each time: retake what it is made from, {made[:200]}"
            raise ApplicationError(words, type="NoSuchShot", non_retryable=True)
        prompt = asked.prompt or step.prompt
        if asked.words:
            prompt = f"{prompt.rstrip('. ')}. {asked.words}" if prompt else asked.words
        decision = direction.retake(step.id, prompt, asked.model)
        words = f"{step.id}: made anew, as {decision.wanted[step.id].name}"
        return _decided(direction, decision, step.id, f"{words} by {asked.model}" if asked.model else words)

    return decide


def _use(sent: RawValue | None) -> Decide:
    asked = answer_of(UseTake, sent, step="draw", version="take-1")

    def decide(direction: Direction) -> Decided:
        step = _named(direction.request, asked.step)
        try:
            decision = direction.use(step.id, asked.version)
        except NoSuchVersion as error:
            raise ApplicationError(str(error), type="NoSuchVersion", non_retryable=True) from None
        return _decided(direction, decision, step.id, f"{step.id} is {asked.version} again")

    return decide


def _decided(direction: Direction, decision: Decision, step: str, words: str) -> Decided:
    request = direction.edited(decision)
    _check(request)
    again = tuple(graph.following(causes_of(request.steps), decision.wanted))
    if not again:
        words = f"{words.removesuffix(' again')} already"
    if others := [one for one in again if one != step]:
        words += f"; with what follows: {', '.join(others)}"
    return Decided(step, decision, request, again, words)


def _named(request: PipelineRequest, name: str) -> PipelineStep:
    """The step of that id, or of that number from 1. Raises `ApplicationError` where there is none."""
    if name.isascii() and name.isdecimal() and 0 < int(name) <= len(request.steps):
        return request.steps[int(name) - 1]
    found = next((one for one in request.steps if one.id == name), None)
    if found is None:
        known = ", ".join(one.id for one in request.steps)
        raise ApplicationError(
            f"there is no step {name[:64]}; there are {known}", type="NoSuchShot", non_retryable=True
        )
    return found


def _check(request: PipelineRequest) -> None:
    """Raises `ApplicationError` where the steps would not hold together."""
    wrong = [str(one) for one in problems(request.model_dump(mode="json"))]
    if not wrong:
        try:
            PipelineRequest.model_validate_json(request.model_dump_json())
        except ValidationError as error:
            told = error.errors(include_url=False)
            wrong = [": ".join(fault_of(one, PipelineRequest, lambda *_: None)[:2]) for one in told]
    if wrong:
        raise ApplicationError("; ".join(wrong[:3]), type="InvalidAnswer", non_retryable=True)


#: What is made of what was sent, by the update's name.
DECIDE: Mapping[str, Callable[[RawValue | None], Decide]] = {"retake": _retake, "use": _use}
