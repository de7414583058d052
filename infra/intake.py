"""Guards the doors of every workflow: one argument, whatever a client sends."""

from __future__ import annotations

from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


class OneArgument(Interceptor):
    """Fails a run that was started with several arguments, as any other request that is not valid; refuses an
    update that has them; takes a signal as one without any.

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
            problem = f"the workflow was started with {len(input.args)} arguments"
            suggestion = "send one JSON object with every field in it"
            raise ApplicationError(
                f"request: {problem}; {suggestion}",
                {"field": "request", "problem": problem, "suggestion": suggestion},
                type="InvalidRequest",
                non_retryable=True,
            )
        return await super().execute_workflow(input)

    async def handle_signal(self, input: HandleSignalInput) -> None:
        if len(input.args) > 1:
            # Of several nobody knows which is meant, and handlers take one: as if none had been sent.
            input.args = []
        await super().handle_signal(input)

    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        if len(input.args) > 1:
            raise ApplicationError(
                f"{input.update} was sent {len(input.args)} arguments; send one JSON object",
                type="InvalidAnswer",
                non_retryable=True,
            )
        super().handle_update_validator(input)
