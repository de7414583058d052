"""Knows what the studio as a whole stands at: jobs in flight, productions that wait, what today has cost.

Read where it is kept once for all workers, in the ledger and in Temporal's lists: every worker that tells it
tells the same figure. So take the greatest of them (`max`), and never their sum.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import get_args

from temporalio.client import Client
from temporalio.common import MetricMeter
from temporalio.service import RPCError, RPCStatusCode

from activities.models import Model
from activities.storage import Database
from activities.studio.studio import Studio
from workflows.productions import PRODUCTIONS
from workflows.studio import STUDIO_QUEUE, Wait, attributes, begin_at_zero

log = logging.getLogger(__name__)

#: As often as Prometheus usually asks. A reading is two statements and five counts; with ten workers that is
#: five small questions a second.
EVERY_S = 15.0
JOBS, WAITING = "video_generation_jobs_in_flight", "video_generation_waiting"
COST, READ_AT = "video_generation_cost_usd_today", "video_generation_read_timestamp_seconds"

# By the index of what is unfinished.
_JOBS = """
SELECT provider, model, phase, count(*)::float8 AS value FROM attempt
 WHERE phase IN ('intent', 'held', 'running', 'stray') GROUP BY provider, model, phase"""
# By the index of when it was sent. What is in doubt counts in full, as in every account.
_COST = """
SELECT provider, model, sum(coalesce(cost, estimate))::float8 AS value FROM attempt
 WHERE intent_at >= date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
 GROUP BY provider, model"""

Labels = frozenset[tuple[str, str]]


class Measures:
    """Of one studio, told by this worker. Of the `models` that it may buy from there are figures before it
    has: none of them is missing, they are 0."""

    def __init__(
        self, database: Database, client: Client, meter: MetricMeter, models: Iterable[Model] = ()
    ) -> None:
        self._database, self._client = database, client
        gauge = meter.create_gauge_float
        self._gauges = {
            JOBS: gauge(JOBS, "Paid submits that have not ended, by how they stand in the ledger."),
            COST: gauge(COST, "Spent since midnight (UTC), by the ledger; in doubt counts in full."),
            WAITING: gauge(WAITING, "Productions that wait, by what for; one may wait for several."),
        }
        self._read_at = gauge(READ_AT, "When these were last read, in seconds since 1970.")
        known = [{"provider": model.provider, "model": model.id} for model in models]
        self._told: dict[str, set[Labels]] = {
            JOBS: {_labels({**one, "phase": "running"}) for one in known},
            COST: set(map(_labels, known)),
            WAITING: set(),
        }

    async def read(self) -> None:
        """Reads all of it once, and tells it. Raises `ProviderUnavailable`, RPCError."""
        for name, statement in ((JOBS, _JOBS), (COST, _COST)):
            rows = [dict(row) for row in await self._database.rows(statement)]
            self._tell(name, {_labels(row): float(row["value"]) for row in rows})
        self._tell(WAITING, await self._waiting())
        self._read_at.set(time.time())

    async def _waiting(self) -> dict[Labels, float]:
        counts = await asyncio.gather(*(self._count(reason) for reason in REASONS))
        return {
            frozenset({("reason", reason)}): float(count)
            for reason, count in zip(REASONS, counts, strict=True)
            if count is not None
        }

    async def _count(self, reason: str) -> int | None:
        """None where the namespace has no attribute that would tell."""
        paused = f"{attributes.STATUS.name} = 'paused'"
        said = paused if reason == "paused" else f"{attributes.WAITS.name} = '{reason}'"
        try:
            # A run that somebody terminated could not say that it waits no more.
            return (await self._client.count_workflows(f"{said} AND ExecutionStatus = 'Running'")).count
        except RPCError as error:
            if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            return None

    def _tell(self, name: str, values: Mapping[Labels, float]) -> None:
        """What is there no more is 0: a gauge that nobody sets stays as it was."""
        for labels in self._told[name] - values.keys():
            self._gauges[name].set(0.0, dict(labels))
        for labels, value in values.items():
            self._gauges[name].set(value, dict(labels))
        self._told[name] |= values.keys()


#: What a production may wait for.
REASONS: tuple[str, ...] = get_args(Wait.model_fields["reason"].annotation)


def _labels(row: Mapping[str, object]) -> Labels:
    return frozenset((name, str(value)) for name, value in row.items() if name != "value")


@asynccontextmanager
async def measuring(studio: Studio, client: Client, meter: MetricMeter | None) -> AsyncIterator[None]:
    """Inside, it is read and told again and again; nothing where there is no meter. What counts the ends of
    productions begins at zero."""
    if meter is None:
        yield
        return
    for workflow, production in PRODUCTIONS.items():
        # As the SDK labels what is counted in a workflow.
        where = {"namespace": client.namespace, "task_queue": STUDIO_QUEUE, "workflow_type": workflow}
        begin_at_zero(meter.with_additional_attributes(where), production.noun)
    paid = [one for one in studio.catalogue.models.values() if one.provider in studio.catalogue.providers]
    running = asyncio.create_task(_again(Measures(studio.storage.database, client, meter, paid)))
    try:
        yield
    finally:
        running.cancel()


async def _again(measures: Measures) -> None:
    while True:
        try:
            await measures.read()
        except Exception as error:
            # The figures stay, and the time at which they were read tells how old they are.
            log.warning("the studio's figures could not be read: %s", error)
        await asyncio.sleep(EVERY_S)
