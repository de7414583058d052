"""The recipes of all that a pipeline is made of: its steps and its dry runs name the same things by them.

A recipe says what is asked for and nothing else: neither the step's name nor its pipeline's, so that two
pipelines that ask for the same share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from activities.ledger import Recipe
from activities.models import Model
from activities.pipeline.casting import seconds_of
from activities.pipeline.kind_plugs import kind_named
from workflows.pipeline import PlannedStep, parts_of

#: By role, the keys of what goes in.
Keys = Mapping[str, Sequence[str]]
#: The role of the answers that its words name, in the order of `told_by`.
ANSWERS = "answers"


def bought(step: PlannedStep, model: Model, keys: Keys) -> Recipe:
    """Of a step that a paid model does: what that is told."""
    seconds = seconds_of(model, step.params)
    said = _meant(step) if kind_named(step.kind).sold else step.params
    told: dict[str, JsonValue] = {**_words(step), **said}
    if step.answer:
        told["answer"] = dict(step.answer)
    if seconds is not None:
        # Its default length may be another in a later release.
        told["seconds"] = str(seconds)
    return Recipe(operation=step.kind, model=model.id, params=told, inputs=_named(keys), take=step.take)


def asked_again(model: str, answer: str) -> Recipe:
    """Of an answer that is asked of that model once more, by the key of the one that was no such."""
    return Recipe(operation="text_repair", model=model, inputs={"answer": answer})


def made_here(step: PlannedStep, keys: Keys, engine: str) -> Recipe:
    """Of a step that is done here, by the software that its `engine` names."""
    model = step.models[0].id if kind_named(step.kind).part else ""
    return Recipe(
        operation=step.kind,
        model=model,
        params={**_words(step), **_meant(step)},
        inputs=_named(keys),
        take=step.take,
        engine=engine,
    )


def _meant(step: PlannedStep) -> dict[str, JsonValue]:
    """What nobody said means what it means by default, which a later release may say otherwise."""
    params = kind_named(step.kind).params.model_validate(dict(step.params))
    said: dict[str, JsonValue] = params.model_dump(mode="json", exclude_none=True)
    return said


def _words(step: PlannedStep) -> dict[str, JsonValue]:
    """Left out where there are none. Those that name answers are told with the place of each: which it is
    among them, for what it says may not be there yet."""
    words = {"prompt": step.prompt, "negative_prompt": step.negative_prompt}
    return {name: _parts(said, step) if step.told_by else said for name, said in words.items() if said}


def _parts(said: str, step: PlannedStep) -> JsonValue:
    return [
        part if isinstance(part, str) else [step.told_by.index(part[0]), part[1]] for part in parts_of(said)
    ]


def _named(keys: Keys) -> dict[str, str]:
    """Each by its role; of several, by role and number."""
    return {
        role if len(those) == 1 else f"{role}_{number}": key
        for role, those in keys.items()
        for number, key in enumerate(those, 1)
    }
