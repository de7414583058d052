"""The sweep as an activity, and the Schedule that keeps it running."""

from __future__ import annotations

import logging
from datetime import timedelta

from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.faults import StudioError
from activities.ledger import Sweeper, SweepRows
from activities.running import ActivityAttempt, translated
from activities.studio import Stage, Studio
from activities.upkeep.marks import Marks
from infra.schedules import ensure_schedule
from workflows.studio import STUDIO_QUEUE
from workflows.upkeep import LASTS, SWEEPER, SweepLedger, SweepWorkflow, Swept

log = logging.getLogger(__name__)

# How soon a sweep that ended is followed by the next.
_EVERY = timedelta(minutes=1)
# One that a release has left unable to go on ends by this, and makes room for the next.
_TIMEOUT = LASTS + timedelta(hours=1)


class Sweep:
    def __init__(self, sweeper: Sweeper, marks: Marks | None = None) -> None:
        self._sweeper, self._marks = sweeper, marks

    @classmethod
    def of(cls, studio: Studio) -> Sweep:
        """The sweep of the providers that this studio has."""
        ledger = studio.ledger
        rows = SweepRows(studio.storage.database, ledger.times)
        sweeper = Sweeper(rows, ledger, studio.buyer, studio.roster)
        return cls(sweeper, Marks(studio.storage.database, studio.store))

    @activity.defn(name="sweep_ledger")
    @translated
    async def sweep_ledger(self, step: SweepLedger) -> Swept:
        """Finishes, within its limits, what no film looks after; safe to repeat, and beside another."""
        attempt = ActivityAttempt()
        if self._marks is not None:
            try:
                await self._marks.move()
            except StudioError as error:
                # A bucket that is away keeps nobody from what providers have.
                log.warning("the ledger's mark stays where it is (%s)", type(error).__name__)
        return await self._sweeper.sweep(
            step.limit_s, step.most, lambda done, total: attempt.report("sweep", done, total)
        )


STAGES = (Stage(Sweep.sweep_ledger, (STUDIO_QUEUE,)),)


async def ensure_sweeper(client: Client) -> None:
    """The Schedule that keeps one sweep running, created or brought up to date."""
    action = ScheduleActionStartWorkflow(
        SweepWorkflow.run,
        id=SWEEPER,
        task_queue=STUDIO_QUEUE,
        execution_timeout=_TIMEOUT,
        static_summary="Finish what no film looks after",
    )
    policy = SchedulePolicy(
        # One sweep looks everywhere: a second beside it would find its rows claimed.
        overlap=ScheduleOverlapPolicy.SKIP,
        # A sweep that was missed needs no making up; the default would start a year of them.
        catchup_window=_EVERY,
    )
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=_EVERY)])
    await ensure_schedule(client, SWEEPER, Schedule(action=action, spec=spec, policy=policy))
