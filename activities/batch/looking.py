"""Knows what has become of items that a batch has not heard of: terminated, reset, or somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.faults import ProviderUnavailable
from workflows.batch import EndedItem, Item, LookedAfter, StartedItem
from workflows.studio import ITEM_MEMO, REPORT_MEMO, Commissioned, ItemEnded, Production

# Two hundred questions at once would be a server's whole allowance; ten at a time are answered in a second.
_AT_ONCE = 10
# The server's clock and the database's, which are compared to tell a run from the one before it.
_SKEW = timedelta(seconds=1)
_NEVER = "Nobody knows what became of it: its history has expired."
_ENDS: Mapping[WorkflowExecutionStatus, str] = {
    WorkflowExecutionStatus.TERMINATED: "It was terminated.",
    WorkflowExecutionStatus.TIMED_OUT: "It took longer than Temporal allowed it.",
}


class Looking:
    """`table` holds every kind of production, by the registered name of its workflow."""

    def __init__(self, table: Mapping[str, Production[Any, Any]]) -> None:
        self._table = table

    async def after(self, client: Client, batch: str, items: Sequence[Item]) -> LookedAfter:
        """What of these has ended, and what runs. Raises `ProviderUnavailable` while Temporal is away."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def look(item: Item) -> EndedItem | StartedItem:
            async with places:
                return await self._one(client, batch, item)

        found = await asyncio.gather(*(look(item) for item in items))
        return LookedAfter(
            ended=tuple(one for one in found if isinstance(one, EndedItem)),
            running=tuple(one for one in found if isinstance(one, StartedItem)),
        )

    async def _one(self, client: Client, batch: str, item: Item) -> EndedItem | StartedItem:
        try:
            run = await client.get_workflow_handle(item.item).describe()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise ProviderUnavailable("Temporal does not tell how the items stand") from error
            if not item.run:
                return EndedItem(number=item.number, state="pending")
            return EndedItem(number=item.number, state="failed", why=_NEVER)
        memo = dict(await run.memo())
        own = _is_of(memo, batch, item.number)
        if run.status == WorkflowExecutionStatus.RUNNING:
            usd = item.reserved_usd
            return StartedItem(number=item.number, run=run.run_id, attached=not own, reserved_usd=usd)
        begun = item.run or item.state == "attached" or (own and _is_since(run, item))
        if not begun:
            return EndedItem(number=item.number, state="pending")
        return await self._ended(client, item, run, memo, own)

    async def _ended(
        self,
        client: Client,
        item: Item,
        run: WorkflowExecutionDescription,
        memo: Mapping[str, Any],
        own: bool,
    ) -> EndedItem:
        said = _report(memo) if own else None
        if said is not None and said.number == item.number:
            return EndedItem(**{**said.model_dump(), "run": run.run_id})
        ended = EndedItem(number=item.number, run=run.run_id, state="failed", whole=False)
        if run.status == WorkflowExecutionStatus.CANCELED:
            return ended.model_copy(update={"state": "canceled", "why": "It was canceled."})
        if run.status != WorkflowExecutionStatus.COMPLETED:
            error = memo.get("error") or {}
            why = error.get("words") or _ENDS.get(run.status or WorkflowExecutionStatus.FAILED, "It failed.")
            return ended.model_copy(update={"why": why})
        result: dict[str, Any] = {}
        with suppress(WorkflowFailureError):
            result = await client.get_workflow_handle(item.item, run_id=run.run_id).result()
        production = self._table.get(item.production)
        state = "completed" if result.get("status") == "completed" else "stopped"
        delivered = result.get(production.delivers) if production else None
        whole = result.get("whole", state == "completed")
        return ended.model_copy(update={"state": state, "delivered": delivered, "whole": whole})


def _is_of(memo: Mapping[str, Any], batch: str, number: int) -> bool:
    """Whether the run was begun for this item of the batch."""
    with suppress(ValidationError):
        terms = Commissioned.model_validate(memo.get(ITEM_MEMO))
        return terms.id == batch and terms.number == number
    return False


def _report(memo: Mapping[str, Any]) -> ItemEnded | None:
    with suppress(ValidationError):
        return ItemEnded.model_validate(memo.get(REPORT_MEMO))
    return None


def _is_since(run: WorkflowExecutionDescription, item: Item) -> bool:
    """Whether it began once the item had been taken; else it is what an earlier run of the batch began."""
    return item.since is None or run.start_time >= item.since - _SKEW
