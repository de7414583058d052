"""Knows what of a run was worked on when, from its history, while Temporal still has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError, RPCStatusCode

from workflows.studio import GENERATION_QUEUE, MEDIA_QUEUE

Work = Literal["bought", "computed"]
_ENDS = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: ("activity_task_completed_event_attributes", "ended"),
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: ("activity_task_failed_event_attributes", "failed"),
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: ("activity_task_timed_out_event_attributes", "failed"),
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: ("activity_task_canceled_event_attributes", "let go"),
}


@dataclass(frozen=True)
class Bar:
    """One step's work: `label` as operators read it; when it was asked for and when it ended, None where it
    has not; how often it was begun."""

    label: str
    work: Work
    began: datetime
    ended: datetime | None = None
    how: Literal["under way", "ended", "not bought", "failed", "let go"] = "under way"
    tries: int = 1


async def bars(handle: Any) -> tuple[Bar, ...]:
    """Of the newest run: what was bought and what was computed here, as it was asked for. Empty where
    Temporal has forgotten it. Raises `RPCError`."""
    try:
        return bars_of([event async for event in handle.fetch_history_events()])
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return ()


def bars_of(events: Iterable[Any]) -> tuple[Bar, ...]:
    """The same of a history's events."""
    found: dict[int, Bar] = {}
    for event in events:
        at = event.event_time.ToDatetime(tzinfo=UTC)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            told = event.activity_task_scheduled_event_attributes
            if work := _work(told.task_queue.name):
                found[event.event_id] = Bar(_label(event, told.activity_type.name), work, at)
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            begun = event.activity_task_started_event_attributes
            _change(found, begun.scheduled_event_id, tries=begun.attempt)
        elif event.event_type in _ENDS:
            name, how = _ENDS[event.event_type]
            if _is_answer(event.activity_task_completed_event_attributes.result.payloads):
                how = "not bought"
            _change(found, getattr(event, name).scheduled_event_id, ended=at, how=how)
    return tuple(found.values())


def _change(found: dict[int, Bar], scheduled: int, **facts: Any) -> None:
    if scheduled in found:
        found[scheduled] = replace(found[scheduled], **facts)


def _is_answer(payloads: Sequence[Any]) -> bool:
    """Whether it is a `NotBought`, which alone begins with this field."""
    return bool(payloads) and payloads[0].data.startswith(b'{"not_bought":')


def _work(queue: str) -> Work | None:
    if queue == MEDIA_QUEUE:
        return "computed"
    return "bought" if queue.startswith(GENERATION_QUEUE) else None


def _label(event: Any, activity: str) -> str:
    try:
        return str(json.loads(event.user_metadata.summary.data)) or activity
    except ValueError:
        return activity
