"""Productions whose notices, and whose answers to updates, take as long as a test wants."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    StartChildWorkflowInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

#: Signals: a notice may begin, and an update may be answered.
TELL, ANSWER = "let_it_tell", "let_it_answer"


async def _until(signal: str) -> None:
    come: list[bool] = []
    workflow.set_signal_handler(signal, lambda: come.append(True))
    await workflow.wait_condition(lambda: bool(come))


class _Tells(WorkflowOutboundInterceptor):
    async def start_child_workflow(self, input: StartChildWorkflowInput) -> Any:
        await _until(TELL)
        return await super().start_child_workflow(input)


class _Answers(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Tells(outbound))

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        await _until(ANSWER)
        return await super().handle_update_handler(input)


class SlowNotices(Interceptor):
    """For a worker."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return _Answers
