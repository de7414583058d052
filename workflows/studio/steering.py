"""How a person steers a production: its signals and updates, the same for all of them.

Handlers are inherited by the class that Temporal knows. Each takes what was sent as it came, and says in
words what is wrong with it, before anything has changed. Signals that take no input look at none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Generic

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.studio import account as accounts
from workflows.studio.answers import answer_of
from workflows.studio.board import Board
from workflows.studio.commission import Commission
from workflows.studio.control import Control
from workflows.studio.items import Grant
from workflows.studio.money import Budget, Decision, SetBudget, usd
from workflows.studio.production import AnyOutcome, AnyRequest, Production
from workflows.studio.purchases import Purchases
from workflows.studio.report import Failure, Status
from workflows.studio.standing import STEP_STANDING, StepStanding

# Who sends what cannot be read sends it again and again: the page stays one that can be read.
_MOST_TOLD = 5


class _Budget(SetBudget, extra="ignore"):
    """As earlier releases took it: what they accepted must not be refused when it comes again."""


class _Decision(Decision, extra="ignore"):
    """The same of a step."""


class Steered(Generic[AnyRequest, AnyOutcome]):
    """What the handlers of one run look at and change."""

    #: Which kind it is.
    production: Production[AnyRequest, AnyOutcome]

    def __init__(self) -> None:
        self._board = Board()
        self._control = Control(self.production.noun)
        self._control.commission = Commission.of_this_run()
        self._budget = Budget(None)
        #: What `set_budget` set in this run: it may come before the account has been read.
        self._granted: Decimal | None = None
        self._asked: AnyRequest | None = None
        #: Updates that came with the start, and wait for the request.
        self._early = 0
        #: One budget after the other is written down, as they were accepted: the newest is the last.
        self._recording = asyncio.Lock()
        self._purchases: Purchases | None = None
        self._failure: Failure | None = None
        #: What was told of signals that could not be read.
        self._ignored: list[str] = []
        #: From then on nothing further is begun: what is decided is for the next run.
        self._is_ending = False

    @property
    def user(self) -> str:
        """Whose production it is, where its request says so: whose turn it is in the queues."""
        return str(getattr(self._asked, "user", ""))

    def _show(self, status: Status | None = None) -> None:
        """To be called after every change."""
        raise NotImplementedError

    @workflow.signal(description="Let running steps finish and start none, until resume. No input.")
    def pause(self, _: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.pause()
        self._show()

    @workflow.signal(description="Go on after a pause. No input.")
    def resume(self, _: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.resume()
        self._show()

    @workflow.signal(
        description="Cancel what runs and complete with what exists. Starting the same again resumes it."
    )
    def stop(self, _: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.stop()

    @workflow.signal(description="The answer of a batch to its item that asked for money. Not for people.")
    def grant(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        with self._ignoring("grant"):
            granted = answer_of(Grant, sent, ask=1, usd="0.50")
            if self._control.commission is not None:
                self._control.commission.grant(granted)

    @workflow.signal(
        name=STEP_STANDING,
        description="How a step stands at its provider, told by its activity. Not for people.",
    )
    def step_standing(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        with self._ignoring(STEP_STANDING):
            told = answer_of(StepStanding, sent, step=self.production.example_step, position=3)
            if self._board.stands(told.step, told):
                self._show()

    @contextmanager
    def _ignoring(self, signal: str) -> Iterator[None]:
        """A signal has no answer: what is wrong with one is told where the run is looked at, and fails it
        not."""
        try:
            yield
        except ApplicationError as error:
            said = f"The signal {signal} is ignored: {error.message}"
            if said not in self._ignored and len(self._ignored) < _MOST_TOLD:
                self._ignored.append(said)
                self._board.warn(said)
                self._show()

    @workflow.update(description='Changes what it may cost in all, USD, such as {"usd": "7.50"}.')
    async def set_budget(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        budget = answer_of(_Budget, sent, usd="7.50")
        step = await self._to_be_recorded(budget.usd)
        # A run that an earlier release began wrote down at once what was set at once.
        if self._recording.locked() and not workflow.patched("budgets-in-turn"):
            await self._record(step)
        else:
            async with self._recording:
                await self._record(step)
        return f"{usd(self._budget.spent)} of {usd(budget.usd)} are spent"

    @set_budget.validator
    def _may_set_budget(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        if (commission := self._control.commission) is not None:
            words = f"{commission.batch} pays for it: set the budget of that"
            raise ApplicationError(words, type="InBatch", non_retryable=True)
        answer_of(SetBudget, sent, usd="7.50")

    async def _to_be_recorded(self, budget: Decimal) -> accounts.RecordBudget:
        """Raises `ApplicationError` where the request that the update came with cannot be used."""
        update = workflow.current_update_info()
        assert update is not None
        step = accounts.RecordBudget(film=workflow.info().workflow_id, update=update.id, usd=budget)
        # What comes together with the start comes before `run`; earlier releases did not wait for that.
        if self._asked is None and workflow.patched("a-budget-waits-for-its-request"):
            self._early += 1
            await workflow.wait_condition(lambda: self._asked is not None or self._failure is not None)
            self._early -= 1
        if self._failure is not None and self._asked is None:
            raise ApplicationError(self._failure.problem, type=self._failure.type, non_retryable=True)
        if self._asked is None:
            return step
        run = workflow.info().run_id
        return step.model_copy(update={"run": run, "asked_usd": self._asked.budget_usd})

    async def _record(self, step: accounts.RecordBudget) -> None:
        await accounts.record_budget(step, f"Budget ${step.usd}")
        self._granted = self._budget.limit = step.usd
        self._show()

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
        self._control.refuse_unless_waiting(self._asked_step(sent), "accept_risk")

    @workflow.update(description='Gives a waiting step up, and goes on without it: {"step": "…"}.')
    def give_up(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        decision = self._decision(sent)
        assert self._purchases is not None
        self._purchases.answer(decision.step, "given_up")
        return f"{decision.step} is given up"

    @give_up.validator
    def _may_give_up(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.refuse_unless_waiting(self._asked_step(sent), "give_up")

    def _asked_step(self, sent: RawValue | None) -> str:
        return answer_of(Decision, sent, step=self.production.example_step).step

    def _decision(self, sent: RawValue | None) -> Decision:
        return answer_of(_Decision, sent, step=self.production.example_step)
