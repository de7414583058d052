"""What is counted of productions: each end once, whoever replays it; and how all of them stand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, WorkflowFailureError
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

from activities.storage.database import Database
from activities.studio.measures import COST, JOBS, READ_AT, WAITING, Measures
from activities.studio.namespace import register
from infra import postgres
from infra.embedded.stack import Stack
from infra.temporal import plugin
from tests.support.poster import POSTER, PosterRequest
from tests.support.posters import PosterRig
from tests.support.posters import poster_rig as poster_rig
from workflows.studio.calls import STUDIO_QUEUE
from workflows.studio.metrics import DURATION, TOTAL

pytestmark = pytest.mark.slow
BUFFER = MetricBuffer(100_000)
#: By metric and labels: how many, or which value of a gauge came last.
Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(*names: str) -> Told:
    """What has been told of these since this was asked for last; all else is forgotten."""
    found: Told = {}
    for update in BUFFER.retrieve_updates():
        name, labels = update.metric.name, frozenset((key, str(of)) for key, of in update.attributes.items())
        if name in names:
            times = {TOTAL: update.value, DURATION: 1}
            found[name, labels] = (
                found.get((name, labels), 0) + times[name] if name in times else update.value
            )
    return found


def of(name: str, all: Told, *labels: str) -> dict[tuple[str, ...], float]:
    """The values of one metric by these labels."""
    return {
        tuple(dict(key)[one] for one in labels): value for (known, key), value in all.items() if known == name
    }


@pytest_asyncio.fixture
async def client(stack: Stack) -> AsyncIterator[Client]:
    """Of a namespace of the test's own, on a runtime whose metrics are kept here."""
    name, day = f"counted-{uuid4().hex[:8]}", Duration(seconds=86_400)
    runtime = Runtime(telemetry=TelemetryConfig(metrics=BUFFER))
    there = await Client.connect(stack.temporal_address, plugins=[plugin()])
    await there.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=day)
    )
    ours = await Client.connect(stack.temporal_address, namespace=name, plugins=[plugin()], runtime=runtime)
    await register(ours)
    yield ours


def asked(budget: Decimal | None = None) -> PosterRequest:
    return PosterRequest(words=f"Bread {uuid4()}", budget_usd=budget, user="zoe", labels=("spring",))


async def test_each_end_counts_once_and_no_replay_does(client: Client, poster_rig: PosterRig) -> None:
    # Nothing is kept: every run is dropped after each of its tasks, and replayed before the next.
    async with poster_rig(cached=0) as posters:
        waiting = await posters.start(POSTER, asked(Decimal(0)))
        canceled = await posters.start(POSTER, asked(Decimal(0)))
        stopped = await posters.start(POSTER, asked(Decimal(0)))
        for one in (waiting, canceled, stopped):
            while not (await one.progress()).waits:
                await asyncio.sleep(0.05)
        await waiting.set_budget(Decimal(1))
        await waiting.result()
        await canceled.handle.cancel()
        await stopped.stop()
        assert (await stopped.result()).status == "stopped"
        bad = await client.start_workflow(
            "PosterWorkflow", {"word": 1}, id=f"bad-{uuid4()}", task_queue=STUDIO_QUEUE
        )
        for handle in (canceled.handle, bad):
            with pytest.raises(WorkflowFailureError):
                await handle.result()
    found = told(TOTAL, DURATION)
    ends = {("poster", status): 1.0 for status in ("completed", "stopped", "canceled", "invalid")}
    assert of(TOTAL, found, "kind", "status") == ends == of(DURATION, found, "kind", "status")
    labels = {name for _, key in found for name, _ in key}
    assert labels <= {"kind", "status", "namespace", "task_queue", "workflow_type", "service_name"}


async def test_the_studios_figures_are_those_of_ledger_and_lists(
    stack: Stack, client: Client, poster_rig: PosterRig
) -> None:
    async with poster_rig() as posters, postgres.pool(stack.database_url, most=2) as pool:
        runtime = client.service_client.config.runtime
        assert runtime is not None
        measures = Measures(Database(pool), client, runtime.metric_meter)
        waiting = await posters.start(POSTER, asked(Decimal(0)))
        figures = await waits(measures, 1.0)
        assert of(READ_AT, figures) and of(WAITING, figures, "reason")["review",] == 0.0
        await waiting.set_budget(Decimal(1))
        await waiting.result()
        figures = await waits(measures, 0.0)
        rows = await pool.fetch(
            "SELECT provider, model, coalesce(cost, estimate) AS usd, phase, intent_at FROM attempt"
        )
        await pool.execute("UPDATE attempt SET intent_at = intent_at - interval '2 days'")
        await measures.read()
        tomorrow = of(COST, told(COST), "provider", "model")
        await pool.execute("UPDATE attempt SET intent_at = intent_at + interval '2 days'")
    # What other tests have bought before midnight is no cost of today.
    spent: dict[tuple[str, ...], float] = {}
    for row in rows:
        key = row["provider"], row["model"]
        if row["intent_at"].astimezone(UTC).date() == datetime.now(UTC).date():
            spent[key] = spent.get(key, 0.0) + float(row["usd"])
    assert of(COST, figures, "provider", "model") == pytest.approx(spent)
    assert tomorrow == dict.fromkeys(spent, 0.0), "a gauge that nobody sets would stay as it was"
    open = Counter(
        (row["provider"], row["model"], row["phase"])
        for row in rows
        if row["phase"] in ("intent", "held", "running", "stray")
    )
    in_flight = of(JOBS, figures, "provider", "model", "phase")
    assert {key: value for key, value in in_flight.items() if value} == open


async def waits(measures: Measures, budget: float) -> Told:
    """The figures, once so many wait for a budget: lists follow a moment later."""
    while True:
        await measures.read()
        figures = told(JOBS, WAITING, COST, READ_AT)
        if of(WAITING, figures, "reason")["budget",] == budget:
            return figures
        await asyncio.sleep(0.1)
