"""What a production would cost: the types of an answer that is given before anything is made or paid."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol

from activities.studio.studio import Studio
from workflows.studio import Facts


class EstimatedStep(Facts):
    """One step; `typical_s` is what its model usually takes, 0 where nobody knows."""

    label: str
    model: str
    price_usd: Decimal
    typical_s: int
    found: bool


class EstimatedArtifact(EstimatedStep):
    """One thing that it is made of: `what`, of which row of the board (empty: of all), by which recipe. `made
    again` is what has another in its place in the production that it is compared with, `new` what has none.

    `least_usd` and `most_usd` are what it may come to: what is billed by tokens costs up to its price, and a
    chunk that is shorter or longer than its model promises changes how many more there are.
    """

    row: str = ""
    what: str
    key: str
    state: Literal["kept", "made again", "new"]
    least_usd: Decimal = Decimal(0)
    most_usd: Decimal = Decimal(0)


class Way(Facts):
    """One way in which the same could come about: USD of what is not there yet, and how long its models
    usually take for the longest row."""

    name: str
    price_usd: Decimal
    typical_s: int


class Estimate(Facts):
    """`seconds` of what is delivered; `spent_usd` so far, `price_usd` of what is not there yet. `recipes` are
    the keys of all that it is made of, and `notes` say what the figures leave open.

    `steps` are those that a model does; `artifacts` all that it is made of, row by row, and `unused` what the
    production before is made of and this one is not. Where every model returns what it promises, and has one
    price, it costs `price_usd`; else from `least_usd` to `most_usd`, what is refused or fails apart.
    `typical_s` is what its models usually take for the longest row, after its plan.

    `previews`: a first cut is delivered before, drawn here for nothing; neither that nor any other cut before
    the last one is among `artifacts`.
    """

    seconds: int
    paid: bool
    budget_usd: Decimal
    spent_usd: Decimal
    price_usd: Decimal
    steps: tuple[EstimatedStep, ...]
    recipes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    least_usd: Decimal = Decimal(0)
    most_usd: Decimal = Decimal(0)
    typical_s: int = 0
    artifacts: tuple[EstimatedArtifact, ...] = ()
    unused: tuple[EstimatedArtifact, ...] = ()
    previews: bool = False
    #: Where there is a choice.
    ways: tuple[Way, ...] = ()


def compared(now: Estimate, before: Estimate, apart: Sequence[str] = ()) -> Estimate:
    """The estimate with what it makes again, and leaves unused, of a production before; of `apart` nothing
    is unused, for something else is made from it."""
    places = {(each.row, each.what) for each in before.artifacts if each.found}
    artifacts = tuple(
        each.model_copy(update={"state": "made again"})
        if each.state == "new" and (each.row, each.what) in places
        else each
        for each in now.artifacts
    )
    used = {*apart, *(each.key for each in artifacts)}
    unused = tuple(each for each in before.artifacts if each.found and each.key not in used)
    return now.model_copy(update={"artifacts": artifacts, "unused": unused})


class Estimator(Protocol):
    """Of a request, by the id that it would be made under; compared with the one before it, as `former` asked
    for that, where it was made from another. Raises `InvalidRequest` for what cannot be made."""

    def __call__(self, studio: Studio, request: Any, id: str, former: Any = None) -> Awaitable[Estimate]: ...
