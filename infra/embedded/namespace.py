"""The embedded Temporal server's one namespace: whether it is there, and how long it keeps what has ended."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

NAMESPACE = "default"
#: The dev server's own day would forget a film before the weekend is over: its page, its result, the request
#: that a later `reel` resumes. A film's history is some hundred kilobytes, so a month of them costs little.
HISTORY_KEPT = timedelta(days=30)


async def ready(address: str) -> bool:
    """Whether clients of the server at this address would be served now. Sees to it that the histories of
    workflows that end from now on are kept for `HISTORY_KEPT`."""
    try:
        client = await Client.connect(address)
        # The port opens before the namespace exists; a client needs both.
        found = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=NAMESPACE), retry=False
        )
        if found.config.workflow_execution_retention_ttl.ToTimedelta() != HISTORY_KEPT:
            change = UpdateNamespaceRequest(namespace=NAMESPACE)
            change.config.workflow_execution_retention_ttl.FromTimedelta(HISTORY_KEPT)
            await client.workflow_service.update_namespace(change, retry=False)
    except (RPCError, RuntimeError):
        return False
    return True
