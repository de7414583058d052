"""A worker that ends drops the runs it remembers where they wait: none of them goes on from there.

What is closed may not wait once more: Python says so on stderr for every run of a worker that is replaced,
where nobody finds what matters among it.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from infra.temporal import plugin
from workflows.batch.workflow import BatchWorkflow
from workflows.film.workflow import VideoWorkflow

FOLDER = Path(__file__).parents[1] / "histories"
STARTED = "EVENT_TYPE_WORKFLOW_TASK_STARTED"


def moments(name: str, every: int) -> list[str]:
    """The history as it was at every so many of its tasks, oldest first."""
    told = json.loads((FOLDER / f"{name}.json").read_text())
    ends = [place for place, event in enumerate(told["events"], 1) if event["eventType"] == STARTED]
    return [json.dumps({**told, "events": told["events"][:end]}) for end in ends[::-every]][::-1]


@pytest.mark.parametrize("name", ["stopped_with_a_cut", "canceled_with_a_cut", "batch_stopped"])
async def test_a_run_that_is_dropped_ends_where_it_waits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: said.append(f"{one.object}: {one.exc_value}"))
    for moment in moments(name, every=6):
        # As a worker does that ends: it lets go of what it remembers, and unwinds none of it.
        replayer: Any = Replayer(
            workflows=[VideoWorkflow, BatchWorkflow], plugins=[plugin()], disable_safe_workflow_eviction=True
        )
        await replayer.replay_workflow(WorkflowHistory.from_json(name, moment), raise_on_replay_failure=False)
        gc.collect()
    assert not said
