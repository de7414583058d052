"""How a person directs a film while it runs: its updates. Each is written down before it is acknowledged, and
holds for every later run; sent along with the original request, it starts one.

Handlers are inherited by the class that Temporal knows. Each says in words what is wrong with what was sent,
before anything has changed where the film has a plan by then, else once it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from workflows.film import steps
from workflows.film.budget import budget_of
from workflows.film.contract import VideoRequest
from workflows.film.deciding import DECIDE, Back, Decide, Decided, Higher, nothing_waits
from workflows.film.direction import Decision, plans_of
from workflows.film.filling import answered_by
from workflows.film.film import Film
from workflows.film.report import VideoResult
from workflows.studio import Edit, ProductionWorkflow, RecordEdit, Wait, cause_of, record_edit

#: What the step is called that plans a film.
PLAN = "plan"


class Directed(ProductionWorkflow[VideoRequest, VideoResult]):
    """The updates of a film, and what becomes of them."""

    def __init__(self) -> None:
        super().__init__()
        self._film: Film | None = None
        #: What people decided, in this run and before, oldest first.
        self._decisions: list[Decision] = []
        #: Whether another plan was wanted and could not be made: a former one's film is all there is.
        self._is_outdated = False
        #: Updates that are not answered yet: the film does not end before they are.
        self._deciding = 0
        #: Those of them that want another plan than the one that is made, and need not wait for that.
        self._returning = 0
        #: To which plan somebody went back in this run: what it lacks is not bought unasked.
        self._back_to: int | None = None

    # ---- the updates -------------------------------------------------------------------------------

    @workflow.update(description='Another take: {"shot": "hero_shot", "chunk": 2, "words": "…"}; {} replans.')
    async def retake(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("retake", sent)

    @retake.validator
    def _may_retake(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("retake", sent)

    @workflow.update(description='Shows {"shot": "hero_shot", "version": "draft-1"}; {"plan": 1}: that plan.')
    async def use(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("use", sent)

    @use.validator
    def _may_use(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("use", sent)

    @workflow.update(description='A higher rung: {"shots": ["hero_shot"], "profile": "final"}; or spend_usd.')
    async def upgrade(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("upgrade", sent)

    @upgrade.validator
    def _may_upgrade(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("upgrade", sent)

    @workflow.update(description='Goes on after a review: {"shots": ["hero_shot"]}, or {} for all of them.')
    async def approve(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("approve", sent)

    @approve.validator
    def _may_approve(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("approve", sent)
        if self._film is not None and not self._film.review.can_be_answered:
            raise nothing_waits()

    # ---- what becomes of them ----------------------------------------------------------------------

    def asks_for_more(self) -> bool:
        return self._film is not None and self._film.wants_more

    def _tried(self, kind: str, sent: RawValue | None) -> None:
        """Raises what speaks against it, as far as that can be told by now."""
        decide = DECIDE[kind](sent)
        film = self._planned_one
        if isinstance(decide, Back):
            if film is not None or self._is_outdated:
                decide.among(plans_of(self._decisions))
        elif film is None and (wait := self._asked_first) is not None:
            raise self._waits_for_a_plan(wait)
        elif film is not None and not (isinstance(decide, Higher) and decide.sought(film)):
            decide(film)

    async def _decided(self, kind: str, sent: RawValue | None) -> str:
        decide, is_first = DECIDE[kind](sent), self._context is None
        self._deciding += 1
        try:
            if isinstance(decide, Back):
                return await self._returned(kind, decide)
            while True:
                await self._planned_first()
                async with self._recording:
                    # While it waited for its turn, somebody may have wanted another plan.
                    if (film := self._planned_one) is not None:
                        plan_usd = self._plan_usd if is_first else Decimal(0)
                        decided = await self._resolved(film, decide, plan_usd)
                        return await self._directed(film, kind, decided)
        finally:
            self._deciding -= 1

    async def _resolved(self, film: Film, decide: Decide, plan_usd: Decimal) -> Decided:
        """Of an amount: by what is left to be bought, which the ledger tells. What was paid for the plan
        since it was asked is a part of what it comes to."""
        decision = decide.sought(film) if isinstance(decide, Higher) else None
        # Films that began under an earlier release have chosen by full prices.
        if decision is None or not workflow.patched("an-amount-buys-what-is-missing"):
            return decide(film, None, plan_usd) if isinstance(decide, Higher) else decide(film)
        assert isinstance(decide, Higher) and self._asked is not None, "it is planned"
        step = steps.SurveyFilm(film=workflow.info().workflow_id, request=self._asked, decision=decision)
        try:
            found = (await steps.survey_film(step, "Look up what is there of it")).found
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            # What the film knows itself is finished.
            found = ()
        return decide(film, found, plan_usd)

    async def _returned(self, kind: str, back: Back) -> str:
        """Which plans were wanted is known once the account is read; whether that one came about, once it is
        found."""
        self._early += 1
        self._returning += 1
        try:
            await workflow.wait_condition(lambda: self._context is not None or self._cannot_be_planned)
            if self._context is None or self._is_former:
                raise self._not_planned()
            async with self._recording:
                decided = back.among(plans_of(self._decisions))
                if self._film is None or self._film.direction.plan != back.plan:
                    await self.find_plan(back.plan)
                words = await self._directed(None, kind, decided)
            self._back_to, self._is_outdated = back.plan, False
            return words
        finally:
            self._early -= 1
            self._returning -= 1

    @property
    def _plan_usd(self) -> Decimal:
        """What this run has paid for its plan, where a decision has begun it; 0 where that was there, or is
        paid by whoever had the film made."""
        return Decimal(0)

    async def find_plan(self, number: int) -> None:
        """Looks for the plan of that number. Raises ApplicationError where it is not there."""
        raise NotImplementedError

    async def _directed(self, film: Film | None, kind: str, decided: Decided) -> str:
        """Of that film, or of whichever is made once it is written down."""
        nobody_waits = film is not None and kind == "approve" and not film.review.can_be_answered
        if nobody_waits and workflow.patched("nothing-to-approve"):
            raise nothing_waits()
        await self._record_decision(kind, decided.decision)
        self._allow()
        self._decisions.append(decided.decision)
        if film := film or self._film:
            film.directed(decided.decision, to_be_made=not self._is_ending)
        self._show()
        return decided.words

    @property
    def _planned_one(self) -> Film | None:
        """The film of the plan that is wanted; None while there is none yet."""
        film = None if self._is_outdated else self._film
        return film if film is not None and not film.is_replanned else None

    async def _planned_first(self) -> None:
        """Which shots there are is known once it is planned. Raises `NotPlanned` where that is not to be, or
        waits for a person."""
        self._early += 1
        try:
            await workflow.wait_condition(lambda: self._is_planned_or_not or self._asked_first is not None)
            if not self._is_planned_or_not and (wait := self._asked_first) is not None:
                # Films that began under an earlier release have had whoever decided wait as well.
                if workflow.patched("nobody-waits-for-a-plan-that-waits"):
                    raise self._waits_for_a_plan(wait)
                await workflow.wait_condition(lambda: self._is_planned_or_not)
        finally:
            self._early -= 1
        if self._planned_one is None:
            raise self._not_planned()

    @property
    def _is_planned_or_not(self) -> bool:
        """Whether there is the plan that is wanted, or is not to be."""
        return self._planned_one is not None or self._cannot_be_planned

    @property
    def _asked_first(self) -> Wait | None:
        """What its plan waits for a person for; room under a cap comes by itself."""
        wait = self._control.waits.get(PLAN)
        return wait if wait is not None and wait.answers else None

    def _told_of(self, wait: Wait) -> Wait:
        """With what its updates are sent."""
        return next(one for one in self._standing().waits if one.step == wait.step)

    def _waits_for_a_plan(self, wait: Wait) -> ApplicationError:
        told = self._told_of(wait)
        words = f"The plan of the film waits. {told.words}: {answered_by(workflow.info().workflow_id, told)}"
        words += ". Send this again once it is planned: nothing is changed."
        return ApplicationError(words, type="NotPlanned", non_retryable=True)

    def _not_planned(self) -> ApplicationError:
        why = self._why("The film ended before it had a plan.")
        if self._is_outdated:
            why = "The film cannot be planned as it is wanted, and is as it was planned before."
        if self._is_former:
            why = "An earlier release began this run, and knew no versions: send it once it has ended."
        return ApplicationError(f"{why} Nothing is changed.", type="NotPlanned", non_retryable=True)

    @property
    def _cannot_be_planned(self) -> bool:
        return self._is_ending or self._is_outdated or self._failure is not None or self._is_former

    @property
    def _is_former(self) -> bool:
        """Whether an earlier release began this run, which knew no versions."""
        return False

    async def _record_decision(self, kind: str, decision: Decision) -> None:
        update = workflow.current_update_info()
        assert update is not None
        await self._keep_decision(kind, update.id, decision)

    async def _keep_decision(self, kind: str, id: str, decision: Decision) -> None:
        info, value = workflow.info(), decision.model_dump(mode="json")
        edit = Edit(id=id, kind=kind, value=value)
        await record_edit(RecordEdit(film=info.workflow_id, run=info.run_id, edit=edit), f"Keep: {kind}")

    # ---- what the film decides by itself -----------------------------------------------------------

    async def decide(self, kind: str, decision: Decision, still: Callable[[], bool]) -> None:
        """Keeps what the film decided, unless somebody has decided otherwise since. Where that fails it holds
        for this run, and a later one comes to the same."""
        async with self._recording:
            if still() and await self._kept_by_itself(kind, decision):
                self._decisions.append(decision)

    async def mends(self, film: Film) -> bool:
        """Whether more of the film is to be made, once all that was wanted is: takes for joins that show."""
        if not film.mending.retakes:
            return False
        async with self._recording:
            is_ready = film is self._planned_one and film.is_done
            decision = film.mending.decision() if is_ready else None
            if decision is not None and await self._kept_by_itself("retake", decision):
                self._decisions.append(decision)
                film.directed(decision, to_be_made=True)
        # Meanwhile somebody may have decided something as well.
        return not film.is_done

    async def _kept_by_itself(self, kind: str, decision: Decision) -> bool:
        try:
            await self._keep_decision(kind, str(workflow.uuid4()), decision)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            self._board.warn(f"What the film decided could not be kept: {cause_of(error).message}")
            return False
        return True

    def _allow(self) -> None:
        """What cost nothing so far may from now on cost what any paid film may."""
        if self._budget.limit is None and self._context is not None and self._asked is not None:
            self._budget.limit = budget_of(self._asked, self._context.account)
