"""How a person steers any workflow of the studio: pause, resume, stop, and what steps wait for.

Pause lets running steps finish and starts none; resume goes on; stop wins over both. A workflow asks
`ready()` before every step, and keeps `watch()` running beside its work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.studio.commission import Commission
from workflows.studio.report import Answer, Wait

# A pause is for a review over a weekend or a holiday, and so is a decision about money; after this the run
# ends as stopped, so that nothing waits for ever. What is finished is kept, and the same request resumes it.
WAIT_LIMIT = timedelta(days=7)
# Runs that began under an earlier release have one timer for all their waits and pauses.
_OWN_LIMITS = "a-limit-for-each-wait"


class Control:
    """The switches of one run, of what people call a `noun`. Deterministic; changed only by signal handlers
    and `watch`."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self.paused = False
        self.stopping = False
        #: Whose item the run is, which waits for no person; None where it is nobody's.
        self.commission: Commission | None = None
        #: What steps wait for, a person's answer or room under a cap, by the step's name.
        self.waits: dict[str, Wait] = {}
        #: Why the run stopped by itself, in words; empty while it has not.
        self.expired = ""
        self._closed = self._delivering = False
        self._insisted = False

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def stop(self) -> None:
        self.stopping = self._insisted = True

    def close(self) -> None:
        """From now on no step starts, however it comes about: the run is ending."""
        self._closed = True

    def deliver(self) -> None:
        """The run is ending, and nothing of it is under way: what is there is left to be delivered. Nobody
        watches a pause any more, so that none holds it up."""
        self._closed, self._delivering = False, True
        self.paused = self._insisted = False

    @property
    def closed(self) -> bool:
        """Whether no further step may start."""
        return self._closed

    async def insisted(self) -> None:
        """Returns once somebody stops it once more, who does not want to wait for that either."""
        await workflow.wait_condition(lambda: self._insisted)

    async def ready(self) -> None:
        """Returns when a further step may start; raises CancelledError once the run is ending.

        A cancelled task alone would not do: an activity that completes while its cancellation is under way
        swallows it, and the task would go on to its next step.
        """
        if self.paused and not (self._closed or self._delivering):
            await workflow.wait_condition(lambda: not self.paused or self._closed)
        if self._closed:
            raise asyncio.CancelledError

    def refuse_unless_waiting(self, step: str, answer: Answer) -> None:
        """Raises ApplicationError where the step does not wait for this answer."""
        wait = self.waits.get(step)
        if wait is not None and answer in wait.answers:
            return
        if wait is not None and answer == "give_up":
            others = " or ".join(wait.answers)
            noun = self._noun
            words = f"the {noun} cannot go on without {step}: answer with {others}, or stop the {noun}"
        else:
            known = ", ".join(sorted(name for name, one in self.waits.items() if answer in one.answers))
            words = f"{step[:80]} does not wait for that; waiting: {known or 'none'}"
        raise ApplicationError(words, type="NotWaiting")

    async def answered(self, wait: Wait, enough: Callable[[], bool], label: str) -> None:
        """Returns once `enough()`. Where that does not come in time the run stops; raises CancelledError
        then."""
        if not workflow.patched(_OWN_LIMITS):
            await workflow.wait_condition(enough)
            return
        # What fails while its cancellation is under way swallows it: nobody would end this wait any more.
        if self._closed and workflow.patched("no-wait-while-it-ends"):
            raise asyncio.CancelledError
        summary = f"{label} waits for {_awaited([wait])}: see the current details"
        try:
            await workflow.wait_condition(enough, timeout=WAIT_LIMIT, timeout_summary=summary)
        except TimeoutError:
            # An answer that arrived together with the timer wins.
            if not enough():
                self._expire(f"{label} waited for {_awaited([wait], 'an answer')}")
                await workflow.wait_condition(lambda: self._closed)
                raise asyncio.CancelledError from None

    async def watch(self) -> None:
        """Returns once the workflow has to stop."""
        while not self.stopping:
            await workflow.wait_condition(lambda: self._idle or self.stopping)
            if self.stopping:
                return
            if workflow.patched(_OWN_LIMITS):
                await workflow.wait_condition(lambda: self.paused or self.stopping)
                if not self.stopping:
                    await self._while(lambda: self.paused)
            else:
                await self._while(lambda: self._idle)

    async def _while(self, idle: Callable[[], bool]) -> None:
        """Until the run is not idle any more, or idle for too long; operators see the timer's label."""
        summary = "Paused: send the signal resume to go on, or stop to end"
        if not self.paused:
            summary = f"Waits for {_awaited(self.waits.values())}: see the current details; stop ends it"
        try:
            await workflow.wait_condition(
                lambda: not idle() or self.stopping, timeout=WAIT_LIMIT, timeout_summary=summary
            )
        except TimeoutError:
            if idle():
                waited = f"It waited for {_awaited(self.waits.values(), 'an answer')}"
                self._expire("It was paused" if self.paused else waited)

    def hand_back(self, commission: Commission, why: str, approval: Mapping[str, JsonValue]) -> None:
        """The run ends with what there is: its batch knows what it is that a person has to decide."""
        commission.hand_back(why, approval)
        self.expired, self.stopping = why, True

    def _expire(self, what: str) -> None:
        stopped = f"the {self._noun} was stopped. Start it again to go on."
        self.expired = f"{what} for {WAIT_LIMIT.days} days: {stopped}"
        self.stopping = True

    @property
    def _idle(self) -> bool:
        return self.paused or bool(self.waits)


def _awaited(waits: Iterable[Wait], person: str = "a person") -> str:
    """What is waited for: at caps for no `person`, for others make room too."""
    return "room under a cap" if all(one.reason == "cap" for one in waits) else person
