"""Every step of a batch: its activity's name and types, its timeouts, its label."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.batch.step_facts import AdmitBatch as AdmitBatch
from workflows.batch.step_facts import Admitted as Admitted
from workflows.batch.step_facts import BeginItems as BeginItems
from workflows.batch.step_facts import Begun as Begun
from workflows.batch.step_facts import EndedItem as EndedItem
from workflows.batch.step_facts import EndItems as EndItems
from workflows.batch.step_facts import Item as Item
from workflows.batch.step_facts import LookAfter as LookAfter
from workflows.batch.step_facts import LookedAfter as LookedAfter
from workflows.batch.step_facts import Notable as Notable
from workflows.batch.step_facts import RecordItems as RecordItems
from workflows.batch.step_facts import Selected as Selected
from workflows.batch.step_facts import SelectItems as SelectItems
from workflows.batch.step_facts import Standing as Standing
from workflows.batch.step_facts import StartedItem as StartedItem
from workflows.batch.step_facts import TakeItems as TakeItems
from workflows.batch.step_facts import TakenItem as TakenItem
from workflows.batch.step_facts import TakenItems as TakenItems
from workflows.batch.step_facts import WriteReport as WriteReport
from workflows.batch.step_facts import WriteResults as WriteResults
from workflows.batch.step_facts import WrittenReport as WrittenReport
from workflows.batch.step_facts import WrittenResults as WrittenResults
from workflows.studio import LIGHT, STUDIO_QUEUE, run

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
