"""Knows one run through the steps of a pipeline: each as soon as what it is made from is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.pipeline import graph, steps
from workflows.pipeline.contract import StepResult
from workflows.pipeline.direction import Direction, version_name
from workflows.pipeline.step_facts import (
    ANSWER,
    UNFIT,
    DeliveredPipeline,
    Given,
    PlannedPipeline,
    PlannedStep,
)
from workflows.pipeline.versions import Known, Shown, kept
from workflows.studio import (
    Answer,
    Artifact,
    Context,
    GivenUp,
    ModelFacts,
    Offer,
    PaidStep,
    RowProgress,
    Wait,
)

#: Before the step's id in the name of what waits for its approval.
REVIEW = "review:"


class Making:
    """What exists so far can be read at any time. `direction` is what people want of every step; `approved`
    are the keys of what a person has approved, of earlier releases the ids of steps; `deliver` puts what
    there is where people can look at it."""

    def __init__(
        self,
        planned: PlannedPipeline,
        direction: Direction,
        context: Context,
        approved: Iterable[str],
        deliver: Callable[[], Awaitable[DeliveredPipeline]],
    ) -> None:
        self._planned, self._context, self._deliver = planned, context, deliver
        self._direction = direction
        # By what was looked at: another request under the same id may have a step of the same name.
        self._approved, self._shown = set(approved), dict[str, str]()
        self.made: dict[str, Artifact] = {}
        # A step in review is there, and is delivered where nobody approves it, but is not used yet.
        self._usable = set[str]()
        self._why: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        #: What made a step before it was wanted otherwise, and may still be ending.
        self._former: dict[str, list[asyncio.Task[None]]] = {}
        #: The steps that are wanted otherwise since their task began.
        self._due = set[str]()
        self._is_making = False
        #: The versions that were made, in this run or before.
        self._there = kept(context.account.versions)
        self.delivered: DeliveredPipeline | None = None
        self._announce()

    def _announce(self) -> None:
        board = self._context.board
        steps = self._planned.steps
        board.rows = tuple(RowProgress(id=one.id, title=one.kind, words=one.prompt) for one in steps)
        for one in steps:
            kind = one.kind.replace("_", " ")
            board.expect(one.id, f"{one.id} · {kind}", one.weight, one.id)

    async def make(self) -> None:
        """Returns once every step has ended as it is wanted. Raises what failed first, once its siblings have
        finished."""
        runner = self._context.runner
        self._begin()
        try:
            await self._all_ended()
            await runner.join()
        except (FailureError, asyncio.CancelledError):
            await runner.end()
            raise

    async def _all_ended(self) -> None:
        """What is wanted otherwise meanwhile has other tasks."""
        self._is_making = True
        try:
            while running := [task for task in self._tasks.values() if not task.done()]:
                await workflow.wait(running)
        finally:
            self._is_making = False

    # ---- what is wanted ----------------------------------------------------------------------------

    @property
    def planned(self) -> PlannedPipeline:
        return self._planned

    def directed(self, planned: PlannedPipeline, changed: Collection[str]) -> None:
        """The `changed` steps are wanted as they are `planned` now: they are made anew, with all that is made
        from them, and nothing else is; by the next `make`, where none is under way."""
        self._planned = planned
        self._due.update(graph.following({one.id: one.causes for one in planned.steps}, changed))
        self._announce()
        if self._is_making:
            self._begin()

    @property
    def wants_more(self) -> bool:
        """Whether something was decided that nobody makes yet."""
        return bool(self._due)

    @property
    def is_done(self) -> bool:
        """Whether nothing that is wanted is under way."""
        return not self._due and all(task.done() for task in self._tasks.values())

    def _begin(self) -> None:
        for id in self._due:
            self._let_go(id)
        self._due.clear()
        for one in self._planned.steps:
            if one.id not in self._tasks:
                self._tasks[one.id] = self._context.runner.spawn(self._step(one))

    def _let_go(self, id: str) -> None:
        """What is made of the step now is not wanted any more; what is made of it next waits for its end."""
        if (task := self._tasks.pop(id, None)) is not None:
            task.cancel()
            self._former.setdefault(id, []).append(task)
        self.made.pop(id, None)
        self._why.pop(id, None)
        self._usable.discard(id)
        self._context.board.again(id)
        if self.delivered is not None:
            others = {one: object for one, object in self.delivered.objects.items() if one != id}
            self.delivered = self.delivered.model_copy(update={"objects": others})

    async def _freed(self, id: str) -> None:
        former = self._former.get(id, [])
        for task in former:
            await self._context.runner.settled(task)
        self._context.runner.forget(former)
        self._former.pop(id, None)
        self._context.board.again(id)

    def _is_wanted(self, id: str, task: asyncio.Task[None] | None) -> bool:
        return self._tasks.get(id) is task

    def _check_wanted(self, id: str) -> None:
        """Raises CancelledError once another task makes the step: what completes while its cancellation is
        under way swallows that."""
        if not self._is_wanted(id, asyncio.current_task()):
            raise asyncio.CancelledError

    # ---- one step ----------------------------------------------------------------------------------

    async def _step(self, step: PlannedStep) -> None:
        if step.id in self._former:
            await self._freed(step.id)
        causes = [self._tasks[one] for one in step.causes if one in self._tasks]
        for task in causes:
            await self._context.runner.settled(task)
        lacking = [one for one in step.causes if one in self._tasks and one not in self._usable]
        if lacking:
            # What failed says why; this is what it costs.
            self._why[step.id] = f"it needs {', '.join(lacking)}"
            self._context.board.notes[step.id] = self._why[step.id]
            return
        try:
            made = await self._context.runner.step(step.id, lambda label: self._made(step, label))
        except GivenUp as error:
            self._why[step.id] = "it was given up"
            self._context.board.warn(f"{error.message} What follows from it is left out.")
            return
        self._check_wanted(step.id)
        self._there[step.id, version_name(step.take)] = Shown(made.object, self._model(step) or "")
        if step.review and not self._approved & {made.key, step.id}:
            await self._reviewed(step, made)
            self._check_wanted(step.id)
        self.made[step.id] = made
        self._usable.add(step.id)

    async def _made(self, step: PlannedStep, label: str) -> Artifact:
        given = {role: tuple(map(self._given, those)) for role, those in step.inputs.items()}
        answers = {one: self._given(one) for one in step.told_by}
        task = asyncio.current_task()

        async def buy(model: ModelFacts, terms: PaidStep, earlier: Given | None = None) -> Artifact:
            asked = steps.RunStep(
                step=step,
                model=model,
                inputs=given,
                answers=answers,
                asks_again=bool(step.answer) and earlier is None,
                earlier=earlier,
                terms=terms,
            )
            return await steps.run_step(asked, label)

        first = step.models[0]
        if first.work == "computes":
            return await buy(first, PaidStep(film=self._context.id, step=step.id, take=step.take))
        offer = Offer(
            step.id,
            step.models,
            lambda model: step.price_usd.get(model.id, model.price_usd),
            buy,
            rungs=1,
            dispensable=True,
            wanted=lambda: self._is_wanted(step.id, task),
            towards=self._direction.towards(step.id, step.take),
        )
        made = await self._context.purchases.buy(offer, label)
        if UNFIT not in made.facts:
            return made
        self._context.board.warn_once(f"{label}: {made.facts[UNFIT]}; it was asked for once more.")
        earlier = Given(key=made.key, object=made.object, mime=made.media.mime)
        once_more = replace(offer, buy=lambda model, terms: buy(model, terms, earlier))
        return await self._context.purchases.buy(once_more, label)

    def _given(self, source: str) -> Given:
        if source in self._planned.files:
            return self._planned.files[source]
        made = self.made[source]
        return Given(key=made.key, object=made.object, mime=made.media.mime, media=made.media)

    async def _reviewed(self, step: PlannedStep, made: Artifact) -> None:
        """Returns once a person has approved it. Nobody's answer in time ends the run, as any wait does."""
        # It names what is looked at: a later take of the step was not.
        approval: dict[str, JsonValue] = {"steps": [step.id], "keys": [made.key]}
        self._shown[step.id], shown = made.key, made.object
        # Nobody can look at what lies where only steps find it.
        if workflow.patched("what-waits-for-approval-is-delivered"):
            self.made[step.id] = made
            shown = (await self._deliver()).objects[step.id]
            self._check_wanted(step.id)
            self._context.board.delivered = shown
        updates: dict[Answer, dict[str, JsonValue]] = {"approve": approval, "retake": {"step": step.id}}
        wait = Wait(
            step=f"{REVIEW}{step.id}",
            reason="review",
            words=f"approve: {step.id} is there and waits for approval: {shown}",
            answers=("approve", "retake"),
            updates=updates,
            rows=(step.id,),
        )
        await self._context.watch.answered(wait, lambda: made.key in self._approved, approval)

    def keys(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Of what these steps have made."""
        return tuple(self._shown[one] for one in chosen)

    def approve(self, keys: Iterable[str]) -> None:
        """What waits for approval of what has these keys goes on."""
        self._approved.update(keys)

    # ---- what there is -----------------------------------------------------------------------------

    @property
    def output(self) -> str:
        """The id of the last step, of those that were made, that no other of them takes; empty where none
        was. What is said of a picture takes its place only where nothing else was made."""
        made = [one for one in self._planned.steps if one.id in self.made]
        causes = {one.id: one.causes for one in made if one.gives != "text"}
        return next(reversed(graph.ends(causes or {one.id: one.causes for one in made})), "")

    @property
    def is_whole(self) -> bool:
        return len(self._usable) == len(self._planned.steps)

    def results(self, usd: Mapping[str, Decimal]) -> tuple[StepResult, ...]:
        """What came of every step; `usd` is what was paid towards each."""
        return tuple(self._result(one, usd.get(one.id, Decimal(0))) for one in self._planned.steps)

    @property
    def versions(self) -> Known:
        """What was made of every version of a step, in this run or before."""
        return self._there

    @property
    def lacking(self) -> Collection[str]:
        """The steps of which what is wanted is not there yet."""
        return [one.id for one in self._planned.steps if one.id not in self.made]

    def _model(self, step: PlannedStep) -> str | None:
        drawn = step.models[0].id if step.models[0].provider else None
        return self._context.board.model(step.id) or drawn

    def _result(self, step: PlannedStep, usd: Decimal) -> StepResult:
        made = self.made.get(step.id)
        object = made.object if made else None
        if self.delivered is not None:
            object = self.delivered.objects.get(step.id, object)
        return StepResult(
            id=step.id,
            kind=step.kind,
            object=object,
            media=made.media if made else None,
            take=step.take,
            model=self._model(step) if made else None,
            reused=bool(made and made.reused),
            usd=usd,
            answer=made.facts.get(ANSWER) if made else None,
            why="" if made else self._why.get(step.id, "it was not made"),
        )
