"""How a person steers a production: its signals and updates, the same for all of them.

Handlers are inherited by the class that Temporal knows. Each takes what was sent as it came, and says in
words what is wrong with it, before anything has changed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Generic

from temporalio import workflow
from temporalio.common import RawValue

from workflows.studio import account as accounts
from workflows.studio.answers import answer_of
from workflows.studio.board import Board
from workflows.studio.control import Control
from workflows.studio.money import Budget, Decision, SetBudget, usd
from workflows.studio.production import AnyOutcome, AnyRequest, Production
from workflows.studio.purchases import Purchases
from workflows.studio.report import Status


class Steered(Generic[AnyRequest, AnyOutcome]):
    """What the handlers of one run look at and change."""

    #: Which kind it is.
    production: Production[AnyRequest, AnyOutcome]

    def __init__(self) -> None:
        self._board = Board()
        self._control = Control(self.production.noun)
        self._budget = Budget(None)
        #: What `set_budget` set in this run: it may come before the account has been read.
        self._granted: Decimal | None = None
        self._asked: AnyRequest | None = None
        self._purchases: Purchases | None = None

    def _show(self, status: Status | None = None) -> None:
        """To be called after every change."""
        raise NotImplementedError

    @workflow.signal(description="Let running steps finish and start none, until resume. No input.")
    def pause(self, *_: Any) -> None:
        self._control.pause()
        self._show()

    @workflow.signal(description="Go on after a pause. No input.")
    def resume(self, *_: Any) -> None:
        self._control.resume()
        self._show()

    @workflow.signal(
        description="Cancel what runs and complete with what exists. Starting the same again resumes it."
    )
    def stop(self, *_: Any) -> None:
        self._control.stop()

    @workflow.update(description='Changes what it may cost in all, USD, such as {"usd": "7.50"}.')
    async def set_budget(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        budget = answer_of(SetBudget, sent, usd="7.50")
        update = workflow.current_update_info()
        assert update is not None
        name, run = workflow.info().workflow_id, workflow.info().run_id
        step = accounts.RecordBudget(film=name, update=update.id, usd=budget.usd)
        if self._asked is not None:
            step = step.model_copy(update={"run": run, "asked_usd": self._asked.budget_usd})
        await accounts.record_budget(step, f"Budget ${budget.usd}")
        self._granted = self._budget.limit = budget.usd
        self._show()
        return f"{usd(self._budget.spent)} of {usd(budget.usd)} are spent"

    @set_budget.validator
    def _may_set_budget(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        answer_of(SetBudget, sent, usd="7.50")

    @workflow.update(description='Goes on with a held step, maybe paying twice: {"step": "…"}.')
    async def accept_risk(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        decision = self._decision(sent)
        assert self._purchases is not None
        attempt = self._purchases.held[decision.step]
        await accounts.accept_risk(accounts.AcceptRisk(attempt=attempt), f"Risk accepted for {decision.step}")
        self._purchases.answer(decision.step, "accepted")
        return f"{decision.step} goes on"

    @accept_risk.validator
    def _may_accept_risk(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.refuse_unless_waiting(self._decision(sent).step, "accept_risk")

    @workflow.update(description='Gives a waiting step up, and goes on without it: {"step": "…"}.')
    def give_up(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        decision = self._decision(sent)
        assert self._purchases is not None
        self._purchases.answer(decision.step, "given_up")
        return f"{decision.step} is given up"

    @give_up.validator
    def _may_give_up(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.refuse_unless_waiting(self._decision(sent).step, "give_up")

    def _decision(self, sent: RawValue | None) -> Decision:
        return answer_of(Decision, sent, step=self.production.step)
