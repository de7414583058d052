"""What a process asks of its servers, in order: statements by name, requests to the bucket by operation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from activities.ledger.times import Times
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from tests.support.boundaries import NAMES

#: Nothing is due, late or over within a test, however slow the machine: what is asked follows from the work.
PATIENT = replace(Times(), lease=3600, renew_every=1200, outage=3600, send_window=3000)


def asked(database: Database, store: ObjectStore, patch: pytest.MonkeyPatch) -> list[str]:
    """All that is asked of these two from now on."""
    said: list[str] = []
    rows = database.rows

    async def noted(statement: str, *values: object) -> list[Any]:
        said.append(NAMES[statement])
        return await rows(statement, *values)

    def sent(event_name: str, **_: Any) -> None:
        said.append(event_name.rpartition(".")[2])

    patch.setattr(database, "rows", noted)
    store._s3.meta.events.register("before-send.s3", sent)
    return said
