"""What each step of a batch is given, and what it answers: types alone, for the calls in `steps.py`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue

from workflows.batch.contract import BatchRequest, Counts, ItemState, Selection
from workflows.studio import Facts, FieldProblem


class AdmitBatch(Facts):
    batch: str
    request: BatchRequest


class Admitted(Facts):
    """`items` of `lines`; `price_usd` of what is not there yet, `most_usd` what it may come to. `problems`
    are what is wrong, and nothing else counts then: the first hundred, and one that says how many more."""

    items: int = 0
    lines: int = 0
    price_usd: Decimal = Decimal(0)
    most_usd: Decimal = Decimal(0)
    paid: bool = False
    problems: tuple[FieldProblem, ...] = ()


class Standing(Facts):
    """How all rows of a batch stand. `promised_usd` is what pending items, and those that wait for approval,
    may come to: nobody else is given it."""

    counts: Counts = Counts()
    spent_usd: Decimal = Decimal(0)
    reserved_usd: Decimal = Decimal(0)
    promised_usd: Decimal = Decimal(0)


class Item(Facts):
    """One row that is under way. `run` is empty where nobody knows yet whether it began."""

    number: int
    item: str
    production: str
    reserved_usd: Decimal = Decimal(0)
    state: ItemState = "running"
    run: str = ""
    #: When it was taken.
    since: datetime | None = None


class Notable(Facts):
    """One row that ended in another way than whole."""

    number: int
    item: str
    state: ItemState
    why: str = ""


class TakenItem(Item):
    """The same with what it is asked for."""

    request: dict[str, JsonValue]


class BeginItems(Facts):
    """`reopen`: what was stopped or cancelled before is to be made after all."""

    batch: str
    reopen: bool = False


class Begun(Facts):
    """How it stands, and what was under way when another run of the batch let go of it."""

    standing: Standing
    running: tuple[Item, ...] = ()
    notable: tuple[Notable, ...] = ()


class TakeItems(Facts):
    """At most `most` pending items that together come to at most `may_spend_usd`. Asked again with the same
    `ticket`, the same are given."""

    batch: str
    ticket: str
    most: int
    may_spend_usd: Decimal | None = None


class TakenItems(Facts):
    """`short_usd` is what the next one lacks, where it is the money that there is too little of."""

    items: tuple[TakenItem, ...] = ()
    short_usd: Decimal | None = None


class StartedItem(Facts):
    """`attached`: somebody else's run makes it."""

    number: int
    run: str = ""
    attached: bool = False
    reserved_usd: Decimal = Decimal(0)


class EndedItem(Facts):
    """How an item ended, as its run tells it, or as Temporal does. `state` pending: it never began."""

    number: int
    state: ItemState
    run: str = ""
    delivered: str | None = None
    whole: bool | None = None
    why: str = ""
    approval: dict[str, JsonValue] | None = None


class RecordItems(Facts):
    batch: str
    started: tuple[StartedItem, ...] = ()
    ended: tuple[EndedItem, ...] = ()


class EndItems(Facts):
    """What is `running` is known to be under way; `chain` is what the tickets of these runs begin with."""

    batch: str
    running: tuple[int, ...] = ()
    chain: str


class LookAfter(Facts):
    batch: str
    items: tuple[Item, ...]


class LookedAfter(Facts):
    """What has ended, and what runs, by whom."""

    ended: tuple[EndedItem, ...] = ()
    running: tuple[StartedItem, ...] = ()


class SelectItems(Facts):
    """`update` is the id of the update that asked, of that `run` of the batch: it counts once. `chain` is
    what the tickets of these runs begin with."""

    batch: str
    run: str
    chain: str
    update: str
    chosen: Selection


class Selected(Facts):
    """`items` are pending now. `unknown` are named, and none of those that it can be said of."""

    items: int = 0
    unknown: tuple[str, ...] = ()
    standing: Standing = Standing()


class WriteResults(Facts):
    batch: str


class WrittenResults(Facts):
    """An object's key."""

    results: str


class WriteReport(Facts):
    batch: str
    request: BatchRequest


class WrittenReport(Facts):
    """Object keys: a page, and the same as CSV."""

    report: str
    table: str
