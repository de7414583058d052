"""`SweepWorkflow`: what a Schedule starts every minute, so that nothing paid for is forgotten.

A film that was stopped or terminated leaves its jobs to nobody. The sweep finishes them: it never starts
one, and never cancels what nobody asked to cancel.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from workflows.contract import Facts
from workflows.steps import STUDIO_QUEUE

#: The Schedule's id, and what the ids of its runs begin with.
SWEEPER = "reel-sweeper"

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
    """What a sweep did."""

    tended: int = Field(default=0, description="Attempts without an owner that it took to their end.")
    adopted: int = Field(default=0, description="Jobs found at a provider that the ledger did not know.")
    closed: int = Field(default=0, description="Stray and surplus attempts that it closed.")
    failed: int = Field(default=0, description="What went wrong; the worker's log says what.")
    left: int = Field(default=0, description="What was still under way when its time was over.")


async def sweep_ledger(step: SweepLedger, label: str) -> Swept:
    """One sweep of the whole ledger."""
    options: workflow.ActivityConfig = {**_SWEEP, "task_queue": STUDIO_QUEUE, "summary": label}
    swept: Swept = await workflow.execute_activity("sweep_ledger", step, result_type=Swept, **options)
    return swept


@workflow.defn(name="SweepWorkflow")
class SweepWorkflow:
    """Finishes what films that ended too early have left behind, and answers with what it did."""

    # Whatever somebody sends by hand is left undecoded and unread.
    @workflow.run
    async def run(self, nothing: RawValue = None) -> Swept:  # type: ignore[assignment]
        return await sweep_ledger(SweepLedger(), "Finish what no film looks after")
