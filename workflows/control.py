"""How a person steers any workflow of the studio: pause, resume, stop, and what steps wait for.

Pause lets running steps finish and starts none; resume goes on; stop wins over both. A workflow asks
`ready()` before every step, and keeps `watch()` running beside its work.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

# A pause is for a review over a weekend or a holiday, and so is a decision about money; after this the film
# ends as stopped, so that nothing waits for ever. What is finished is kept, and the same request resumes it.
PAUSE_LIMIT = timedelta(days=7)


class Control:
    """The switches of one run. Deterministic; changed only by signal handlers and `watch`."""

    def __init__(self) -> None:
        self.paused = False
        self.stopping = False
        #: What steps wait for a person for, in words, by the step's name.
        self.waits: dict[str, str] = {}
        self._closed = False

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def stop(self) -> None:
        self.stopping = True

    def close(self) -> None:
        """From now on no step starts, however it comes about: the run is ending."""
        self._closed = True

    async def ready(self) -> None:
        """Returns when a further step may start; raises CancelledError once the run is ending.

        A cancelled task alone would not do: an activity that completes while its cancellation is under way
        swallows it, and the task would go on to its next step.
        """
        if self.paused and not self._closed:
            await workflow.wait_condition(lambda: not self.paused or self._closed)
        if self._closed:
            raise asyncio.CancelledError

    async def watch(self) -> None:
        """Returns once the workflow has to stop. Pauses and waits that overlap share one timer, whose label
        operators see: it runs from the first of them, until none is left."""
        while not self.stopping:
            await workflow.wait_condition(lambda: self._idle or self.stopping)
            if self.stopping:
                return
            summary = "Paused: send the signal resume to go on, or stop to end"
            if not self.paused:
                summary = "Waits for a person: see the current details; stop ends it"
            try:
                await workflow.wait_condition(
                    lambda: not self._idle or self.stopping, timeout=PAUSE_LIMIT, timeout_summary=summary
                )
            except TimeoutError:
                # An answer that arrived together with the timer wins.
                self.stopping = self._idle

    @property
    def _idle(self) -> bool:
        return self.paused or bool(self.waits)
