"""Knows for whom a run is made: as an item of a batch, which pays for it, and is told how it ended.

Nothing inside a batch waits for a person. Money is asked of the batch; what only a person can decide is given
up, or handed back with the item. A run without a batch knows nothing of this, and sends nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from pydantic import JsonValue, ValidationError
from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.studio.facts import Facts
from workflows.studio.failures import cause_of
from workflows.studio.items import Commissioned, Grant, ItemAsks, ItemEnd, ItemEnded
from workflows.studio.money import Account, Budget

#: Under which name a batch leaves it in the memo of the runs that it starts.
ITEM_MEMO = "batch"
#: And under which a run leaves how it ended, for a batch that did not hear of it.
REPORT_MEMO = "item"
# A batch answers within a second or two. One that has ended since is noticed by asking again.
_ASK_AGAIN = timedelta(minutes=10)


class Commission:
    """Of one run."""

    def __init__(self, terms: Commissioned) -> None:
        self.batch, self.number = terms.id, terms.number
        self._may_spend = terms.may_spend_usd
        #: The budget of its own, which the batch does not raise.
        self._own: Decimal | None = None
        self._asking = asyncio.Lock()
        self._asked = 0
        self._grants: dict[int, Decimal] = {}
        #: Whether it went on without something, for want of money.
        self.is_over_budget = False
        #: Why it is handed back before it is made, and what approves it.
        self.handed_back = ""
        self._approval: dict[str, JsonValue] | None = None

    @classmethod
    def of_this_run(cls) -> Commission | None:
        """None where it is nobody's item; a memo that somebody wrote by hand says nothing."""
        with suppress(ValidationError):
            said = workflow.memo_value(ITEM_MEMO, None)
            return cls(Commissioned.model_validate(said)) if said is not None else None
        return None

    def limit(self, account: Account) -> Decimal:
        """What the item may cost in all: what it has cost, and what the batch holds back for this run; never
        more than its own request says."""
        before = sum((payment.usd for payment in account.payments), Decimal(0))
        self._own = account.budget_usd
        limit = before + self._may_spend
        return limit if self._own is None else min(limit, self._own)

    def grant(self, grant: Grant) -> None:
        self._grants[grant.ask] = grant.usd

    async def more(self, budget: Budget, needs: Decimal) -> bool:
        """Whether the budget allows `needs`, once the batch has been asked for what it lacks."""
        async with self._asking:
            if budget.affords(needs):
                return True
            assert budget.limit is not None, "an item has a limit"
            lacking = budget.spent + budget.reserved + needs - budget.limit
            if self._own is None or budget.limit + lacking <= self._own:
                budget.limit += await self._granted(lacking)
            self.is_over_budget = not budget.affords(needs) or self.is_over_budget
            return budget.affords(needs)

    async def _granted(self, usd: Decimal) -> Decimal:
        self._asked += 1
        ask = self._asked
        asks = ItemAsks(number=self.number, run=workflow.info().run_id, ask=ask, usd=usd)
        while ask not in self._grants:
            if not await self._tell("item_asks", asks):
                return Decimal(0)
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: ask in self._grants,
                    timeout=_ASK_AGAIN,
                    timeout_summary="Its batch is asked once more",
                )
        return self._grants[ask]

    def hand_back(self, why: str, approval: Mapping[str, JsonValue]) -> None:
        """It is complete as far as it can be made without a person."""
        self.handed_back, self._approval = why, dict(approval)

    async def failed(self, error: BaseException, delivered: str | None) -> None:
        """The same of a run that ends with an error."""
        if is_cancelled_exception(error):
            await self.report("canceled", delivered, None, "It was canceled.")
        else:
            await self.report("failed", delivered, False, cause_of(error).message)

    async def report(self, state: ItemEnd, delivered: str | None, whole: bool | None, why: str) -> None:
        """Tells the batch how the run ends, and leaves it in the memo, for one that is not there to hear."""
        if self.handed_back and state == "stopped":
            state, why = "awaiting_review", self.handed_back
        elif self.is_over_budget and state in ("completed", "failed"):
            state = "over_budget"
        ended = ItemEnded(
            number=self.number,
            run=workflow.info().run_id,
            state=state,
            delivered=delivered,
            whole=whole,
            why=why,
            approval=self._approval if state == "awaiting_review" else None,
        )
        workflow.upsert_memo({REPORT_MEMO: ended.model_dump(mode="json")})
        await self._tell("item_ended", ended)

    async def _tell(self, signal: str, said: Facts) -> bool:
        """Whether the batch was there to hear it."""
        try:
            await workflow.get_external_workflow_handle(self.batch).signal(signal, said)
        except FailureError:
            return False
        return True
