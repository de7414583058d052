"""`PipelineWorkflow`: any chain of model calls, declared. What all productions share is its base class."""

from __future__ import annotations

from decimal import Decimal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.pipeline import steps
from workflows.pipeline.approving import approved
from workflows.pipeline.contract import PipelineRequest, PipelineResult, StepResult
from workflows.pipeline.directed import Directed, plan_of
from workflows.pipeline.direction import Direction, decisions
from workflows.pipeline.making import Making
from workflows.pipeline.production import PIPELINE, title
from workflows.pipeline.step_facts import DeliveredPipeline, PlannedPipeline
from workflows.pipeline.versions import paid_by_step, with_versions
from workflows.studio import Context, InvalidRequest, Outcome, Progress

_UNPLANNED = "it was stopped before it was planned"


@workflow.defn(name=PIPELINE.workflow)
class PipelineWorkflow(Directed):
    """Runs the steps of a `PipelineRequest`, and answers with a `PipelineResult`.

    What is wrong with its files or its models fails it with `InvalidRequest` before anything is bought, every
    wrong field named.
    """

    production = PIPELINE

    @workflow.run
    async def run(self, request: RawValue = None) -> PipelineResult:  # type: ignore[assignment]
        return await self.produce(request)

    # ---- making it -----------------------------------------------------------------------------------

    async def make(self, asked: PipelineRequest, context: Context) -> None:
        making = self._making or await self._begun(asked, context)
        while True:
            context.board.expect("deliver", "Deliver", 0)
            await making.make()
            await self._deliver_all(context, making)
            if making.is_done:
                return

    async def _begun(self, asked: PipelineRequest, context: Context) -> Making:
        """It is planned, and what was sent along with its start is decided."""
        context.board.title = title(asked)
        edits = context.account.edits
        direction = self._direction = Direction(asked, decisions(edits))
        planned = await self._planned(context, direction)
        making = Making(planned, direction, context, approved(edits), lambda: self._looked_at(making))
        self._making = making
        # What it makes without that may be what somebody does not want any more.
        await workflow.wait_condition(lambda: not self._deciding)
        context.planned()
        return making

    async def _planned(self, context: Context, direction: Direction) -> PlannedPipeline:
        step = plan_of(context.id, direction, direction.request)
        planned = await steps.plan_pipeline(step, "Check every step, its files and its models")
        if planned.problems:
            words = "\n".join(str(problem) for problem in planned.problems)
            fields = [problem.model_dump() for problem in planned.problems]
            raise ApplicationError(words, *fields, type=InvalidRequest.__name__, non_retryable=True)
        for warning in planned.warnings:
            context.board.warn(warning)
        self._standins = planned.standins and self.production.is_paid(direction.request)
        return planned.model_copy(update={"steps": tuple(direction.planned(planned.steps))})

    async def finish(self, asked: PipelineRequest) -> None:
        """What was made before it was stopped is delivered as it is; of what was to be made anew, what there
        was before."""
        if self._making is None or self._context is None:
            return
        is_there = bool(self._making.stock.made)
        self._making.ended(self._control.expired.rstrip(".") or f"the pipeline was {self._how_it_ends}")
        if is_there or (self._making.stock.there and workflow.patched("earlier-takes-are-delivered")):
            await self._deliver_all(self._context, self._making)

    @property
    def _how_it_ends(self) -> str:
        return "stopped" if self._control.stopping else "cancelled"

    async def _deliver_all(self, context: Context, making: Making) -> None:
        making.fall_back()
        step, stock = self._delivery(making), making.stock
        delivered = await context.runner.guard("deliver", lambda label: steps.deliver_pipeline(step, label))
        stock.handed_over(step.made, delivered)
        context.board.drop("deliver")
        context.board.delivered = stock.found_at(stock.output)
        context.watch.changed()

    async def _looked_at(self, making: Making) -> DeliveredPipeline:
        return await steps.deliver_pipeline(self._delivery(making), "Deliver what waits for approval")

    def _delivery(self, making: Making) -> steps.DeliverPipeline:
        """What there is by now."""
        stock = making.stock
        return steps.DeliverPipeline(
            pipeline=workflow.info().workflow_id,
            request=stock.request,
            told=stock.results(self._paid()),
            # Answers stand in `told`: twice, long ones of many steps would be more than servers take.
            made={id: one.model_copy(update={"facts": {}}) for id, one in stock.there.items()},
            output=stock.output,
        )

    def _paid(self) -> dict[str, Decimal]:
        return paid_by_step(self._budget.payments)

    def _snapshot(self) -> Progress:
        told, making = super()._snapshot(), self._making
        if making is None or self._direction is None:
            return told
        return with_versions(told, self._direction, making.stock, tuple(self._budget.payments))

    def result(self, asked: PipelineRequest, outcome: Outcome) -> PipelineResult:
        if self._making is None:
            unplanned = (
                StepResult(id=one.id, kind=one.kind, take=one.take, why=_UNPLANNED) for one in asked.steps
            )
            return PipelineResult(**outcome.model_dump(), steps=tuple(unplanned))
        stock = self._making.stock
        return PipelineResult(
            **outcome.model_dump(),
            output=stock.found_at(stock.output),
            manifest=stock.manifest,
            steps=stock.results(self._paid()),
            whole=stock.is_whole,
        )
