"""Where one process keeps things: the ledger's rows, the bucket, its own disk."""

from __future__ import annotations

from dataclasses import dataclass

from activities.storage.cache import Cache
from activities.storage.database import Database
from activities.storage.objects import ObjectStore


@dataclass(frozen=True)
class Storage:
    """The database, the bucket, and what of the bucket lies on this machine's disk."""

    database: Database
    store: ObjectStore
    cache: Cache
