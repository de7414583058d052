"""`SweepWorkflow`: what a Schedule keeps running, so that nothing paid for is forgotten.

A film that was stopped or terminated leaves its jobs to nobody. The sweep finishes them: it never starts
one, and never cancels what nobody asked to cancel. One run sweeps for hours, so that an operator's list
shows films and not sweeps; the Schedule begins the next within a minute of its end, however it ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from workflows.studio import STUDIO_QUEUE, Facts

#: The Schedule's id, and what the ids of its runs begin with.
SWEEPER = "reel-sweeper"

#: How long a run sweeps: at a sweep a minute its history stays under 3,000 events, far from any limit.
LASTS = timedelta(hours=4)
# While something is under way: what a film leaves behind is taken up as soon as its lease is over.
_PAUSE = timedelta(minutes=1)
# While nothing is: a film that begins and ends meanwhile waits no longer than this, and the first providers
# delete what they made after an hour.
_IDLE_PAUSE = timedelta(minutes=5)
_LABEL = "Finish what no film looks after"

_SWEEP = workflow.ActivityConfig(
    # Twice what one sweep allows itself, with what ending everything in good order takes.
    start_to_close_timeout=timedelta(minutes=5),
    # With the next minute comes the next sweep: one that finds no worker or no database need not last.
    schedule_to_close_timeout=timedelta(minutes=10),
    # It beats each 2 s; a killed worker is noticed after this.
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=15)),
)


class SweepLedger(Facts):
    """How much one sweep may do; what it leaves is the next one's."""

    limit_s: float = Field(default=120.0, gt=0, description="Seconds after which it ends.")
    most: int = Field(default=200, ge=1, description="Attempts that it looks after.")


class Swept(Facts):
    """What sweeps did; `left` and `open` as the last of them found it."""

    tended: int = Field(default=0, description="Attempts without an owner that it took to their end.")
    adopted: int = Field(default=0, description="Jobs found at a provider that the ledger did not know.")
    closed: int = Field(default=0, description="Stray and surplus attempts that it closed.")
    failed: int = Field(default=0, description="What went wrong; the worker's log says what.")
    left: int = Field(default=0, description="What was still under way when its time was over.")
    open: int = Field(default=0, description="Attempts, of anybody, whose end is still to come.")

    def then(self, later: Swept) -> Swept:
        """Both together."""
        added = {name: getattr(self, name) for name in ("tended", "adopted", "closed", "failed")}
        return later.model_copy(update={name: n + getattr(later, name) for name, n in added.items()})


async def sweep_ledger(step: SweepLedger, label: str) -> Swept:
    """One sweep of the whole ledger."""
    options: workflow.ActivityConfig = {**_SWEEP, "task_queue": STUDIO_QUEUE, "summary": label}
    swept: Swept = await workflow.execute_activity("sweep_ledger", step, result_type=Swept, **options)
    return swept


@workflow.defn(name="SweepWorkflow")
class SweepWorkflow:
    """Finishes what films that ended too early have left behind, and answers with all that it did.

    A sweep that fails for longer than its retries fails the run.
    """

    def __init__(self) -> None:
        self._asked = False
        self._stopping = False

    # Whatever somebody sends by hand is left undecoded and unread.
    @workflow.run
    async def run(self, nothing: RawValue = None) -> Swept:  # type: ignore[assignment]
        swept = await sweep_ledger(SweepLedger(), _LABEL)
        # A run of an older release ends after its one sweep.
        if not workflow.patched("many-sweeps-a-run"):
            return swept
        until = workflow.info().start_time + LASTS
        while not self._stopping and workflow.now() < until:
            await self._rest(_PAUSE if swept.open or swept.left else _IDLE_PAUSE)
            swept = swept.then(await sweep_ledger(SweepLedger(), _LABEL))
        return swept

    @workflow.signal(description="Sweep now, without waiting for the next time. No input.")
    def sweep(self, *_: Any) -> None:
        self._asked = True

    @workflow.signal(description="End after a last sweep; the Schedule begins another run. No input.")
    def stop(self, *_: Any) -> None:
        self._stopping = True

    async def _rest(self, pause: timedelta) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._asked or self._stopping, timeout=pause, timeout_summary="Until the next sweep"
            )
        except TimeoutError:
            return
        self._asked = False
