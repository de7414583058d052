"""Another team's workflow, in a namespace of its own, which has films made by the studio's Nexus service:
`python starter/examples/nexus_caller.py PRODUCT…`.

It needs `workflows`, Pydantic, the Temporal SDK and nexusrpc. What it began outlives it: started again with
the same products it attaches to the workflow that waits for their films.
"""

from __future__ import annotations

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import NexusOperationError
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from workflows.contract import VideoRequest
    from workflows.service import ENDPOINT, ReelFilms, failure_of

QUEUE = "campaigns"


@workflow.defn
class Campaign:
    """A film for each product: the key of its file in the studio's bucket, or why there is none."""

    @workflow.run
    async def run(self, products: list[str]) -> dict[str, str]:
        studio = workflow.create_nexus_client(service=ReelFilms, endpoint=ENDPOINT)
        making = {}
        for product in products:
            request = VideoRequest(prompt=f"A 5 second film about {product}", size="360p", fps=8)
            making[product] = await studio.start_operation(ReelFilms.make, request)
        films = {}
        for product, operation in making.items():
            try:
                films[product] = (await operation).video or "stopped"
            except NexusOperationError as error:
                failure = failure_of(error)
                if failure is None:
                    raise
                films[product] = f"{failure.type}: {failure.message}"
        return films


async def main(products: list[str]) -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"],
        namespace=os.environ["TEMPORAL_NAMESPACE"],
        data_converter=pydantic_data_converter,
    )
    async with Worker(client, task_queue=QUEUE, workflows=[Campaign]):
        films = await client.execute_workflow(
            Campaign.run,
            products,
            id=f"campaign-{'-'.join(products)}".replace(" ", "-"),
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    for product, film in films.items():
        print(f"{product}: {film}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    # The SDK's threads outlive its client, and now and then abort an interpreter that ends beside them.
    sys.stdout.flush()
    os._exit(0)
