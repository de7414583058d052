"""Knows what a production may say that it has cost: what the ledger said when it asked last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

# All clocks are this machine's; a row is written a moment before anybody can read it.
_MOMENT = timedelta(seconds=1)


async def read_at(handle: WorkflowHandle[Any, Any]) -> datetime | None:
    """When the latest run of this id asked last for its account: its balance is read just before it ends, or
    much before, where all who host workflows are killed in between. None where it never did."""
    asked = None
    async for event in handle.fetch_history_events():
        scheduled = event.activity_task_scheduled_event_attributes
        is_one = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if is_one and scheduled.activity_type.name == "open_account":
            asked = event.event_time.ToDatetime(tzinfo=UTC)
    return asked


def counted(row: Mapping[str, Any]) -> Decimal:
    """USD of an attempt, as the ledger counts it: in doubt in full."""
    usd: Decimal = row["estimate"] if row["cost"] is None else row["cost"]
    return usd


def paid(attempts: Sequence[Mapping[str, Any]]) -> Decimal:
    """USD of all of them."""
    return sum(map(counted, attempts), Decimal(0))


def bounds(attempts: Sequence[Mapping[str, Any]], asked_at: datetime) -> tuple[Decimal, Decimal]:
    """What somebody may have been told, USD, who asked at that moment: of what has ended since, nothing yet,
    or what it might cost; nothing of what was begun since."""
    known = [row for row in attempts if row["intent_at"] <= asked_at + _MOMENT]
    late = [row for row in known if row["ended_at"] is None or row["ended_at"] > asked_at - _MOMENT]
    sure = paid([row for row in known if row not in late])
    return sure, sure + sum((max(row["estimate"], row["cost"] or Decimal(0)) for row in late), Decimal(0))
