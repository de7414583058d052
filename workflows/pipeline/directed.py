"""How a person directs a pipeline while it runs: its updates. Each is written down before it is acknowledged,
and holds for every later run; sent along with the original request, it starts one.

Handlers are inherited by the class that Temporal knows. Each says in words what is wrong with what was sent,
before anything has changed where the pipeline is planned by then, else once it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.pipeline import steps
from workflows.pipeline.approving import meant
from workflows.pipeline.contract import Approval, PipelineRequest, PipelineResult
from workflows.pipeline.deciding import DECIDE, Decide, Decided
from workflows.pipeline.direction import Decision, Direction, Version
from workflows.pipeline.making import REVIEW, Making
from workflows.pipeline.production import PIPELINE
from workflows.pipeline.step_facts import PlannedPipeline
from workflows.pipeline.turns import Turns
from workflows.studio import Edit, ProductionWorkflow, RecordEdit, answer_of, record_edit


def plan_of(pipeline: str, direction: Direction, request: PipelineRequest) -> steps.PlanPipeline:
    """How a request is planned that is another than it was first; its files on the web are those of then."""
    scope = direction.digest if request != direction.asked_for else ""
    return steps.PlanPipeline(pipeline=pipeline, request=request, scope=scope)


class Directed(ProductionWorkflow[PipelineRequest, PipelineResult]):
    """The updates of a pipeline, and what becomes of them."""

    production = PIPELINE

    def __init__(self) -> None:
        super().__init__()
        self._making: Making | None = None
        self._direction: Direction | None = None
        #: Updates that are not answered yet: what they may change is not begun before they are.
        self._deciding = 0
        self._turns = Turns()

    # ---- the updates -------------------------------------------------------------------------------

    @workflow.update(
        description='A step anew, and what follows: {"step": "draw", "words": "…", "model": "…"}.'
    )
    async def retake(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("retake", sent)

    @retake.validator
    def _may_retake(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("retake", sent)

    @workflow.update(description='An earlier take of a step: {"step": "draw", "version": "take-1"}.')
    async def use(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._decided("use", sent)

    @use.validator
    def _may_use(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._tried("use", sent)

    @workflow.update(description='Steps that wait for approval go on: {"steps": ["draw"]}, or {} for all.')
    async def approve(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        chosen, making, number = self._approved(sent), self._making, self._turns.sent()
        update, info = workflow.current_update_info(), workflow.info()
        assert update is not None and making is not None
        keys = making.keys(chosen)
        edit = Edit(id=update.id, kind="approve", value={"steps": [*chosen], "keys": [*keys]})
        await record_edit(
            RecordEdit(film=info.workflow_id, run=info.run_id, edit=edit), f"Approved: {', '.join(chosen)}"
        )
        making.approve(keys)
        # What was sent before, and is still looked at, makes none of them anew.
        self._turns.decided(chosen, number)
        return f"approved: {', '.join(chosen)}"

    @approve.validator
    def _may_approve(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        self._approved(sent)

    def _approved(self, sent: RawValue | None) -> tuple[str, ...]:
        """The steps that are meant. Raises `ApplicationError` where one of them does not wait, or shows
        another take by now than was looked at."""
        asked, making = answer_of(Approval, sent, steps=["draw"]), self._making
        waiting = [one.removeprefix(REVIEW) for one in self._control.waits if one.startswith(REVIEW)]
        keys = dict(zip(waiting, making.keys(waiting), strict=True)) if making is not None else {}
        return meant(asked, [one.id for one in self._asked.steps] if self._asked else [], keys)

    # ---- what becomes of them ----------------------------------------------------------------------

    def asks_for_more(self) -> bool:
        return self._making is not None and self._making.wants_more

    def _tried(self, kind: str, sent: RawValue | None) -> None:
        """Raises what speaks against it, as far as that can be told by now."""
        decide = DECIDE[kind](sent)
        if self._making is not None and self._direction is not None:
            decide(self._direction)

    async def _decided(self, kind: str, sent: RawValue | None) -> str:
        decide = DECIDE[kind](sent)
        self._deciding += 1
        number = self._turns.sent()
        try:
            await self._planned_first()
            while (words := await self._taken(kind, number, decide)) is None:
                # While its words were looked at, somebody has decided something else.
                pass
            self._show()
            return words
        finally:
            self._deciding -= 1

    async def _taken(self, kind: str, number: int, decide: Decide) -> str | None:
        """The answer to the update of that number, in the order in which they came; None where it is to be
        decided once more."""
        direction, making = self._direction, self._making
        assert direction is not None and making is not None
        async with self._recording:
            decided, stood = decide(direction), direction.wanted
            if not _is_worded(decided, stood):
                return await self._kept(kind, number, decided, _with_takes(making.planned, decided))
            if not workflow.patched("words-are-looked-at-beside"):
                return await self._kept(kind, number, decided, await self._looked_over(direction, decided))
        # Whoever decides something else meanwhile does not wait for that.
        planned = await self._looked_over(direction, decided)
        async with self._recording:
            self._check_newest(number, decided, direction)
            if direction.wanted is stood:
                return await self._kept(kind, number, decided, planned)
        return None

    async def _kept(self, kind: str, number: int, decided: Decided, planned: PlannedPipeline) -> str:
        """Writes it down, and takes it over."""
        assert self._direction is not None and self._making is not None and self._purchases is not None
        await self._keep_decision(kind, decided.decision)
        changed = self._direction.apply(decided.decision)
        self._turns.decided((decided.step, *decided.decision.wanted), number)
        self._making.directed(planned, changed)
        return decided.priced(planned.steps, self._purchases.models) if kind == "retake" else decided.words

    def _check_newest(self, number: int, decided: Decided, direction: Direction) -> None:
        """Raises `ApplicationError` where somebody has decided otherwise about one of its steps, and later:
        the newest decision wins, however long an older one was looked at."""
        if others := self._turns.newer((decided.step, *decided.decision.wanted), number):
            now = ", ".join(f"{one} is wanted as {direction.wanted[one].name}" for one in others)
            words = f"somebody has decided otherwise since that was sent: {now}. Nothing is changed by it."
            raise ApplicationError(words, type="NotWaiting", non_retryable=True)

    async def _planned_first(self) -> None:
        """Which steps there are, and by which models, is known once it is planned. Raises `NotPlanned` where
        it is not to be."""
        self._early += 1
        try:
            await workflow.wait_condition(lambda: self._making is not None or self._cannot_be_planned)
        finally:
            self._early -= 1
        if self._making is None:
            why = self._why("The pipeline ended before it was planned.")
            raise ApplicationError(f"{why} Nothing is changed.", type="NotPlanned", non_retryable=True)

    @property
    def _cannot_be_planned(self) -> bool:
        return self._is_ending or self._failure is not None

    async def _looked_over(self, direction: Direction, decided: Decided) -> PlannedPipeline:
        """As it is wanted then. Raises `ApplicationError` for words that its models do not take, and for a
        model that does no such step."""
        step = plan_of(workflow.info().workflow_id, direction, decided.request)
        words = f"Check the words of {', '.join(decided.decision.wanted)}"
        anew = await steps.plan_pipeline(step, words[:80])
        if anew.problems:
            words = "; ".join(str(problem) for problem in anew.problems[:3])
            raise ApplicationError(words, type="InvalidAnswer", non_retryable=True)
        return anew.model_copy(update={"steps": tuple(direction.planned(anew.steps, decided.decision))})

    async def _keep_decision(self, kind: str, decision: Decision) -> None:
        update, info = workflow.current_update_info(), workflow.info()
        assert update is not None
        edit = Edit(id=update.id, kind=kind, value=decision.model_dump(mode="json"))
        await record_edit(RecordEdit(film=info.workflow_id, run=info.run_id, edit=edit), f"Keep: {kind}")


def _is_worded(decided: Decided, stood: Mapping[str, Version]) -> bool:
    """Whether its models are told other words, which they may not take, or are others."""
    return any(
        (one.prompt, one.model) != (stood[step].prompt, stood[step].model)
        for step, one in decided.decision.wanted.items()
    )


def _with_takes(planned: PlannedPipeline, decided: Decided) -> PlannedPipeline:
    """The same, with the takes that are wanted then."""
    takes = {step: one.take for step, one in decided.decision.wanted.items()}
    again = (one.model_copy(update={"take": takes.get(one.id, one.take)}) for one in planned.steps)
    return planned.model_copy(update={"steps": tuple(again)})
