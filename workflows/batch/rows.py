"""The rows of one batch, as its workflow knows them: one statement after the other, each of which tells how
all of them stand after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal

from temporalio import workflow

from workflows.batch import steps
from workflows.studio import Budget, Payment


class Rows:
    """`changed` is called after every change that people are shown."""

    def __init__(self, batch: str, budget: Budget, changed: Callable[[], None]) -> None:
        self._batch, self._budget, self._changed = batch, budget, changed
        self._turn = asyncio.Lock()
        self._tickets = 0
        self.standing = steps.Standing()
        #: USD that its items had cost when it was begun, or what it continues.
        self.before = Decimal(0)

    async def begin(self, reopen: bool, before: Decimal | None) -> steps.Begun:
        """What is under way. `before` is what had been spent when the run began that this one continues."""
        step = steps.BeginItems(batch=self._batch, reopen=reopen)
        async with self._turn:
            begun = await steps.begin_items(step, "How its items stand")
            self.before = begun.standing.spent_usd if before is None else before
            self._budget.paid_before(Payment(attempt="before", usd=self.before))
            self._stands(begun.standing)
        return begun

    async def take(self, most: int, left: Decimal | None) -> steps.TakenItems:
        """The next ones, at most as many, that may come to `left` USD together."""
        info, self._tickets = workflow.info(), self._tickets + 1
        # Tickets of all runs that continue each other begin alike.
        ticket = f"{info.first_execution_run_id}:{info.run_id}:{self._tickets}"
        step = steps.TakeItems(batch=self._batch, ticket=ticket, most=most, may_spend_usd=left)
        async with self._turn:
            taken = await steps.take_items(step, "Take the next items")
            self._take_off(taken)
        return taken

    async def record(
        self, started: Iterable[steps.StartedItem], ended: Iterable[steps.EndedItem], label: str
    ) -> None:
        """Writes down what began and what ended."""
        step = steps.RecordItems(batch=self._batch, started=tuple(started), ended=tuple(ended))
        async with self._turn:
            self._stands(await steps.record_items(step, label))

    async def close(self, running: Iterable[int]) -> None:
        """Nothing more is taken: what was paid is read once more."""
        chain = workflow.info().first_execution_run_id
        step = steps.EndItems(batch=self._batch, running=tuple(running), chain=chain)
        async with self._turn:
            self._stands(await steps.end_items(step, "What it came to"))

    async def choose(self, kind: str, step: steps.SelectItems) -> steps.Selected:
        """What a person approved, or wants tried again, is pending."""
        run = steps.approve_items if kind == "approve" else steps.retry_items
        async with self._turn:
            selected = await run(step, f"{kind.capitalize()} items")
            self._stands(selected.standing)
        return selected

    @property
    def pending(self) -> int:
        return self.standing.counts.pending

    def leaves(self, usd: Decimal) -> bool:
        """Whether the whole budget leaves so much beside what is promised to others."""
        return self._budget.affords(usd + self.standing.promised_usd)

    def _take_off(self, taken: steps.TakenItems) -> None:
        counts, number = self.standing.counts, len(taken.items)
        # Nobody else takes any: where none was given, and not for want of money, there is none.
        pending = counts.pending - number if number or taken.short_usd is not None else 0
        now = counts.model_copy(update={"pending": pending, "running": counts.running + number})
        promised = self.standing.promised_usd - sum((one.reserved_usd for one in taken.items), Decimal(0))
        self.standing = self.standing.model_copy(update={"counts": now, "promised_usd": promised})

    def _stands(self, standing: steps.Standing) -> None:
        self.standing = standing
        self._budget.pay(Payment(attempt="items", usd=standing.spent_usd - self.before))
        self._changed()
