"""The public types of a batch: what a caller sends, what a person decides about it, and what comes back."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
)

from workflows.studio import Asked, Facts, Labels, Notify, Outcome, Progress, Text, Usd, Widened

#: Inline they travel in one payload, which servers refuse over 2 MB: 200 of 10 KB fill it.
MAX_ITEMS = 200
#: A hundred thousand films are a year of one worker's work; a database still counts them in a moment.
MAX_LINES = 100_000
#: One window of children is one workflow's history: beyond this a worker reads megabytes to look at it once.
MAX_RUNNING = 200
#: What a person decides about by name is at most a page of a review; more of it is a range or a filter.
MAX_NAMED = 1_000

#: Rows on a page, which has room for no more of what runs, waits or has failed.
MAX_SHOWN = 20

ItemState = Literal[
    "pending",
    "running",
    "attached",
    "completed",
    "over_budget",
    "awaiting_review",
    "stopped",
    "canceled",
    "failed",
]
#: Each state as people read it, wherever they do; those that need nobody first.
STATE_WORDS: Mapping[ItemState, str] = {
    "completed": "completed",
    "running": "running",
    "attached": "made by others",
    "pending": "pending",
    "awaiting_review": "waiting for approval",
    "over_budget": "over budget",
    "failed": "failed",
    "stopped": "stopped",
    "canceled": "canceled",
}


def _lists(value: Any) -> Any:
    # Requests are read with tuples in the place of arrays: what passes on as JSON has arrays again.
    if isinstance(value, list | tuple):
        return [_lists(one) for one in value]
    if isinstance(value, dict):
        return {name: _lists(one) for name, one in value.items()}
    return value


SourceKey = Annotated[str, StringConstraints(pattern=r"^uploads/[A-Za-z0-9][A-Za-z0-9._-]{0,199}$")]
RawRequest = Annotated[dict[str, JsonValue], BeforeValidator(_lists)]


_Axis = Annotated[
    tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...], Field(max_length=MAX_ITEMS)
]


class Bulk(Asked):
    """Every source with every prompt on every model, in this order; what is left out is no axis. Together at
    most 200 items, each of which fills `${source}`, `${prompt}` and `${model}` of the template."""

    sources: _Axis = Field(default=(), description="Keys of uploads, or http(s) URLs.")
    prompts: _Axis = Field(default=(), description="Words; what stands in them is read as in the template.")
    models: _Axis = Field(default=(), description="Ids of the catalogue.")

    @property
    def count(self) -> int:
        """How many it comes to."""
        return math.prod(len(axis) for axis in (self.sources, self.prompts, self.models) if axis)

    def combined(self) -> Iterator[dict[str, str]]:
        """Each of them, by what it fills, the last axis first."""
        axes = {place: axis for name, place in AXES.items() if (axis := getattr(self, name))}
        for each in itertools.product(*axes.values()):
            yield dict(zip(axes, each, strict=True))


#: By what a template's place is filled, by the axis that fills it.
AXES: Mapping[str, str] = {"sources": "source", "prompts": "prompt", "models": "model"}


class BatchRequest(Widened):
    """What `BatchWorkflow` takes: a name, and either `items`, a `source` or a `bulk`."""

    later: ClassVar = ("bulk",)

    name: Annotated[Text, Field(min_length=1, max_length=80)] = Field(
        description="What people call it.", examples=["Autumn catalogue"]
    )
    production: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,30}$")] = Field(
        default="film", description="What is made of each item, such as `film`."
    )
    items: Annotated[tuple[RawRequest, ...], Field(min_length=1, max_length=MAX_ITEMS)] | None = Field(
        default=None,
        description="Requests as the production takes them, at most 200.",
    )
    source: SourceKey | None = Field(
        default=None, description="The key of an uploaded CSV or JSONL of at most 100,000 lines."
    )
    bulk: Bulk | None = Field(
        default=None, description="Sources × prompts × models, each made by the template."
    )
    format: Literal["csv", "jsonl"] | None = Field(
        default=None, description="Of the source; else by its name, or its first character."
    )
    template: RawRequest | None = Field(
        default=None, description="One request whose `${column}`s each line fills; a CSV and a bulk need one."
    )
    budget_usd: Usd | None = Field(
        default=None, description="What all of it may cost; else 5 where anything is paid."
    )
    max_running: Annotated[int, Field(ge=1, le=MAX_RUNNING)] = Field(
        default=20, description="How many items are made at a time."
    )
    review: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,30}$")] | None = Field(
        default=None, description="What a person approves of each item, as a film's; an item's own wins."
    )
    user: Annotated[Text, Field(max_length=120)] = Field(default="", description="Whose batch this is.")
    labels: Labels = Field(
        default=(), description="By what else it is found, such as a client, a project or a campaign."
    )
    notify: Notify = Field(
        default=(),
        description="Where it is posted to when the batch waits or ends; of items, what they name.",
    )


# ---- what a person decides ---------------------------------------------------------------------

_Named = Annotated[Text, Field(min_length=1, max_length=200)]


class Meant(NamedTuple):
    """The states of the items that a decision may be about, and how people call these."""

    states: tuple[ItemState, ...]
    words: str


MEANT: Mapping[Literal["approve", "retry"], Meant] = {
    "approve": Meant(("awaiting_review",), "waits for approval"),
    "retry": Meant(("failed", "over_budget"), "has failed or come to its limit"),
}


class Selection(Asked):
    """Which items are meant, of those that it can be said of: by id, number or range such as `3-17`; those in
    one state, or whose id or request has these words; by default all."""

    items: Annotated[tuple[_Named, ...], Field(max_length=MAX_NAMED)] = ()
    state: ItemState | None = None
    words: Annotated[Text, Field(max_length=1000)] = ""


# ---- how it stands, and how it ended -----------------------------------------------------------


class Counts(Facts):
    """How many items are in which state."""

    pending: int = 0
    running: int = 0
    attached: int = Field(default=0, description="Made by somebody else's run, and paid by its owner.")
    completed: int = 0
    over_budget: int = 0
    awaiting_review: int = 0
    stopped: int = 0
    canceled: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return sum(self.model_dump().values())

    @property
    def ended(self) -> int:
        """Those of which nothing is made any more, until a person says so."""
        return self.total - self.pending - self.running - self.attached


class BatchProgress(Progress):
    """What the `progress` query answers: the rows are what runs, waits or has failed, at most 20 of them."""

    items: int = 0
    counts: Counts = Counts()
    price_usd: Decimal = Field(default=Decimal(0), description="Of what was not there at its start.")
    most_usd: Decimal = Field(default=Decimal(0), description="What it may come to.")

    @property
    def lacks_money(self) -> bool:
        """Whether a larger budget is what a retry needs."""
        return self.counts.over_budget > 0


class ItemResult(Facts):
    """One line of the results: an item, by its number in the file's order, and the lines that ask for it."""

    number: int
    lines: tuple[int, ...]
    item: str = Field(description="The workflow id of what is made.")
    production: str
    state: ItemState
    delivered: str | None = Field(default=None, description="Object key of what was delivered.")
    whole: bool | None = Field(default=None, description="Whether it is all that was asked for.")
    price_usd: Decimal = Field(description="Of what was not there when the batch was admitted.")
    spent_usd: Decimal = Field(description="What this batch has paid for it.")
    run: str = ""
    why: str = ""


class BatchResult(Outcome):
    """How a batch ended. A failed item never fails it."""

    items: int = 0
    counts: Counts = Counts()
    results: str | None = Field(default=None, description="Object key of a JSONL with a line an item.")
    report: str | None = Field(default=None, description="Object key of the report, HTML.")
    table: str | None = Field(default=None, description="Object key of the same as CSV.")
    labels: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every item came to what was asked for: those that wait for approval did."""
        counts = self.counts
        return not (counts.failed or counts.over_budget or counts.stopped or counts.canceled)
