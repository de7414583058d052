"""`DeleteWorkflow`: what nothing else needs of a production is deleted, by a worker, which has the keys.

{"production": "film-ceramic-coffee-mug-3f9a2c", "keep_cuts": true, "dry_run": true}
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pydantic import ConfigDict, Field
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from workflows.studio import STUDIO_QUEUE, Facts, answer_of

#: The registered name of the workflow, and what the ids of its runs begin with.
DELETE, DELETING = "DeleteWorkflow", "reel-delete-"
#: The errors of a production that still runs, of one that nobody knows, and of a ledger that does not know
#: what others need.
STILL_RUNS, NO_PRODUCTION, RESTORED = "StillRuns", "NoSuchProduction", "LedgerRestored"

_DELETE = workflow.ActivityConfig(
    # A statement for each of a thousand artifacts, and as many requests to a bucket on another continent.
    start_to_close_timeout=timedelta(minutes=20),
    # An outage of a server of ours may last a while; then it fails, and what is left goes with the next call.
    schedule_to_close_timeout=timedelta(hours=1),
    # It beats each 2 s; a killed worker is noticed after this.
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=15)),
)


class DeleteProduction(Facts):
    """Which production; `keep_cuts` leaves what was delivered, and `dry_run` deletes nothing. `after_restore`
    says that what was begun since the ledger's backup has begun again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    production: str = Field(min_length=1, max_length=1000)
    keep_cuts: bool = False
    dry_run: bool = False
    after_restore: bool = False


class Going(Facts):
    """What goes, by what it is: how many, how many bytes, and what was paid for it, USD."""

    what: str
    count: int
    bytes: int
    paid_usd: Decimal = Decimal(0)


class Staying(Facts):
    """What stays, and why: who needs it, or what is at it."""

    what: str
    count: int
    bytes: int
    why: str


class Deleted(Facts):
    """What is gone of a production, or would be; `before` says whether some of it was deleted earlier. To
    make again what is gone costs `again_usd`, at the prices that were paid; what it has cost stays in the
    ledger."""

    production: str
    dry_run: bool
    before: bool = False
    gone: tuple[Going, ...] = ()
    stays: tuple[Staying, ...] = ()

    @property
    def again_usd(self) -> Decimal:
        return sum((one.paid_usd for one in self.gone), Decimal(0))


async def delete_production(step: DeleteProduction, label: str) -> Deleted:
    """Gives up what the production needs; what nobody else does goes, from the bucket too."""
    options: workflow.ActivityConfig = {**_DELETE, "task_queue": STUDIO_QUEUE, "summary": label}
    deleted: Deleted = await workflow.execute_activity(
        "delete_production", step, result_type=Deleted, **options
    )
    return deleted


@workflow.defn(name=DELETE)
class DeleteWorkflow:
    """Fails with `StillRuns`, `NoSuchProduction`, `LedgerRestored`, or `InvalidAnswer` for what cannot be
    read."""

    # Read here: what is no such object would else be tried for ever.
    @workflow.run
    async def run(self, sent: RawValue = None) -> Deleted:  # type: ignore[assignment]
        asked = answer_of(DeleteProduction, sent, production="film-ceramic-coffee-mug-3f9a2c")
        verb = "See what would go of" if asked.dry_run else "Delete"
        return await delete_production(asked, f"{verb} {asked.production}"[:200])
