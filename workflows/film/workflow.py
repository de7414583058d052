"""`VideoWorkflow`: one request in, one finished film out. What all productions share is its base class."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from workflows.film import steps
from workflows.film.contract import VideoRequest
from workflows.film.crew import crew_of
from workflows.film.deciding import never_made
from workflows.film.direction import Direction, decisions, of_plan, plan_of
from workflows.film.editing import PLAN, Directed
from workflows.film.filling import unpaid
from workflows.film.film import Film, Replanned
from workflows.film.former.film import FormerFilm
from workflows.film.planned import PlannedFilm
from workflows.film.production import FILM
from workflows.film.report import VideoResult
from workflows.film.rows import rows_of, with_versions
from workflows.film.spending import Spending
from workflows.studio import (
    PLAN_ALLOWANCE,
    Artifact,
    Context,
    ModelFacts,
    Offer,
    OpenAccount,
    Outcome,
    PaidStep,
    Progress,
    Wait,
    failure_of,
)

#: What a payment for the film's plan is said to go towards.
_FOR_IT = "the plan"


@workflow.defn(name=FILM.workflow)
class VideoWorkflow(Directed):
    """Makes a film from a `VideoRequest`, and answers with a `VideoResult`."""

    production = FILM

    def __init__(self) -> None:
        super().__init__()
        self._planned: PlannedFilm | None = None
        #: Of a run that an earlier release began.
        self._former: FormerFilm | None = None
        self._delivered: steps.DeliveredFilm | None = None
        #: What its plan waited for as it was stopped, where that was money.
        self._left_waiting: Wait | None = None
        #: Whether a person's decision has begun this run: whoever asks for one shot asks for no other.
        self._is_begun_for_it = False

    @workflow.run
    async def run(self, request: RawValue = None) -> VideoResult:  # type: ignore[assignment]
        # What came along with the start is heard before this.
        self._is_begun_for_it = self._deciding > 0
        return await self.produce(request)

    def opening(self, asked: VideoRequest) -> OpenAccount:
        """With the request: a model may plan the film, and on whose queue the account says."""
        return super().opening(asked).model_copy(update={"request": asked.model_dump(mode="json")})

    async def make(self, asked: VideoRequest, context: Context) -> None:
        self._decisions = self._decisions or list(decisions(context.account.edits))
        if self._returning:
            # What came along with the start, and may want another plan than the one before.
            await workflow.wait_condition(lambda: not self._returning)
        while True:
            film = self._film
            if film is None:
                film = await self._first(asked, context)
            elif film.is_replanned:
                film = await self._anew(film, asked, context)
            if film is None:
                return
            with suppress(Replanned):
                await film.make()
                while await self.mends(film):
                    await film.make()
                return

    async def _first(self, asked: VideoRequest, context: Context) -> Film | None:
        """The film of the plan that is wanted. Where that cannot be made, what there is of the newest one
        before it is delivered, and nothing returned."""
        number = plan_of(self._decisions)
        try:
            return await self._begun(asked, context, number)
        except ApplicationError as error:
            # A run that an earlier release began has failed here.
            if plan_of(self._decisions) != number:
                # Meanwhile somebody went back to another.
                return await self._first(asked, context)
            known = asked.partial != "fail" and workflow.patched("an-earlier-plan-stands-in")
            for before in range(number - 1, 0, -1) if known else ():
                with suppress(ApplicationError):
                    film = await self._begun(asked, context, before)
                    if film is not None:
                        await self._as_before(film, error, context)
                    return None
            raise

    async def _as_before(self, film: Film, error: ApplicationError, context: Context) -> None:
        """Delivers a former plan's film, as far as it is there, instead of one that cannot be planned."""
        film.is_replanned, film.is_outdated = False, True
        self._is_outdated = workflow.patched("nothing-is-decided-about-a-former-plan")
        context.board.warn(f"{error.message} The film is as it was planned before.")
        await film.stay()

    async def _anew(self, film: Film, asked: VideoRequest, context: Context) -> Film | None:
        """The film of another plan. Until it is there the one before is what there is to deliver; where it
        cannot be made, that is delivered, and nothing returned."""
        number = plan_of(self._decisions)
        try:
            return await self._begun(asked, context, number)
        except ApplicationError as error:
            if plan_of(self._decisions) != number:
                return await self._anew(film, asked, context)
            if asked.partial == "fail":
                raise
            await self._as_before(film, error, context)
            return None

    async def finish(self, asked: VideoRequest) -> None:
        if self._film is not None:
            await self._film.finish()
        elif self._left_waiting is not None and self._context is not None:
            await self._by_rules(asked, self._context, self._left_waiting)

    async def _by_rules(self, asked: VideoRequest, context: Context, wait: Wait) -> None:
        """Delivers what is drawn by a plan of the rules, where the film's own waited for money in vain."""
        is_first = plan_of(self._decisions) == 1 and not context.account.versions
        if asked.partial == "fail" or not is_first or not workflow.patched("the-rules-plan-what-nobody-paid"):
            return
        step = steps.ComposePlan(request=asked, by_rules=True)
        planned = self._planned = await steps.compose_plan(step, "Plan of the film, by the rules")
        shots = tuple(beat.id for beat in planned.plan.beats)
        context.board.title, context.board.rows = planned.plan.title, rows_of(planned.plan)
        context.board.warn(f"{unpaid(wait)} The film is drawn by a plan of the rules.")
        # Of no plan that a person decides about, or that a later run finds anything of.
        direction = Direction(shots, planned.own_rung(asked.profile), 0)
        self._film = film = Film(planned, asked, crew_of(context), direction, context.account)
        film.is_outdated = self._is_outdated = True
        await film.stay((wait.model_copy(update={"rows": shots}),))

    async def _end(
        self, making: asyncio.Task[Any], watching: asyncio.Task[None]
    ) -> asyncio.CancelledError | None:
        wait = self._asked_first
        self._left_waiting = self._told_of(wait) if wait is not None and wait.reason == "budget" else None
        return await super()._end(making, watching)

    async def _begun(self, asked: VideoRequest, context: Context, number: int) -> Film | None:
        """The film of the plan of that number; None where it was made as an earlier release began it."""
        planned = await self._plan(asked, number, context)
        self._planned = planned
        context.board.title, context.board.rows = planned.plan.title, rows_of(planned.plan)
        for warning in planned.warnings:
            context.board.warn(warning)
        if not workflow.patched("cuts"):
            self._former = FormerFilm(planned, asked, crew_of(context))
            context.planned()
            self._delivered = await self._former.make()
            return None
        shots = [beat.id for beat in planned.plan.beats]
        notes = workflow.patched("words-of-a-retake-are-a-note")
        direction = Direction(shots, planned.own_rung(asked.profile), number, self._decisions, notes)
        if is_back := self._back_to == number:
            # Chosen as it was left: nothing of it is made anew, and nothing that it lacks is bought unasked.
            direction.used.update(shots)
        crew, account = crew_of(context, self.decide), context.account
        # What was delivered by the plan before is there until this one's is.
        self._delivered = (self._film and self._film.delivered) or self._delivered
        is_first, was_delivered = self._film is None, account.cut > 0
        # Of another plan than the first, this run may have finished some itself.
        account = account.model_copy(update={"versions": (*account.versions, *context.watch.kept)})
        self._film = Film(planned, asked, crew, direction, account, lambda: self._deciding > 0)
        self._film.is_replanned = plan_of(self._decisions) != number
        is_begun_for_it = is_first and was_delivered and self._is_begun_for_it
        if is_back or (is_begun_for_it and workflow.patched("only-what-was-decided-is-made")):
            self._film.shots.unasked = shots
        context.planned()
        return self._film

    @property
    def _plan_usd(self) -> Decimal:
        return self._budget.paid_now(_FOR_IT) if self._is_begun_for_it else Decimal(0)

    async def find_plan(self, number: int) -> None:
        assert self._asked is not None and self._context is not None, "its account is read"
        terms = PaidStep(film=self._context.id, step=PLAN, found=True)
        step = steps.ComposePlan(request=of_plan(self._asked, number), terms=terms)
        try:
            await steps.compose_plan(step, f"Plan {number}, as it was", self._context.account.planner)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            raise never_made(number) from error

    async def _plan(self, asked: VideoRequest, number: int, context: Context) -> PlannedFilm:
        # Without weight: a bar that is full after the plan and then falls back would say nothing.
        context.board.expect(PLAN, "Plan of the film", 0)
        planned: list[PlannedFilm] = []

        async def buy(_: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.ComposePlan(request=of_plan(asked, number), terms=terms, plan=number)
            planned.append(await steps.compose_plan(step, context.board.label(PLAN), context.account.planner))
            for payment in planned[-1].payments:
                context.budget.pay(payment)
            return planned[-1].artifact

        # Which model plans is the catalogue's business: what it may cost is known here, and no more.
        allowance = PLAN_ALLOWANCE if self.production.is_paid(asked) else Decimal(0)
        planner = ModelFacts(id="planner", provider="", work="waits", price_usd=allowance)
        offer = Offer(PLAN, [planner], lambda model: model.price_usd, buy, rungs=1, towards=_FOR_IT)
        artifact = await context.runner.guard(PLAN, lambda label: context.purchases.buy(offer, label))
        context.board.finish(PLAN, artifact)
        return planned[-1]

    def result(self, asked: VideoRequest, outcome: Outcome) -> VideoResult:
        plan = self._planned.plan if self._planned else None
        frame = self._planned.format if self._planned else None
        film = self._film or self._former
        delivered = (self._film and self._film.delivered) or self._delivered
        return VideoResult(
            **outcome.model_dump(),
            video=delivered.video if delivered else None,
            manifest=delivered.manifest if delivered else None,
            captions=delivered.captions if delivered else None,
            report=delivered.report if delivered else None,
            cut=delivered.cut if delivered else None,
            whole=self._film.is_whole if self._film else outcome.status == "completed",
            plan=plan,
            frames=plan.frames(asked.fps) if plan and delivered else 0,
            fps=asked.fps,
            width=frame.width if frame else 0,
            height=frame.height if frame else 0,
            duration_s=float(plan.seconds) if plan and delivered else 0.0,
            music=film.music if film else "left_out",
            beats=film.results() if film else (),
        )

    def _snapshot(self) -> Progress:
        told = super()._snapshot()
        if self._film is None or not told.beats:
            return told
        return with_versions(told, self._film, Spending(self._film.direction.plan, self._budget.payments))

    def _standing(self) -> Progress:
        told = super()._standing()
        failing = self._film.failure if self._film and told.beats and told.status == "rendering" else None
        error = told.error or (failure_of(failing, self.production.noun) if failing else None)
        return told.model_copy(update={"error": error})

    @property
    def _is_former(self) -> bool:
        return self._former is not None
