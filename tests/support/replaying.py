"""Replays recorded histories in a process of its own: `python -m tests.support.replaying NAME …`.

Prints the names of those that do not replay with the workflow code it finds.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Collection
from pathlib import Path

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from infra.temporal import plugin
from workflows.batch.workflow import BatchWorkflow
from workflows.film.workflow import VideoWorkflow
from workflows.upkeep.sweep import SweepWorkflow

FOLDER = Path(__file__).parents[1] / "histories"


async def main(names: Collection[str]) -> None:
    replayer = Replayer(workflows=[VideoWorkflow, BatchWorkflow, SweepWorkflow], plugins=[plugin()])
    for name in names:
        text = (FOLDER / f"{name}.json").read_text()
        replayed = await replayer.replay_workflow(
            WorkflowHistory.from_json(name, text), raise_on_replay_failure=False
        )
        if isinstance(replayed.replay_failure, workflow.NondeterminismError):
            print(name, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    os._exit(0)
