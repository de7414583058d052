"""Knows what a pipeline would cost: each step by its recipe, which is known before anything is made."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.ledger import Recipe
from activities.models import Catalogue
from activities.pipeline import recipes
from activities.pipeline.files import Files
from activities.pipeline.making import engine_of
from activities.pipeline.planning import outside, planned_steps, scope_of, with_files
from activities.studio import Estimate, EstimatedArtifact, EstimatedStep, Studio, compared
from workflows.pipeline import (
    DECIDE,
    PIPELINE,
    Decided,
    Decision,
    Direction,
    PipelineRequest,
    PlannedStep,
    decisions,
)
from workflows.studio import Account, InvalidRequest


async def estimated_pipeline(studio: Studio, request: PipelineRequest, id: str) -> Estimate:
    """Nothing is fetched, made or paid: what lies at an address that was never fetched is not known, so that
    nothing that was made from it is found. Raises `InvalidRequest` for models that cannot make it."""
    account = await studio.accounts.account(id)
    direction = Direction(request, decisions(account.edits))
    steps = planned_or_refused(studio, direction)
    return await _estimated(studio, direction.request, steps, account, scope_of(request))


async def estimated_pipeline_edit(
    studio: Studio, request: PipelineRequest, id: str, kind: str, value: Mapping[str, object]
) -> tuple[str, Estimate]:
    """What the update `retake` or `use` would come to, sent with this value to the pipeline of that request
    and id: as it would answer, and what it makes again, with its price; of what is made without it nothing.
    Raises `ApplicationError` as the update is refused, and as `estimated_pipeline`."""
    account, scope = await studio.accounts.account(id), scope_of(request)
    direction = Direction(request, decisions(account.edits))
    decided = _decided(direction, kind, value)
    steps, again = planned_or_refused(studio, direction, decided.decision), decided.again
    before = planned_or_refused(studio, direction)
    former = await _estimated(studio, direction.request, before, account, scope, again)
    shown = await _estimated(studio, decided.request, steps, account, scope, again)
    words = decided.priced(steps, chosen_of(account)) if kind == "retake" else decided.words
    return words, compared(shown, former)


async def refuse_pipeline_edit(
    studio: Studio, request: PipelineRequest, id: str, kind: str, value: Mapping[str, object]
) -> None:
    """Raises `ApplicationError` where the update would be refused for certain, whoever serves its models:
    before a run is begun for nothing."""
    account = await studio.accounts.account(id)
    refuse_decision(studio.catalogue, Direction(request, decisions(account.edits)), kind, value)


def refuse_decision(
    catalogue: Catalogue, direction: Direction, kind: str, value: Mapping[str, object]
) -> None:
    """The same, of a pipeline that is directed so."""
    request = _decided(direction, kind, value).request
    if problems := planned_steps(request, catalogue, catalogue.providers.keys()).problems:
        words = "; ".join(map(str, problems[:3]))
        raise ApplicationError(words, type="InvalidAnswer", non_retryable=True)


def _decided(direction: Direction, kind: str, value: Mapping[str, object]) -> Decided:
    return DECIDE[kind](RawValue(Payload(data=json.dumps(value).encode())))(direction)


def planned_or_refused(
    studio: Studio, direction: Direction, decision: Decision | None = None
) -> Sequence[PlannedStep]:
    """The steps as they are wanted, by that decision too, each after all that it is made from. Raises
    `InvalidRequest`."""
    request = direction.edited(decision) if decision else direction.request
    # Who sells is asked when it is made: a dry run says what it costs, wherever.
    planned = planned_steps(request, studio.catalogue, studio.catalogue.providers.keys())
    if planned.problems:
        raise InvalidRequest(planned.problems)
    return direction.planned(planned.steps, decision)


def chosen_of(account: Account) -> Mapping[str, str]:
    """The models to which its steps have moved, by the ids of these."""
    return {choice.step: choice.model for choice in account.choices}


async def _estimated(
    studio: Studio,
    request: PipelineRequest,
    steps: Sequence[PlannedStep],
    account: Account,
    scope: str,
    only: Collection[str] | None = None,
) -> Estimate:
    """Of the steps that are meant, by default of all."""
    files = Files.of(studio, scope)
    keys = {source: await files.known(source, medium) for source, (_, medium) in outside(request).items()}
    chosen = chosen_of(account)
    artifacts, ready = list[EstimatedArtifact](), dict[str, int]()
    for step in steps:
        recipe = recipe_of(studio, with_files(step, keys), keys, chosen.get(step.id, ""))
        keys[step.id] = await _known_by(studio, step, recipe)
        if only is not None and step.id not in only:
            continue
        artifacts.append(await _artifact(studio, step, recipe))
        after = max((ready.get(one, 0) for one in step.causes), default=0)
        ready[step.id] = after + (0 if artifacts[-1].found else artifacts[-1].typical_s)
    price = sum((one.price_usd for one in artifacts if not one.found), Decimal(0))
    return Estimate(
        seconds=0,
        paid=PIPELINE.is_paid(request),
        budget_usd=PIPELINE.budget_of(request, account),
        spent_usd=sum((one.usd for one in account.payments), Decimal(0)),
        price_usd=price,
        steps=tuple(
            EstimatedStep(**one.model_dump(include=set(EstimatedStep.model_fields))) for one in artifacts
        ),
        recipes=tuple(one.key for one in artifacts),
        least_usd=sum((one.least_usd for one in artifacts if not one.found), Decimal(0)),
        most_usd=sum((one.most_usd for one in artifacts if not one.found), Decimal(0)),
        typical_s=max(ready.values(), default=0),
        artifacts=tuple(artifacts),
    )


async def _known_by(studio: Studio, step: PlannedStep, recipe: Recipe) -> str:
    """By which key what follows from a step knows it: an answer that was asked for twice by the second."""
    if step.answer and await studio.renderer.has(again := recipes.asked_again(recipe.model, recipe.key)):
        return again.key
    return recipe.key


def recipe_of(studio: Studio, step: PlannedStep, keys: dict[str, str], chosen: str) -> Recipe:
    """By the recipes that it is made from; `chosen` is the model that it has moved to."""
    given = {role: [keys.get(one, one) for one in those] for role, those in step.inputs.items()}
    if step.told_by:
        given[recipes.ANSWERS] = [keys[one] for one in step.told_by]
    model = step.model_of(chosen)
    if model.work == "waits":
        return recipes.bought(step, studio.catalogue.bought(model.id), given)
    return recipes.made_here(step, given, engine_of(studio, step))


async def _artifact(studio: Studio, step: PlannedStep, recipe: Recipe) -> EstimatedArtifact:
    found = await studio.renderer.has(recipe)
    # The one that it has moved to, where it has.
    model, price = step.model_of(recipe.model), step.priced(recipe.model)
    known = studio.catalogue.models.get(model.id)
    # What a call may cost at most is no price, and what is billed by what it says costs up to its own.
    least = Decimal(0) if step.answer or (known and known.unpriced) else price
    return EstimatedArtifact(
        label=f"{step.id} · {step.kind.replace('_', ' ')}",
        model=model.id if model.provider else "",
        price_usd=price,
        typical_s=model.typical_s,
        found=found,
        row=step.id,
        what=step.kind,
        key=recipe.key,
        state="kept" if found else "new",
        least_usd=least,
        # An answer of another form is asked for once more.
        most_usd=2 * price if step.answer else price,
    )
