"""Guards the door of every workflow: one argument, whatever a client sends."""

from __future__ import annotations

from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from workflows.requests import InvalidRequest


class OneArgument(Interceptor):
    """Fails a run that was started with several arguments.

    Calling `run` with them raises a TypeError, which fails the workflow *task*: the run would hang for
    ever with nothing that its caller could see.
    """

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _OneArgument


class _OneArgument(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        if len(input.args) > 1:
            raise ApplicationError(
                f"The workflow takes one JSON object, and was started with {len(input.args)} arguments.",
                type=InvalidRequest.__name__,
                non_retryable=True,
            )
        return await super().execute_workflow(input)
