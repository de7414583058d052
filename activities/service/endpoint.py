"""Knows by which endpoint other namespaces of this server reach the services."""

from __future__ import annotations

from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.service import ENDPOINT
from workflows.studio import STUDIO_QUEUE


async def ensure_endpoint(client: Client) -> None:
    """Creates it, unless there is one of that name. Raises `RPCError` where it may not be created."""
    target = EndpointTarget.Worker(namespace=client.namespace, task_queue=STUDIO_QUEUE)
    spec = EndpointSpec(name=ENDPOINT, target=EndpointTarget(worker=target))
    try:
        await client.operator_service.create_nexus_endpoint(CreateNexusEndpointRequest(spec=spec))
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise
