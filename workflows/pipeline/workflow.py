"""`PipelineWorkflow`: any chain of model calls, declared. What all productions share is its base class."""

from __future__ import annotations

from decimal import Decimal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.pipeline import steps
from workflows.pipeline.contract import Approval, PipelineRequest, PipelineResult
from workflows.pipeline.making import REVIEW, Making
from workflows.pipeline.production import PIPELINE, title
from workflows.pipeline.step_facts import DeliveredPipeline, PlannedPipeline
from workflows.studio import (
    Context,
    Edit,
    InvalidRequest,
    Outcome,
    ProductionWorkflow,
    RecordEdit,
    answer_of,
    record_edit,
)


@workflow.defn(name=PIPELINE.workflow)
class PipelineWorkflow(ProductionWorkflow[PipelineRequest, PipelineResult]):
    """Runs the steps of a `PipelineRequest`, and answers with a `PipelineResult`.

    What is wrong with its files or its models fails it with `InvalidRequest` before anything is bought, every
    wrong field named.
    """

    production = PIPELINE

    def __init__(self) -> None:
        super().__init__()
        self._making: Making | None = None

    @workflow.run
    async def run(self, request: RawValue = None) -> PipelineResult:  # type: ignore[assignment]
        return await self.produce(request)

    # ---- what people decide --------------------------------------------------------------------------

    @workflow.update(description='Steps that wait for approval go on: {"steps": ["draw"]}, or {} for all.')
    async def approve(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        chosen, making = self._chosen(sent), self._making
        update, info = workflow.current_update_info(), workflow.info()
        assert update is not None and making is not None
        keys = making.keys(chosen)
        edit = Edit(id=update.id, kind="approve", value={"steps": [*chosen], "keys": [*keys]})
        await record_edit(
            RecordEdit(film=info.workflow_id, run=info.run_id, edit=edit), f"Approved: {', '.join(chosen)}"
        )
        making.approve(keys)
        return f"approved: {', '.join(chosen)}"

    @approve.validator
    def _may_approve(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._chosen(sent)

    def _chosen(self, sent: RawValue | None) -> tuple[str, ...]:
        """The steps that are meant. Raises `ApplicationError` where one of them does not wait."""
        named = answer_of(Approval, sent, steps=["draw"]).steps
        waiting = [one.removeprefix(REVIEW) for one in self._control.waits if one.startswith(REVIEW)]
        for one in named:
            if one not in waiting:
                words = f"{one} does not wait for approval; waiting: {', '.join(waiting) or 'none'}"
                raise ApplicationError(words, type="NotWaiting")
        if not waiting:
            raise ApplicationError("nothing waits for approval", type="NotWaiting", non_retryable=True)
        return named or tuple(waiting)

    # ---- making it -----------------------------------------------------------------------------------

    async def make(self, asked: PipelineRequest, context: Context) -> None:
        context.board.title = title(asked)
        planned = await self._planned(asked, context)
        making = self._making = Making(
            planned, context, _approved(context.account.edits), lambda: self._looked_at(asked, making)
        )
        context.board.expect("deliver", "Deliver", 0)
        context.planned()
        await making.make()
        await self._deliver_all(asked, context, making)

    async def _planned(self, asked: PipelineRequest, context: Context) -> PlannedPipeline:
        step = steps.PlanPipeline(pipeline=context.id, request=asked)
        planned = await steps.plan_pipeline(step, "Check every step, its files and its models")
        if planned.problems:
            words = "\n".join(str(problem) for problem in planned.problems)
            fields = [problem.model_dump() for problem in planned.problems]
            raise ApplicationError(words, *fields, type=InvalidRequest.__name__, non_retryable=True)
        for warning in planned.warnings:
            context.board.warn(warning)
        self._standins = planned.standins and self.production.is_paid(asked)
        return planned

    async def finish(self, asked: PipelineRequest) -> None:
        """What was made before it was stopped is delivered as it is."""
        if self._making is not None and self._context is not None and self._making.made:
            await self._deliver_all(asked, self._context, self._making)

    async def _deliver_all(self, asked: PipelineRequest, context: Context, making: Making) -> None:
        step = self._delivery(asked, making)
        making.delivered = await context.runner.guard(
            "deliver", lambda label: steps.deliver_pipeline(step, label)
        )
        context.board.drop("deliver")
        context.board.delivered = making.delivered.objects.get(making.output)
        context.watch.changed()

    async def _looked_at(self, asked: PipelineRequest, making: Making) -> DeliveredPipeline:
        return await steps.deliver_pipeline(self._delivery(asked, making), "Deliver what waits for approval")

    def _delivery(self, asked: PipelineRequest, making: Making) -> steps.DeliverPipeline:
        """What there is by now."""
        return steps.DeliverPipeline(
            pipeline=workflow.info().workflow_id,
            request=asked,
            told=making.results(self._paid()),
            # Answers stand in `told`: twice, long ones of many steps would be more than servers take.
            made={id: one.model_copy(update={"facts": {}}) for id, one in making.made.items()},
            output=making.output,
        )

    def _paid(self) -> dict[str, Decimal]:
        """USD by the step that it was paid towards, in all runs."""
        paid = dict[str, Decimal]()
        for payment in self._budget.payments:
            paid[payment.towards] = paid.get(payment.towards, Decimal(0)) + payment.usd
        return paid

    def result(self, asked: PipelineRequest, outcome: Outcome) -> PipelineResult:
        making = self._making
        if making is None:
            return PipelineResult(**outcome.model_dump())
        delivered = making.delivered
        return PipelineResult(
            **outcome.model_dump(),
            output=delivered.objects.get(making.output) if delivered else None,
            manifest=delivered.manifest if delivered else None,
            steps=making.results(self._paid()),
            whole=making.is_whole,
        )


def _approved(edits: tuple[Edit, ...]) -> set[str]:
    """The keys of what people have approved in earlier runs; the ids of steps, where no key was kept."""
    found = [one.value.get("keys", one.value.get("steps")) for one in edits if one.kind == "approve"]
    return {str(key) for each in found if isinstance(each, list) for key in each}
