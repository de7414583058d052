"""Knows one run through the steps of a pipeline: each as soon as what it is made from is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.pipeline import graph, steps
from workflows.pipeline.direction import Direction
from workflows.pipeline.step_facts import UNFIT, DeliveredPipeline, Given, PlannedPipeline, PlannedStep
from workflows.pipeline.stock import Stock
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
        self._context, self._deliver, self._direction = context, deliver, direction
        self.stock = Stock(planned, direction, context.account.versions)
        # By what was looked at: another request under the same id may have a step of the same name.
        self._approved, self._shown = set(approved), dict[str, str]()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        #: What made a step before it was wanted otherwise, and may still be ending.
        self._former: dict[str, list[asyncio.Task[None]]] = {}
        #: The steps that are wanted otherwise since their task began, in an order that every replay has.
        self._due: dict[str, None] = {}
        self._is_making = self._is_over = False
        self._announce()

    def _announce(self) -> None:
        board = self._context.board
        steps = self.planned.steps
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
        return self.stock.planned

    def directed(self, planned: PlannedPipeline, changed: Collection[str]) -> None:
        """The `changed` steps are wanted as they are `planned` now: they are made anew, with all that is made
        from them, and nothing else is; by the next `make`, where none is under way."""
        self.stock.planned = planned
        causes = {one.id: one.causes for one in planned.steps}
        self._due.update(dict.fromkeys(graph.following(causes, changed)))
        self._announce()
        if self._is_over:
            # What is being delivered is what was made before.
            stays = self.stock.stays(self._due)
            self._let_go_of_due()
            self._context.board.notes.update(stays)
        elif self._is_making:
            self._begin()

    @property
    def wants_more(self) -> bool:
        """Whether something was decided that nobody makes yet."""
        return bool(self._due)

    @property
    def is_done(self) -> bool:
        """Whether nothing that is wanted is under way."""
        return not self._due and all(task.done() for task in self._tasks.values())

    def ended(self, why: str) -> None:
        """Nothing is made any more in this run, also of what is wanted otherwise since it was made."""
        self._is_over = True
        self.stock.cut_off(why)
        self._let_go_of_due()
        self.fall_back()

    def fall_back(self) -> None:
        """What is not there as it is wanted is shown as it was made before, and told as that."""
        self._context.board.notes.update(self.stock.fall_back())

    def _let_go_of_due(self) -> None:
        for id in self._due:
            self._let_go(id)
        self._due.clear()

    def _begin(self) -> None:
        self._let_go_of_due()
        for one in self.planned.steps:
            if one.id not in self._tasks:
                self._tasks[one.id] = self._context.runner.spawn(self._step(one))

    def _let_go(self, id: str) -> None:
        """What is made of the step now is not wanted any more; what is made of it next waits for its end."""
        if (task := self._tasks.pop(id, None)) is not None:
            task.cancel()
            self._former.setdefault(id, []).append(task)
        self.stock.let_go(id)
        self._context.board.again(id)

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
        lacking = [one for one in step.causes if one in self._tasks and one not in self.stock.usable]
        if lacking:
            # What failed says why; this is what it costs.
            why = self.stock.why[step.id] = f"it needs {', '.join(lacking)}"
            self._context.board.notes[step.id] = why
            return
        try:
            made = await self._context.runner.step(step.id, lambda label: self._made(step, label))
        except GivenUp as error:
            self.stock.why[step.id] = "it was given up"
            self._context.board.warn(f"{error.message} What follows from it is left out.")
            return
        self._check_wanted(step.id)
        self.stock.found(step, made, self._model(step))
        if step.review and not self._approved & {made.key, step.id}:
            await self._reviewed(step, made)
            self._check_wanted(step.id)
        self.stock.put(step, made, self._model(step))

    async def _made(self, step: PlannedStep, label: str) -> Artifact:
        given = {role: tuple(map(self.stock.given, those)) for role, those in step.inputs.items()}
        answers = {one: self.stock.given(one) for one in step.told_by}
        task = asyncio.current_task()

        async def buy(model: ModelFacts, terms: PaidStep, earlier: Given | None = None) -> Artifact:
            asked = steps.RunStep(
                step=step,
                of=self._direction.digest,
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

    async def _reviewed(self, step: PlannedStep, made: Artifact) -> None:
        """Returns once a person has approved it. Nobody's answer in time ends the run, as any wait does."""
        # It names what is looked at: a later take of the step was not.
        approval: dict[str, JsonValue] = {"steps": [step.id], "keys": [made.key]}
        self._shown[step.id], shown = made.key, made.object
        # Nobody can look at what lies where only steps find it.
        if workflow.patched("what-waits-for-approval-is-delivered"):
            self.stock.put(step, made, self._model(step), usable=False)
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

    def _model(self, step: PlannedStep) -> str | None:
        drawn = step.models[0].id if step.models[0].provider else None
        return self._context.board.model(step.id) or drawn
