"""Knows which files that were handed in for a production nobody else names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.service import RPCError

from activities.faults import ProviderUnavailable
from activities.ledger import LettingGo, Need
from activities.storage import ObjectStore

# Between handing a file in and beginning with it lie minutes: whoever does so today has named it nowhere yet.
_FRESH = timedelta(days=1)


class Uploads:
    """Of all productions."""

    def __init__(self, ledger: LettingGo, store: ObjectStore) -> None:
        self._ledger, self._store = ledger, store

    async def of(self, production: str, needs: Iterable[Need], client: Client) -> dict[str, tuple[int, str]]:
        """Those that it names, and that are there: their bytes, and why they stay; empty where they go."""
        named = await self._ledger.uploads(production)
        for need in needs:
            named.update(need.uploads)
            if need.what == "reference" and need.sha256:
                named.add(f"uploads/{need.sha256}.png")
        found = {}
        scheduled = await _scheduled(client) if named else b""
        for upload in sorted(named):
            for key, (size, put_at) in (await self._store.entries(upload)).items():
                found[key] = size, await self._why(key, production, put_at, scheduled)
        return found

    async def _why(self, key: str, production: str, put_at: datetime, scheduled: bytes) -> str:
        if other := await self._ledger.upload_needed(key, production):
            return f"needed by {other}"
        if key.encode() in scheduled:
            return "a schedule names it"
        if datetime.now(UTC) - put_at < _FRESH:
            return "handed in within the last day: somebody may be about to use it"
        return ""


async def _scheduled(client: Client) -> bytes:
    """All that schedules begin productions with."""
    said = b""
    try:
        async for one in await client.list_schedules():
            action = (await client.get_schedule_handle(one.id).describe()).schedule.action
            if isinstance(action, ScheduleActionStartWorkflow):
                said += b"\n".join(getattr(sent, "data", b"") for sent in action.args)
    except RPCError as error:
        raise ProviderUnavailable("Temporal does not tell what is scheduled") from error
    return said
