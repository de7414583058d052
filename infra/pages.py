"""Knows how the page of a workflow reaches whoever looks at it: it is written when somebody does."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.worker import (
    HandleQueryInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

# The query by which the Web UI and the CLI ask for a run's current details.
_METADATA = "__temporal_workflow_metadata"


class Pages(Interceptor):
    """Answers for the current details of a run with what its workflow's `current_details()` returns then.

    Set after every change, as the SDK would have it, most pages are read by nobody: a sixth of what it takes
    to decide, and the more the longer the film. The method is called as a query is: it may look at all, and
    change nothing.
    """

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _Pages


class _Pages(WorkflowInboundInterceptor):
    async def handle_query(self, input: HandleQueryInput) -> Any:
        answer = await super().handle_query(input)
        if input.query == _METADATA and (page := getattr(workflow.instance(), "current_details", None)):
            answer.current_details = page()
        return answer
