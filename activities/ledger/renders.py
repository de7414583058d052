"""Knows the Postgres ledger: who makes which recipe, and what has been made.

Every statement stands alone (autocommit, READ COMMITTED) and may be sent again: a lost answer is
answered by asking once more. Decisions are fenced by the epoch of the claim, and the fence is part of
the UPDATE that it guards, so that a replaced owner finds no row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import asyncpg
from pydantic import JsonValue

from activities.faults import JobFailed
from activities.ledger.times import Times
from activities.storage import Database, span

Stop = Literal["asked", "sent"]
# What the trigger `not_let_go` says.
_LET_GO = "RLEFT"

# Before anybody looks whether it is done: what a production needs is not let go under its feet.
ENSURE = """
WITH entered AS (INSERT INTO render (key, recipe) VALUES ($1, $2::text::jsonb) ON CONFLICT DO NOTHING)
INSERT INTO need (film, key) SELECT $3::text, $1 WHERE $3::text <> '' ON CONFLICT DO NOTHING"""

# The same by whoever would make it: what is new is claimed at once, for nobody can have had it before. Sent
# again, it answers the same: what it has just entered itself it does not see, so that is answered once.
ENTER = """
WITH entered AS (INSERT INTO render (key, recipe, epoch, owner, lease_until)
                 VALUES ($1, $2::text::jsonb, 1, $4, clock_timestamp() + $5)
                 ON CONFLICT DO NOTHING RETURNING epoch),
     needed AS (INSERT INTO need (film, key) SELECT $3::text, $1 WHERE $3::text <> '' ON CONFLICT DO NOTHING)
SELECT epoch FROM entered
UNION ALL SELECT epoch FROM render WHERE key = $1 AND owner = $4 AND state = 'open'"""

LOOK = """
SELECT key, state, epoch, stop, attempts, object, facts::text AS facts, made_by, done_at,
       let_go
  FROM render WHERE key = $1"""

# The same owner gets it again, so the statement may be repeated.
CLAIM = """
UPDATE render SET epoch = epoch + 1, owner = $2, lease_until = clock_timestamp() + $3,
       stop = nullif(stop, 'asked')
 WHERE key = $1 AND state = 'open' AND (lease_until + $4 <= clock_timestamp() OR owner = $2)
RETURNING epoch"""

WISH = """
UPDATE render SET wish_until = clock_timestamp() + $2 WHERE key = $1 AND state = 'open' RETURNING stop"""

RENEW = """
UPDATE render SET lease_until = clock_timestamp() + $3
 WHERE key = $1 AND epoch = $2 AND state = 'open' RETURNING epoch"""

RELEASE = """
UPDATE render SET owner = NULL, lease_until = '-infinity' WHERE key = $1 AND epoch = $2 AND state = 'open'"""

# Ends the work when nobody else waits for it, else hands it over.
STOP = """
UPDATE render SET
  stop = CASE WHEN stop = 'sent' OR wish_until < clock_timestamp() THEN 'sent' ELSE 'asked' END,
  owner = CASE WHEN stop = 'sent' OR wish_until < clock_timestamp() THEN owner END,
  lease_until = CASE WHEN stop = 'sent' OR wish_until < clock_timestamp()
                     THEN clock_timestamp() + $3 ELSE '-infinity' END
 WHERE key = $1 AND epoch = $2 AND state = 'open' RETURNING stop"""

FINISH = """
UPDATE render SET state = 'done', object = $3, facts = $4::text::jsonb, owner = NULL, stop = NULL,
       done_at = clock_timestamp()
 WHERE key = $1 AND epoch = $2 AND state = 'open' RETURNING key"""

# Only work that cost nothing, and only as long as the row says what the caller saw missing.
REOPEN = """
UPDATE render SET state = 'open', object = NULL, facts = NULL, done_at = NULL, owner = NULL, stop = NULL,
       lease_until = '-infinity', epoch = epoch + 1
 WHERE key = $1 AND state = 'done' AND object = $2 AND done_at = $3 AND made_by IS NULL AND attempts = 0
