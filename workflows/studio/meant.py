"""Knows what a request means in the run that it came to. Called in a workflow."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import RawValue

from workflows.studio.scheduled import at_its_time


def meant(sent: RawValue | None) -> bytes | None:
    """The request as this run means it: a scheduled one at its own time."""
    data = sent.payload.data if sent is not None else None
    request = at_its_time(data, workflow.info().workflow_id)
    # Runs that an earlier release began have taken such words as they were.
    return request if request == data or workflow.patched("its-own-time") else data
