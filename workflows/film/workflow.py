"""`VideoWorkflow`: one request in, one finished film out. What all productions share is its base class."""

from __future__ import annotations

from decimal import Decimal

from temporalio import workflow
from temporalio.common import RawValue

from workflows.film import steps
from workflows.film.contract import Plan, VideoRequest
from workflows.film.crew import crew_of
from workflows.film.film import Film
from workflows.film.planned import PlannedFilm
from workflows.film.production import FILM
from workflows.film.report import VideoResult
from workflows.studio import (
    PLAN_ALLOWANCE,
    Artifact,
    Context,
    ModelFacts,
    Offer,
    OpenAccount,
    Outcome,
    PaidStep,
    ProductionWorkflow,
    RowProgress,
)


@workflow.defn(name=FILM.workflow)
class VideoWorkflow(ProductionWorkflow[VideoRequest, VideoResult]):
    """Makes a film from a `VideoRequest`, and answers with a `VideoResult`."""

    production = FILM

    def __init__(self) -> None:
        super().__init__()
        self._planned: PlannedFilm | None = None
        self._film: Film | None = None
        self._delivered: steps.DeliveredFilm | None = None

    @workflow.run
    async def run(self, request: RawValue = None) -> VideoResult:  # type: ignore[assignment]
        return await self.produce(request)

    def opening(self, asked: VideoRequest) -> OpenAccount:
        """With the request: a model may plan the film, and on whose queue the account says."""
        return super().opening(asked).model_copy(update={"request": asked.model_dump(mode="json")})

    async def make(self, asked: VideoRequest, context: Context) -> None:
        self._planned = planned = await self._plan(asked, context)
        context.board.title, context.board.rows = planned.plan.title, rows_of(planned.plan)
        for warning in planned.warnings:
            context.board.warn(warning)
        self._film = Film(planned, asked, crew_of(context))
        context.planned()
        self._delivered = await self._film.make()

    async def _plan(self, asked: VideoRequest, context: Context) -> PlannedFilm:
        # Without weight: a bar that is full after the plan and then falls back would say nothing.
        context.board.expect("plan", "Plan of the film", 0)
        planned: list[PlannedFilm] = []

        async def buy(_: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.ComposePlan(request=asked, terms=terms)
            planned.append(
                await steps.compose_plan(step, context.board.label("plan"), context.account.planner)
            )
            for payment in planned[-1].payments:
                context.budget.pay(payment)
            return planned[-1].artifact

        # Which model plans is the catalogue's business: what it may cost is known here, and no more.
        allowance = PLAN_ALLOWANCE if self.production.is_paid(asked) else Decimal(0)
        planner = ModelFacts(id="planner", provider="", work="waits", price_usd=allowance)
        offer = Offer("plan", [planner], lambda model: model.price_usd, buy, rungs=1)
        artifact = await context.runner.guard("plan", lambda label: context.purchases.buy(offer, label))
        context.board.finish("plan", artifact)
        return planned[-1]

    def result(self, asked: VideoRequest, outcome: Outcome) -> VideoResult:
        plan = self._planned.plan if self._planned else None
        frame = self._planned.format if self._planned else None
        delivered = self._delivered
        return VideoResult(
            **outcome.model_dump(),
            video=delivered.video if delivered else None,
            manifest=delivered.manifest if delivered else None,
            captions=delivered.captions if delivered else None,
            cut=delivered.cut if delivered else None,
            plan=plan,
            frames=plan.seconds * asked.fps if plan and delivered else 0,
            fps=asked.fps,
            width=frame.width if frame else 0,
            height=frame.height if frame else 0,
            duration_s=float(plan.seconds) if plan and delivered else 0.0,
            music=self._film.music if self._film else "left_out",
            beats=self._film.results() if self._film else (),
        )


def rows_of(plan: Plan) -> tuple[RowProgress, ...]:
    """The beats as rows of the board."""
    return tuple(
        RowProgress(id=beat.id, title=beat.title, seconds=beat.seconds, camera=beat.camera)
        for beat in plan.beats
    )
