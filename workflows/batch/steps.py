"""Every step of a batch: its activity's name and types, its timeouts, its label."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import JsonValue
from temporalio import workflow

from workflows.batch.contract import BatchRequest, Counts, ItemState, Selection
from workflows.studio import LIGHT, STUDIO_QUEUE, Facts, FieldProblem, run

_ADMIT: workflow.ActivityConfig = {
    **LIGHT,
    # A hundred thousand lines are read, checked and priced at some hundreds a second, and a worker that dies
    # in their midst goes on where it stopped.
    "start_to_close_timeout": timedelta(hours=6),
    "schedule_to_close_timeout": timedelta(days=1),
}
_WRITE: workflow.ActivityConfig = {
    **LIGHT,
    # A line of results has about 500 bytes: 50 MB, written anew with what changed.
    "start_to_close_timeout": timedelta(minutes=10),
}


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


async def admit_batch(step: AdmitBatch, label: str) -> Admitted:
    """All lines read, checked and priced, and a row for each item; asked again, what the rows say."""
    return await run("admit_batch", step, Admitted, STUDIO_QUEUE, _ADMIT, label)


async def begin_items(step: BeginItems, label: str) -> Begun:
    """How it stands."""
    return await run("begin_items", step, Begun, STUDIO_QUEUE, LIGHT, label)


async def take_items(step: TakeItems, label: str) -> TakenItems:
    """The next ones, which are running from then on."""
    return await run("take_items", step, TakenItems, STUDIO_QUEUE, LIGHT, label)


async def record_items(step: RecordItems, label: str) -> Standing:
    """What began and what ended, each once; with what the ledger says that it cost."""
    return await run("record_items", step, Standing, STUDIO_QUEUE, LIGHT, label)


async def end_items(step: EndItems, label: str) -> Standing:
    """How it stands once nothing more is taken, with what has become known of its costs since."""
    return await run("end_items", step, Standing, STUDIO_QUEUE, LIGHT, label)


async def look_after_items(step: LookAfter, label: str) -> LookedAfter:
    """Asks Temporal of items that have not been heard of."""
    return await run("look_after_items", step, LookedAfter, STUDIO_QUEUE, LIGHT, label)


async def approve_items(step: SelectItems, label: str) -> Selected:
    """Writes down that they are approved; each is pending again."""
    return await run("approve_items", step, Selected, STUDIO_QUEUE, LIGHT, label)


async def retry_items(step: SelectItems, label: str) -> Selected:
    """What failed or came to its limit is pending again."""
    return await run("retry_items", step, Selected, STUDIO_QUEUE, LIGHT, label)


async def write_results(step: WriteResults, label: str) -> WrittenResults:
    """A line an item, as they stand; the same key every time."""
    return await run("write_results", step, WrittenResults, STUDIO_QUEUE, _WRITE, label)


async def write_report(step: WriteReport, label: str) -> WrittenReport:
    """What came of it, for people, once it has ended."""
    return await run("write_report", step, WrittenReport, STUDIO_QUEUE, _WRITE, label)
