"""`VideoWorkflow`: one request in, one finished film out, steered by signals and read by a query."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, Literal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from workflows.film import steps
from workflows.film.budget import budget_of, is_paid
from workflows.film.contract import Plan, PlannedFilm, VideoRequest
from workflows.film.film import Film
from workflows.film.report import VideoResult
from workflows.film.request import parse_request
from workflows.studio import account as accounts
from workflows.studio.answers import answer_of
from workflows.studio.board import Board
from workflows.studio.control import Control
from workflows.studio.facts import Artifact, ModelFacts
from workflows.studio.failures import cause_of, failure_of, film_failed
from workflows.studio.money import PLAN_ALLOWANCE, Account, Budget, Decision, PaidStep, SetBudget, usd
from workflows.studio.page import markdown
from workflows.studio.purchases import Offer, Purchases
from workflows.studio.report import Failure, Progress, RowProgress, Status, Wait
from workflows.studio.requests import InvalidRequest
from workflows.studio.runner import Runner

Ending = Literal["completed", "stopped"]
_STEP = "chunk:hero_shot:1"
_PAUSED = Wait(reason="paused", words="the signal resume", answers=("resume",))


@workflow.defn(name="VideoWorkflow")
class VideoWorkflow:
    """Makes a film from a `VideoRequest`, and answers with a `VideoResult`.

    A request that does not validate fails the run in its first workflow task with the error type
    `InvalidRequest`, every wrong field named; nothing has been started then. After `stop` the run
    *completes* with the status `stopped` and what exists. A failed step fails the run with that step's
    error type, once its siblings have finished; starting the same film again resumes it.
    """

    def __init__(self) -> None:
        self._board = Board()
        self._control = Control()
        self._planned: PlannedFilm | None = None
        self._film: Film | None = None
        self._budget = Budget(None)
        #: What `set_budget` set in this run: it may come before the account has been read.
        self._granted: Decimal | None = None
        self._asked: VideoRequest | None = None
        #: Where it is planned, as `open_account` said; films from before have an account that says nothing.
        self._planner = ""
        self._purchases: Purchases | None = None
        self._runner: Runner | None = None
        self._failure: Failure | None = None

    # The argument arrives undecoded: a value that does not decode would fail the workflow task, for ever.
    @workflow.run
    async def run(self, request: RawValue = None) -> VideoResult:  # type: ignore[assignment]
        asked = self._asked = self._accept(request)
        making = asyncio.create_task(self._make(asked))
        watching = asyncio.create_task(self._control.watch())
        try:
            await workflow.wait([making, watching], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._end(making, watching)
            self._board.interrupt()
            self._show("canceled")
            raise
        await self._end(making, watching)
        error = None if making.cancelled() else making.exception()
        if making.cancelled() or (error is not None and self._control.stopping):
            if self._control.expired:
                self._board.warn(self._control.expired)
            return await self._ended("stopped", asked, None)
        if error is None:
            return await self._ended("completed", asked, making.result())
        self._fail(failure_of(error))
        raise film_failed(error)

    @workflow.signal(description="Let running steps finish and start none, until resume. No input.")
    def pause(self, *_: Any) -> None:
        self._control.pause()
        self._show()

    @workflow.signal(description="Go on after a pause. No input.")
    def resume(self, *_: Any) -> None:
        self._control.resume()
        self._show()

    @workflow.signal(
        description="Cancel what runs and complete with what exists. Starting the film again resumes it."
    )
    def stop(self, *_: Any) -> None:
        self._control.stop()

    @workflow.update(description='Changes what the film may cost in all, USD, such as {"usd": "7.50"}.')
    async def set_budget(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        budget = answer_of(SetBudget, sent, usd="7.50")
        update = workflow.current_update_info()
        assert update is not None
        film, run = workflow.info().workflow_id, workflow.info().run_id
        step = accounts.RecordBudget(film=film, update=update.id, usd=budget.usd)
        if self._asked is not None:
            step = step.model_copy(update={"run": run, "asked_usd": self._asked.budget_usd})
        await accounts.record_budget(step, f"Budget ${budget.usd}")
        self._granted = self._budget.limit = budget.usd
        self._show()
        return f"{usd(self._budget.spent)} of {usd(budget.usd)} are spent"

    @set_budget.validator
    def _may_set_budget(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        answer_of(SetBudget, sent, usd="7.50")

    @workflow.update(
        description='Goes on with a held step, maybe paying twice: {"step": "chunk:hero_shot:1"}.'
    )
    async def accept_risk(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        decision = answer_of(Decision, sent, step=_STEP)
        assert self._purchases is not None
        attempt = self._purchases.held[decision.step]
        await accounts.accept_risk(accounts.AcceptRisk(attempt=attempt), f"Risk accepted for {decision.step}")
        self._purchases.answer(decision.step, "accepted")
        return f"{decision.step} goes on"

    @accept_risk.validator
    def _may_accept_risk(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.refuse_unless_waiting(answer_of(Decision, sent, step=_STEP).step, "accept_risk")

    @workflow.update(description='Gives a waiting step up, and goes on without it: {"step": "…"}.')
    def give_up(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        decision = answer_of(Decision, sent, step=_STEP)
        assert self._purchases is not None
        self._purchases.answer(decision.step, "given_up")
        return f"{decision.step} is given up"

    @give_up.validator
    def _may_give_up(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._control.refuse_unless_waiting(answer_of(Decision, sent, step=_STEP).step, "give_up")

    @workflow.query(description="Beats, steps and their states, as JSON.")
    def progress(self, *_: Any) -> Progress:
        return self._snapshot()

    def _accept(self, request: RawValue | None) -> VideoRequest:
        try:
            return parse_request(request.payload.data if request is not None else None)
        except InvalidRequest as error:
            # No memo: of such a request nothing is to be seen but its end.
            self._failure = Failure(type=InvalidRequest.__name__, problem=str(error))
            self._show("failed")
            problems = [problem.model_dump() for problem in error.fields]
            raise ApplicationError(
                str(error), *problems, type=InvalidRequest.__name__, non_retryable=True
            ) from None

    def _fail(self, failure: Failure | None) -> None:
        """Tells why, also where no worker runs any more: a failed run has no result but its memo."""
        self._failure = failure
        self._show("failed")
        # Films that failed under an earlier release left no memo.
        if failure is not None and workflow.patched("a-memo-of-a-failure"):
            error = {**failure.model_dump(mode="json"), "words": failure.words}
            workflow.upsert_memo(
                {"status": "failed", "error": error, "cost_usd": str(self._budget.spent_now)}
            )

    async def _make(self, asked: VideoRequest) -> steps.DeliveredFilm:
        film = workflow.info().workflow_id
        self._runner = runner = Runner(self._control, self._board, self._show)
        self._purchases = purchases = await self._open_account(film, asked)
        self._planned = await self._plan(runner, purchases, asked)
        self._board.title = self._planned.plan.title
        self._board.rows = rows_of(self._planned.plan)
        for warning in self._planned.warnings:
            self._board.warn(warning)
        self._film = Film(film, self._planned, asked.music, runner, purchases, self._board)
        self._show("rendering")
        return await self._film.make()

    async def _open_account(self, film: str, asked: VideoRequest) -> Purchases:
        """What was paid and chosen before; a film that cannot cost anything has no account."""
        account = Account()
        if is_paid(asked):
            step = accounts.OpenAccount(
                film=film,
                run=workflow.info().run_id,
                budget_usd=asked.budget_usd,
                request=asked.model_dump(mode="json"),
            )
            account = await accounts.open_account(step, "Account of the film")
            self._planner = account.planner
            limit = budget_of(asked, account) if self._granted is None else self._granted
            self._budget = Budget(limit, account.payments)
        return Purchases(film, self._budget, account.choices, self._control, self._board, self._show)

    async def _balance(self) -> None:
        """What it came to: jobs that were cancelled or lost have ended since, at another price."""
        film = workflow.info().workflow_id
        account = await accounts.open_account(accounts.OpenAccount(film=film), "Balance of the film")
        for payment in account.payments:
            self._budget.pay(payment)

    async def _plan(self, runner: Runner, purchases: Purchases, asked: VideoRequest) -> PlannedFilm:
        # Without weight: a bar that is full after the plan and then falls back would say nothing.
        self._board.expect("plan", "Plan of the film", 0)
        planned: list[PlannedFilm] = []

        async def buy(_: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.ComposePlan(request=asked, terms=terms)
            planned.append(await steps.compose_plan(step, self._board.label("plan"), self._planner))
            for payment in planned[-1].payments:
                self._budget.pay(payment)
            return planned[-1].artifact

        # Which model plans is the catalogue's business: what it may cost is known here, and no more.
        allowance = PLAN_ALLOWANCE if is_paid(asked) else Decimal(0)
        planner = ModelFacts(id="planner", provider="", work="waits", price_usd=allowance)
        offer = Offer("plan", [planner], lambda model: model.price_usd, buy, rungs=1)
        artifact = await runner.guard("plan", lambda label: purchases.buy(offer, label))
        self._board.finish("plan", artifact)
        return planned[-1]

    async def _end(self, making: asyncio.Task[Any], watching: asyncio.Task[None]) -> None:
        """Returns when nothing of this run is under way any more, however it ends."""
        watching.cancel()
        if not making.done():
            self._show("stopping")
            self._control.close()
            making.cancel()
        await workflow.wait([making, watching])
        # An update that was accepted is answered before the run returns.
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _ended(
        self, status: Ending, asked: VideoRequest, delivered: steps.DeliveredFilm | None
    ) -> VideoResult:
        if is_paid(asked):
            try:
                await self._balance()
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                # A film that is there does not fail because its account cannot be read.
                self._board.warn(f"The last costs could not be read: {cause_of(error).message}")
            # Meanwhile another update may have been accepted.
            await workflow.wait_condition(workflow.all_handlers_finished)
        return self._result(status, asked, delivered)

    def _result(
        self, status: Ending, asked: VideoRequest, delivered: steps.DeliveredFilm | None
    ) -> VideoResult:
        self._board.interrupt()
        self._show(status)
        plan = self._planned.plan if self._planned else None
        frame = self._planned.format if self._planned else None
        result = VideoResult(
            status=status,
            video=delivered.video if delivered else None,
            manifest=delivered.manifest if delivered else None,
            cut=delivered.cut if delivered else None,
            plan=plan,
            frames=plan.seconds * asked.fps if plan and delivered else 0,
            fps=asked.fps,
            width=frame.width if frame else 0,
            height=frame.height if frame else 0,
            duration_s=float(plan.seconds) if plan and delivered else 0.0,
            music=self._film.music if self._film else "left_out",
            beats=self._film.results() if self._film else (),
            made=self._board.made,
            reused=self._board.reused,
            cost_usd=self._budget.spent_now,
            spent_usd=self._budget.spent,
            corrected_usd=self._budget.corrected,
            warnings=tuple(self._board.warnings),
        )
        # The memo is what the Web UI shows when no worker runs any more.
        memo = {"status": status, "video": result.video, "cost_usd": str(result.cost_usd)}
        if result.corrected_usd:
            memo["corrected_usd"] = str(result.corrected_usd)
        workflow.upsert_memo(memo)
        return result

    @property
    def _is_paused(self) -> bool:
        return self._control.paused and self._board.status in ("planning", "rendering")

    def _snapshot(self) -> Progress:
        """Looks, and changes nothing: a query may come at any time."""
        waits = (*([_PAUSED] if self._is_paused else []), *self._control.waits.values())
        failing = self._runner.failed if self._runner and self._board.status == "rendering" else None
        told = self._board.snapshot(workflow.info().start_time, workflow.now())
        return told.model_copy(
            update={
                "paused": self._is_paused,
                "waits": waits,
                "error": self._failure or (failure_of(failing) if failing else None),
                "waiting_for": "; ".join(wait.words for wait in waits) or None,
                "cost_usd": self._budget.spent_now,
                "spent_usd": self._budget.spent,
                "corrected_usd": self._budget.corrected,
                "budget_usd": self._budget.limit,
            }
        )

    def _show(self, status: Status | None = None) -> None:
        if status is not None:
            self._board.status = status
        self._board.tick(workflow.now(), self._is_paused)
        workflow.set_current_details(markdown(self._snapshot()))


def rows_of(plan: Plan) -> tuple[RowProgress, ...]:
    """The beats as rows of the board."""
    return tuple(
        RowProgress(id=beat.id, title=beat.title, seconds=beat.seconds, camera=beat.camera)
        for beat in plan.beats
    )
