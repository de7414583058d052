"""The activities over a batch's rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temporalio import activity

from activities.batch.items import BatchItems, line_of
from activities.batch.looking import Looking
from activities.running import translated
from activities.storage import ObjectStore, folder_name
from activities.studio import Stage, Studio
from workflows.batch import (
    BeginItems,
    Begun,
    EndItems,
    LookAfter,
    LookedAfter,
    RecordItems,
    Selected,
    SelectItems,
    Standing,
    TakeItems,
    TakenItems,
    WriteResults,
    WrittenResults,
)
from workflows.studio import STUDIO_QUEUE, Production


class BatchSteps:
    """What a batch asks of its rows, of Temporal about its items, and of the bucket."""

    def __init__(self, items: BatchItems, looking: Looking, store: ObjectStore) -> None:
        self._items, self._looking, self._store = items, looking, store

    @classmethod
    def of(cls, studio: Studio, table: Mapping[str, Production[Any, Any]]) -> BatchSteps:
        """Of a studio that makes what stands in the table."""
        return cls(BatchItems(studio.storage.database), Looking(table), studio.store)

    @activity.defn(name="begin_items")
    @translated
    async def begin_items(self, step: BeginItems) -> Begun:
        """Opened again, they are open."""
        return await self._items.begin(step.batch, step.reopen)

    @activity.defn(name="take_items")
    @translated
    async def take_items(self, step: TakeItems) -> TakenItems:
        """Asked again with its ticket, the same."""
        return await self._items.take(step.batch, step.ticket, step.most, step.may_spend_usd)

    @activity.defn(name="record_items")
    @translated
    async def record_items(self, step: RecordItems) -> Standing:
        """Written again, it is the same."""
        return await self._items.record(step.batch, step.started, step.ended)

    @activity.defn(name="end_items")
    @translated
    async def end_items(self, step: EndItems) -> Standing:
        """What was taken and not begun is put back; what was paid is read once more."""
        await self._items.put_back(step.batch, step.running)
        return await self._items.balance(step.batch, step.chain)

    @activity.defn(name="look_after_items")
    @translated
    async def look_after_items(self, step: LookAfter) -> LookedAfter:
        """Only looks."""
        return await self._looking.after(activity.client(), step.batch, step.items)

    @activity.defn(name="approve_items")
    @translated
    async def approve_items(self, step: SelectItems) -> Selected:
        """Sent again, it counts once."""
        mark = f"{step.run}:{step.update}"
        items, unknown = await self._items.approve(step.batch, mark, step.chosen, step.chain)
        return Selected(items=items, unknown=unknown, standing=await self._items.standing(step.batch))

    @activity.defn(name="retry_items")
    @translated
    async def retry_items(self, step: SelectItems) -> Selected:
        """Sent again, it counts once."""
        mark = f"{step.run}:{step.update}"
        items, unknown = await self._items.retry(step.batch, mark, step.chosen, step.chain)
        return Selected(items=items, unknown=unknown, standing=await self._items.standing(step.batch))

    @activity.defn(name="write_results")
    @translated
    async def write_results(self, step: WriteResults) -> WrittenResults:
        """The same key every time: who reads it has all that is known."""
        key = f"batches/{folder_name(step.batch, 'batch')}/results.jsonl"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.jsonl"
            with path.open("w", encoding="utf-8") as file:
                async for one in self._items.results(step.batch):
                    file.write(f"{line_of(one)}\n")
            return WrittenResults(results=await self._store.put_file(path, "application/x-ndjson", key=key))


STAGES = tuple(
    Stage(one, (STUDIO_QUEUE,))
    for one in (
        BatchSteps.begin_items,
        BatchSteps.take_items,
        BatchSteps.record_items,
        BatchSteps.end_items,
        BatchSteps.look_after_items,
        BatchSteps.approve_items,
        BatchSteps.retry_items,
        BatchSteps.write_results,
    )
)