RETURNING key"""

# How often an object of this content was let go: no artifact has one of those names again.
LEFT = "SELECT count(*) AS times FROM left_object WHERE split_part(object, '.', 1) = $1"

RELEASE_INSTANCE = """
UPDATE render SET owner = NULL, lease_until = '-infinity'
 WHERE state = 'open' AND owner IS NOT NULL AND starts_with(owner, $1 || ':') RETURNING key"""


@dataclass(frozen=True)
class Row:
    """What the ledger says of a recipe. `object` and `facts` are there once `done`; `made_by` is the paid
    attempt that made it, None where the work was free. Attempts up to `let_go` make it no more."""

    key: str
    done: bool
    epoch: int
    stop: Stop | None
    attempts: int
    object: str | None
    facts: dict[str, JsonValue]
    made_by: int | None
    done_at: datetime | None
    let_go: int = 0


class Ledger:
    """The ledger of free work. All raise `ProviderUnavailable` while the database is away or
    silent, within fifteen seconds; a statement that is wrong raises what asyncpg says of it."""

    def __init__(self, database: Database, times: Times | None = None) -> None:
        self._database = database
        self.times = times or Times()

    async def ensure(self, key: str, recipe: str, film: str = "") -> None:
        """Enters the recipe (canonical JSON), unless it is there, and that the production needs it."""
        await self._database.rows(ENSURE, key, recipe, film)

    async def enter(self, key: str, recipe: str, film: str, owner: str) -> int | None:
        """The same, and the epoch of a claim where the recipe is new, told its owner again where he asks
        again; None where it was there."""
        rows = await self._database.rows(ENTER, key, recipe, film, owner, span(self.times.lease))
        return rows[0]["epoch"] if rows else None

    async def look(self, key: str) -> Row | None:
        """What is known of the recipe; None where it was never entered."""
        found = await self._database.rows(LOOK, key)
        return row_of(found[0]) if found else None

    async def claim(self, key: str, owner: str) -> int | None:
        """The epoch of the new claim; None while somebody else has it, or when it is done."""
        lease, margin = span(self.times.lease), span(self.times.margin)
        rows = await self._database.rows(CLAIM, key, owner, lease, margin)
        return rows[0]["epoch"] if rows else None

    async def wish(self, key: str) -> bool:
        """Says that somebody waits for it; False when there is nothing to wait for any more."""
        return bool(await self._database.rows(WISH, key, span(self.times.wish)))

    async def renew(self, key: str, epoch: int) -> bool:
        """Prolongs the lease; False when the claim is lost."""
        return bool(await self._database.rows(RENEW, key, epoch, span(self.times.lease)))

    async def release(self, key: str, epoch: int) -> None:
        """Gives the claim back, for anybody to take at once; nothing when it was lost before."""
        await self._database.rows(RELEASE, key, epoch)

    async def stop(self, key: str, epoch: int) -> Stop | None:
        """Somebody asked the owner to stop: `sent` ends the work; `asked` hands it to those who wait for
        it, and the claim is gone; None when the claim was lost before."""
        rows = await self._database.rows(STOP, key, epoch, span(self.times.lease))
        return rows[0]["stop"] if rows else None

    async def finish(self, key: str, epoch: int, object: str, facts: dict[str, JsonValue]) -> bool:
        """Marks free work done, once its bytes are in the bucket; False when the claim is lost. Raises
        `JobFailed` where these bytes were deleted in the very moment."""
        said = json.dumps(facts, allow_nan=False)
        try:
            return bool(await self._database.rows(FINISH, key, epoch, object, said))
        except asyncpg.PostgresError as error:
            if error.sqlstate != _LET_GO:
                raise
            raise JobFailed(
                "the same bytes of another production are deleted just now; make it again"
            ) from None

    async def name_of(self, sha256: str) -> str:
        """Under which name bytes of this content are put."""
        plain = f"objects/{sha256}"
        times: int = (await self._database.rows(LEFT, plain))[0]["times"]
        return f"{plain}.{times + 1}" if times else plain

    async def reopen(self, row: Row) -> bool:
        """Forgets that free work was done, because its bytes are gone; False where the row has changed
        since it was looked at, or was paid for."""
        return bool(await self._database.rows(REOPEN, row.key, row.object, row.done_at))

    async def release_instance(self, instance: str) -> int:
        """Ends the leases of a process that is known to be gone; returns how many it held."""
        return len(await self._database.rows(RELEASE_INSTANCE, instance))


def row_of(record: Any) -> Row:
    """A record of the columns that `LOOK` names, as a row."""
    return Row(
        key=record["key"],
        done=record["state"] == "done",
        epoch=record["epoch"],
        stop=record["stop"],
        attempts=record["attempts"],
        object=record["object"],
        facts=json.loads(record["facts"]) if record["facts"] else {},
        made_by=record["made_by"],
        done_at=record["done_at"],
        let_go=record["let_go"],
    )
