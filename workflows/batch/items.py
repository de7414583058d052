"""Knows the items of a batch that are under way: what is held back for each, and how they are begun, told and
answered."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowCancellationType, ParentClosePolicy

from workflows.batch.contract import ItemState
from workflows.batch.step_facts import EndedItem, Item, Notable, StartedItem, TakenItem
from workflows.studio import ITEM_MEMO, STUDIO_QUEUE, Budget, Commissioned, Grant

# Behind what people wait for in a terminal, and what services ask for one at a time.
_PRIORITY = 4
# The longest key that the server takes, in bytes.
_FAIRNESS_BYTES = 64


@dataclass
class Running:
    """One item under way. `watched`: this run of the batch began it, and is told when that closes."""

    item: Item
    held: ExitStack
    reserved: Decimal = Decimal(0)
    run: str = ""
    attached: bool = False
    watched: bool = False
    #: Whether it closed, or its run is unknown: Temporal is asked about it at once.
    in_doubt: bool = False
    #: When it was last heard of; None: never.
    heard: datetime | None = None
    #: What it was granted, by its question.
    granted: dict[int, Decimal] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.item.number

    @property
    def started(self) -> StartedItem:
        """As it is written down."""
        return StartedItem(
            number=self.number, run=self.run, attached=self.attached, reserved_usd=self.reserved
        )

    @property
    def now(self) -> Item:
        """As Temporal is asked about it."""
        state: ItemState = "attached" if self.attached else "running"
        news = {"run": self.run, "reserved_usd": self.reserved, "state": state}
        return self.item.model_copy(update=news)

    def notable(self, ended: EndedItem) -> Notable:
        """How it ended, for people."""
        item = self.item
        return Notable(
            number=item.number,
            item=item.item,
            state=ended.state,
            why=ended.why,
        )

    def is_silent(self, now: datetime, patience: timedelta) -> bool:
        """Whether Temporal is to be asked about it."""
        if self.watched or self.heard is None:
            return self.in_doubt
        return self.in_doubt or now >= self.heard + patience

    def is_made_by(self, found: StartedItem) -> bool:
        """Takes over which run Temporal says makes it; whether that is news."""
        if (self.run, self.attached) == (found.run, found.attached):
            return False
        # A further run of it, by a reset, or somebody's: Temporal tells of neither by itself.
        self.watched = self.watched and self.run == found.run
        self.run, self.attached = found.run, found.attached
        if found.attached:
            self.release()
        return True

    def hold(self, budget: Budget, usd: Decimal) -> None:
        """Holds more back for it."""
        self.reserved += usd
        self.held.enter_context(budget.reserve(usd))

    def release(self) -> None:
        """What it has not spent returns."""
        self.reserved = Decimal(0)
        self.held.close()


class Starter:
    """Begins the items of one batch, for `user`."""

    def __init__(self, batch: str, user: str) -> None:
        self._batch = batch
        key = (user or batch).encode()[:_FAIRNESS_BYTES].decode(errors="ignore")
        self._priority = Priority(priority_key=_PRIORITY, fairness_key=key)

    async def start(self, taken: TakenItem, running: Running) -> None:
        """Begins it, or attaches to whoever makes it already: that run is paid by its owner."""
        terms = Commissioned(id=self._batch, number=taken.number, may_spend_usd=running.reserved)
        try:
            child = await workflow.start_child_workflow(
                taken.production,
                taken.request,
                id=taken.item,
                task_queue=STUDIO_QUEUE,
                # It ends as its own batch's item, whatever becomes of this run of the batch.
                parent_close_policy=ParentClosePolicy.ABANDON,
                cancellation_type=ChildWorkflowCancellationType.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                memo={ITEM_MEMO: terms.model_dump(mode="json")},
                priority=self._priority,
                static_summary=f"{taken.number} · {taken.item}",
            )
        except WorkflowAlreadyStartedError:
            running.attached = True
            running.release()
            running.in_doubt = True
            return
        running.run, running.watched = child.first_execution_run_id or "", True

        def closed(ended: object) -> None:
            assert ended is child
            # Asked for, so that none is reported as failed without anybody having looked.
            if not child.cancelled():
                child.exception()
            running.in_doubt = True

        child.add_done_callback(closed)


async def tell(running: Running, signal: str) -> None:
    """Sends a signal to an item's run, or cancels it; one that has ended hears nothing."""
    handle = workflow.get_external_workflow_handle(running.item.item)
    with suppress(FailureError):
        if signal == "cancel":
            await handle.cancel()
        else:
            await handle.signal(signal)


async def grant(item: str, ask: int, usd: Decimal) -> None:
    """Answers its question of that number."""
    with suppress(FailureError):
        await workflow.get_external_workflow_handle(item).signal("grant", Grant(ask=ask, usd=usd))
