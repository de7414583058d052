"""The base of every production: one request in, one result out, steered while it runs, and read by a query.

A wing brings what kind of production it is, what has to be made, and its result; nothing of the rest is
written twice. `@workflow.run` has to be defined on the class that Temporal knows, and only calls `produce`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

from workflows.studio import account as accounts
from workflows.studio import memo
from workflows.studio.attributes import Attributes, fixed
from workflows.studio.caps import until_a_place
from workflows.studio.context import Context
from workflows.studio.failures import cause_of, failure_of, production_failed
from workflows.studio.meant import meant
from workflows.studio.metrics import CountedAs, count_end
from workflows.studio.money import Account, Budget, usd
from workflows.studio.production import AnyOutcome, AnyRequest
from workflows.studio.purchases import Purchases
from workflows.studio.report import Failure, Outcome
from workflows.studio.requests import InvalidRequest
from workflows.studio.told import Told
from workflows.studio.watch import Watch, all_the_same

Ending = Literal["completed", "stopped"]


class ProductionWorkflow(Told[AnyRequest, AnyOutcome]):
    """One run of a production.

    A request that does not validate fails the run in its first workflow task with the error type
    `InvalidRequest`, every wrong field named; nothing has been started then. After `stop` the run
    *completes* with the status `stopped` and what exists. A failed step fails the run with that step's
    error type, once its siblings have finished; starting the same again resumes it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._context: Context | None = None
        #: With what the work ended: who sent an update meanwhile is answered before that is told.
        self._broke: BaseException | None = None

    # ---- what a wing brings ----------------------------------------------------------------------

    async def make(self, asked: AnyRequest, context: Context) -> None:
        """Runs every step there is, and keeps what came of it. Raises what the first failed step raised, once
        nothing of it is under way any more; so too when it is cancelled, which ends as stopped."""
        raise NotImplementedError

    async def finish(self, asked: AnyRequest) -> None:
        """Delivers what is there, after a stop or a cancel: nothing of the run is under way. Raises what the
        step raises that fails."""

    def asks_for_more(self) -> bool:
        """Whether something has been decided since `make` returned that is not made yet."""
        return False

    def result(self, asked: AnyRequest, outcome: Outcome) -> AnyOutcome:
        """How it ended: what all productions tell, and what this one has made so far."""
        raise NotImplementedError

    def opening(self, asked: AnyRequest) -> accounts.OpenAccount:
        """With what its account is opened, where anything of it is paid."""
        info, found = workflow.info(), self.production.findable(asked)
        return accounts.OpenAccount(
            film=info.workflow_id,
            run=info.run_id,
            budget_usd=asked.budget_usd,
            user=found.user,
            labels=found.labels,
            is_item=self._control.commission is not None,
        )

    # ---- the run ---------------------------------------------------------------------------------

    # The argument arrives undecoded: a value that does not decode would fail the workflow task, for ever.
    async def produce(self, sent: RawValue | None) -> AnyOutcome:
        """All of a run."""
        try:
            result = await self._told(sent)
        except (asyncio.CancelledError, FailureError) as error:
            await self._let_go()
            count_end(self.production.noun, _counted_as(error))
            raise
        count_end(self.production.noun, result.status)
        return result

    async def _let_go(self) -> bool:
        """Returns once those who hear of it are being told, and whoever sent an update meanwhile has been
        answered; with whether nobody cancelled it meanwhile, for it ends as has been told."""
        sent = await all_the_same(self._notices.sent)
        answered = await all_the_same(lambda: workflow.wait_condition(workflow.all_handlers_finished))
        return not (sent or answered)

    async def _told(self, sent: RawValue | None) -> AnyOutcome:
        """Who asked for it as an item of a batch is told how it ended."""
        if (commission := self._control.commission) is None:
            return await self._produced(sent)
        try:
            result = await self._produced(sent)
        except (asyncio.CancelledError, FailureError) as error:
            await commission.failed(error, self._board.delivered)
            raise
        whole = getattr(result, "whole", result.status == "completed")
        why = "; ".join(self._board.warnings)
        await commission.report(result.status, self.production.delivered(result), whole, why)
        # Meanwhile another update may have been accepted.
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    async def _produced(self, sent: RawValue | None) -> AnyOutcome:
        try:
            asked = self._asked = self._accept(sent)
        except ApplicationError:
            # Who sent an update along with it is told the same.
            await workflow.wait_condition(lambda: not self._early)
            raise
        memo.remember_request(asked)
        outcome = await self._made(asked, self._make(asked))
        while await self._let_go() and outcome.status == "completed" and self.asks_for_more():
            assert self._context is not None
            self._show("rendering")
            outcome = await self._made(asked, self.make(asked, self._context))
        return outcome

    async def _made(self, asked: AnyRequest, work: Coroutine[Any, Any, None]) -> AnyOutcome:
        """How the work ended. Raises what the run is to fail with."""
        self._is_ending = False
        making = asyncio.create_task(work)
        watching = asyncio.create_task(self._control.watch())
        canceled: asyncio.CancelledError | None = None
        try:
            await workflow.wait([making, watching], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError as cancellation:
            canceled = cancellation
        self._broke = making.exception() if making.done() and not making.cancelled() else None
        canceled = await self._end(making, watching) or canceled
        if canceled:
            await self._deliver(asked)
            await workflow.wait_condition(workflow.all_handlers_finished)
            self._board.interrupt()
            self._show("canceled")
            memo.remember_cancel(self.production, self.result(asked, self._outcome("stopped")))
            raise canceled
        error = None if making.cancelled() else making.exception()
        if making.cancelled() or (error is not None and self._control.stopping):
            if self._control.expired:
                self._board.warn(self._control.expired)
            await self._deliver(asked)
            return await self._ended("stopped", asked)
        if error is None:
            return await self._ended("completed", asked)
        if isinstance(error, workflow.ContinueAsNewError):
            raise error
        self._fail(failure_of(error, self.production.noun))
        raise production_failed(error, self.production.noun)

    async def _deliver(self, asked: AnyRequest) -> None:
        """Whoever stops it once more, or cancels it, waits no longer."""
        self._control.deliver()
        finishing = asyncio.create_task(self.finish(asked))
        insisting = asyncio.create_task(self._control.insisted())
        canceled: asyncio.CancelledError | None = None
        # No `finally`: a run that its worker drops is closed where it waits, and may not wait once more.
        try:
            await workflow.wait([finishing, insisting], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError as cancellation:
            canceled = cancellation
        insisting.cancel()
        if not finishing.done():
            self._control.close()
        finishing.cancel()
        await workflow.wait([finishing])
        if canceled:
            raise canceled
        error = None if finishing.cancelled() else finishing.exception()
        if error and not is_cancelled_exception(error):
            cause = failure_of(error, self.production.noun)
            if cause is None:
                raise error
            # It ends as it was asked to, without what could not be delivered.
            self._board.warn(f"What is there could not be delivered: {cause.problem}")

    def _accept(self, sent: RawValue | None) -> AnyRequest:
        try:
            return self.production.parse(meant(sent))
        except InvalidRequest as error:
            # No memo: of such a request nothing is to be seen but its end.
            self._failure = Failure(type=InvalidRequest.__name__, problem=str(error))
            self._show("failed")
            problems = [problem.model_dump() for problem in error.fields]
            raise ApplicationError(
                str(error), *problems, type=InvalidRequest.__name__, non_retryable=True
            ) from None

    async def _make(self, asked: AnyRequest) -> None:
        """Opens the account, then works."""
        name, account = workflow.info().workflow_id, Account()
        # What people decided about it is read there too; those that cost nothing had none before.
        if self.production.is_paid(asked) or workflow.patched("an-account-for-every-production"):
            account = await self._account(asked)
            while account.at_cap:
                await until_a_place(name, account.at_cap, self._control, self._show)
                account = await self._account(asked)
        money, control, board = self._budget, self._control, self._board
        purchases = self._purchases = Purchases(name, money, account.choices, control, board, self._show)
        watch = Watch(name, control, money, self._show, self._balance)
        planned = partial(self._show, "rendering")
        self._context = Context(name, account, money, board, self._runner, purchases, planned, watch)
        await self.make(asked, self._context)

    async def _account(self, asked: AnyRequest) -> Account:
        """Opens it, and tells what it says."""
        account = await accounts.open_account(self.opening(asked), f"Account of the {self.production.noun}")
        self._budget = Budget(self._limit(asked, account), account.payments)
        self._standins = account.standins
        of_batch = self._control.commission.batch if self._control.commission else ""
        found = self.production.findable(asked)
        self._attributes = Attributes(account.attributes, fixed(self.production.noun, found, of_batch))
        warning = self._notices.open(account, getattr(asked, "notify", ()), found, bool(of_batch))
        if warning:
            self._board.warn_once(warning)
        return account

    def _limit(self, asked: AnyRequest, account: Account) -> Decimal | None:
        """What it may cost in all; None where it costs nothing, and nobody has decided anything."""
        if self._control.commission is not None:
            return self._control.commission.limit(account)
        if self._granted is not None:
            return self._granted
        decided = account.payments or account.edits or account.budget_usd is not None
        if not self.production.is_paid(asked) and not decided:
            return None
        return self.production.budget_of(asked, account)

    async def _end(
        self, making: asyncio.Task[Any], watching: asyncio.Task[None]
    ) -> asyncio.CancelledError | None:
        """Returns when nothing of this run is under way any more, however it ends; with how it was cancelled
        meanwhile, if it was."""
        watching.cancel()
        self._is_ending = True
        if not making.done():
            self._show("stopping")
            self._control.close()
            making.cancel()
        canceled = await all_the_same(lambda: workflow.wait([making, watching]))
        # An update that was accepted is answered before the run returns.
        answered = await all_the_same(lambda: workflow.wait_condition(workflow.all_handlers_finished))
        return canceled or answered

    def _why(self, otherwise: str) -> str:
        """Why it fails, in words, or is about to."""
        broke = failure_of(self._broke, self.production.noun) if self._broke is not None else None
        failure = self._failure or broke
        return failure.problem if failure else otherwise

    def _fail(self, failure: Failure | None) -> None:
        """Tells why, also where no worker runs any more: a failed run has no result but its memo."""
        self._failure = failure
        self._show("failed")
        if failure is not None:
            memo.remember_failure(failure, self._budget.spent_now)

    async def _ended(self, status: Ending, asked: AnyRequest) -> AnyOutcome:
        if self.production.is_paid(asked) or self._budget.spent_now:
            await self._balance()
        # Meanwhile another update may have been accepted.
        await workflow.wait_condition(workflow.all_handlers_finished)
        self._board.interrupt()
        self._show(status)
        result = self.result(asked, self._outcome(status))
        memo.remember_result(self.production, result)
        return result

    async def _balance(self) -> None:
        """What it comes to: jobs that were cancelled or lost have ended since, at another price."""
        step = accounts.OpenAccount(film=workflow.info().workflow_id)
        try:
            account = await accounts.open_account(step, f"Balance of the {self.production.noun}")
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            # What is there does not fail because its account cannot be read.
            self._board.warn(f"The last costs could not be read: {cause_of(error).message}")
            return
        for payment in account.payments:
            if lost := self._budget.pay(payment):
                what = payment.towards or "what was let go"
                self._board.warn(f"{usd(lost)} was charged for {what}, and nothing came of it.")


def _counted_as(error: BaseException) -> CountedAs:
    if is_cancelled_exception(error):
        return "canceled"
    told = isinstance(error, ApplicationError) and error.type == InvalidRequest.__name__
    return "invalid" if told else "failed"
