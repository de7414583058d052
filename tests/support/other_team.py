"""Another team: a namespace of its own, and a workflow in it that asks the studio by Nexus. As a program, its
worker alone: `python -m tests.support.other_team ADDRESS`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio import workflow
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from workflows.service import ENDPOINT, SERVICE, failure_of

NAMESPACE, QUEUE = "another-team", "another-teams-films"


@workflow.defn
class Ask:
    """One operation with raw JSON, as a caller in any language sends it. Answers with its result, or with
    what a caller learns of its failure."""

    @workflow.run
    async def run(self, operation: str, value: Any, service: str = SERVICE) -> dict[str, Any]:
        studio = workflow.create_nexus_client(service=service, endpoint=ENDPOINT)
        try:
            return {"result": await studio.execute_operation(operation, value)}
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            return {"type": failure.type, "words": failure.message, "details": list(failure.details)}


class Team:
    """Starts its workflows; somebody has to host them."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def asks(self, id: str, operation: str, value: Any, service: str = SERVICE) -> Any:
        return await self.client.start_workflow(
            Ask.run,
            args=[operation, value, service],
            id=id,
            task_queue=QUEUE,
            execution_timeout=timedelta(minutes=5),
        )

    async def told(self, id: str, operation: str, value: Any, service: str = SERVICE) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await (await self.asks(id, operation, value, service)).result()
        return answer


async def team_of(address: str) -> Team:
    """With its namespace, which is created where there is none."""
    request = RegisterNamespaceRequest(
        namespace=NAMESPACE, workflow_execution_retention_period=Duration(seconds=86_400)
    )
    client = await Client.connect(address, namespace=NAMESPACE, data_converter=pydantic_data_converter)
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise
    while True:
        # A new namespace is known everywhere within a second or two.
        with suppress(RPCError):
            await client.count_workflows()
            return Team(client)
        await asyncio.sleep(0.2)


def worker_of(team: Team) -> Worker:
    return Worker(team.client, task_queue=QUEUE, workflows=[Ask])


async def main(address: str) -> None:
    async with worker_of(await team_of(address)):
        print("hosts", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
