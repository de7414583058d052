"""Which step goes first: the later one, a person's before a batch's, whatever the names of steps are."""

from __future__ import annotations

import uuid

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.worker import Worker

from workflows.studio import Stage, precedence


@workflow.defn(name="Precedences", sandboxed=False)
class Precedences:
    user = "ada" * 40

    @workflow.run
    async def run(self) -> list[tuple[int | None, str | None]]:
        return [(one.priority_key, one.fairness_key) for one in map(precedence, Stage)]


@pytest.mark.parametrize(
    ("own", "bands", "key"),
    [
        (Priority(), [1, 2, 3], ("ada" * 40)[:64]),
        (Priority(priority_key=2, fairness_key="bob"), [1, 2, 3], "bob"),
        (Priority(priority_key=5, fairness_key="bob"), [4, 4, 5], "bob"),
        (Priority(priority_key=4), [4, 4, 5], ("ada" * 40)[:64]),
    ],
)
async def test_the_run_says_which_band_and_the_stage_where_in_it(
    client: Client, own: Priority, bands: list[int], key: str
) -> None:
    queue = f"precedence-{uuid.uuid4().hex}"
    async with Worker(client, task_queue=queue, workflows=[Precedences]):
        said = await client.execute_workflow(Precedences.run, id=queue, task_queue=queue, priority=own)
    assert [tuple(one) for one in said] == [(band, key) for band in bands]
