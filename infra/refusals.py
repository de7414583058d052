"""Knows what it means when Temporal refuses: whether it passes by itself, and which setting it speaks of."""

from __future__ import annotations

import re

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from infra.errors import Unreachable

# What a server answers that restarts, is busy or has lost the way to another; most of it the SDK has
# repeated by itself, for ten seconds, before anybody hears of it.
_PASSING = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.DATA_LOSS,
        RPCStatusCode.OUT_OF_RANGE,
    }
)
_KEY = "check TEMPORAL_API_KEY, or the TEMPORAL_TLS_* certificate, and that it may use TEMPORAL_NAMESPACE"
_ADVICE = {RPCStatusCode.PERMISSION_DENIED: _KEY, RPCStatusCode.UNAUTHENTICATED: _KEY}
# The name of a detail of the answer: "not found" alone may also be a workflow.
_NO_NAMESPACE = "temporal.api.errordetails.v1.NamespaceNotFoundFailure"
# A refused connection is told as text alone.
_REFUSED = re.compile(r"code: (?:PermissionDenied|Unauthenticated)\b")
# A server's words, of which a sentence or two help.
_LONGEST = 300


def passes(error: RPCError) -> bool:
    """Whether asking again, a little later, may help."""
    return error.status in _PASSING


def no_namespace(error: RPCError) -> bool:
    """Whether the namespace itself is what was not found."""
    details = error.grpc_status.details if error.grpc_status else ()
    return any(detail.type_url.endswith(_NO_NAMESPACE) for detail in details)


def unreachable(error: RPCError) -> Unreachable:
    """The refusal in words."""
    said = f"{error.status.name}: {error.message[:_LONGEST]}"
    advice = "check TEMPORAL_NAMESPACE" if no_namespace(error) else _ADVICE.get(error.status)
    return Unreachable(f"Temporal refuses ({said})" + (f": {advice}" if advice else ""))


def not_connected(host: str, configured: bool, error: RuntimeError | TimeoutError) -> Unreachable:
    """Why there is no connection."""
    named = f"The Temporal server {host}" + (", which your TEMPORAL_* settings name," if configured else "")
    if refused(error):
        return Unreachable(f"{named} refuses us: {_KEY} ({str(error)[:_LONGEST]})")
    why = "it does not answer" if isinstance(error, TimeoutError) else str(error)[:_LONGEST]
    return Unreachable(f"{named} cannot be reached: {why}")


def refused(error: RuntimeError | TimeoutError) -> bool:
    """Whether the server was there and turned us away."""
    return _REFUSED.search(str(error)) is not None


async def check_namespace(client: Client) -> None:
    """Raises `Unreachable` where the namespace is not there, or is not for us; the rest is told by whoever
    asks next."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if no_namespace(error) or error.status in _ADVICE:
            raise unreachable(error) from error
