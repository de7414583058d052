"""Knows the caps of a studio: which there are, what is used of them, and who has a place to run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger import cap_in_words
from activities.storage import Database
from infra.caps import Cap

_DECLARE = """
INSERT INTO cap (scope, name, kind, most, said_by) VALUES ($1, $2, $3, $4, 'settings')
ON CONFLICT (scope, name, kind) DO UPDATE SET most = $4, said_at = clock_timestamp()
 WHERE cap.said_by = 'settings' AND cap.most IS DISTINCT FROM $4"""
_FORGET = """
DELETE FROM cap WHERE said_by = 'settings' AND (scope || ':' || name || ':' || kind) <> ALL ($1::text[])"""
_SET = """
INSERT INTO cap (scope, name, kind, most, said_by) VALUES ($1, $2, $3, $4, 'person')
ON CONFLICT (scope, name, kind) DO UPDATE SET most = $4, said_by = 'person', said_at = clock_timestamp()"""
# Of a cap that holds for each, whoever uses most of it, and has none of its own. All is counted in one pass:
# a day may have a hundred thousand submits, of hundreds of users.
_STANDING = """
WITH used AS (
  SELECT e.kind, s.scope, s.subject, sum(e.used) AS used
    FROM (SELECT 'day' AS kind, payer AS film, provider, sum(coalesce(cost, estimate)) AS used FROM attempt
           WHERE intent_at >= date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
           GROUP BY payer, provider
          UNION ALL SELECT 'once', film, NULL, 1 FROM place WHERE taken_at IS NOT NULL) e
    LEFT JOIN made_for m USING (film) CROSS JOIN LATERAL (
      SELECT 'studio' AS scope, '' AS subject
      UNION ALL SELECT 'provider', e.provider WHERE e.provider IS NOT NULL
      UNION ALL SELECT 'user', coalesce(m.user_name, '')
      UNION ALL SELECT DISTINCT 'label', unnest(m.labels)) s
   GROUP BY e.kind, s.scope, s.subject)
SELECT c.scope, c.name, c.kind, c.most, c.said_by, c.said_at, coalesce(u.subject, c.name) AS subject,
       coalesce(u.used, 0) AS used
  FROM cap c LEFT JOIN LATERAL (
    SELECT subject, used FROM used
     WHERE used.scope = c.scope AND used.kind = c.kind
       AND (c.name = used.subject OR c.name = '' AND NOT EXISTS (
         SELECT 1 FROM cap o WHERE o.scope = c.scope AND o.kind = c.kind AND o.name = used.subject))
     ORDER BY used DESC, subject LIMIT 1) u ON true
 ORDER BY array_position(ARRAY['studio', 'user', 'label', 'provider'], c.scope), c.name, c.kind"""
_REACHED = "SELECT cap_reached($1, $2, $3, clock_timestamp())::text AS reached"
_TAKE = "SELECT take_place($1)::text AS reached"
# In the whole fleet one looks after each of them, and not more often than this.
_HOLDERS = """
UPDATE place SET looked_at = clock_timestamp() WHERE film IN (
  SELECT p.film FROM place mine CROSS JOIN place p LEFT JOIN made_for m ON m.film = p.film
   WHERE mine.film = $1 AND p.film <> $1 AND p.taken_at IS NOT NULL
     AND p.looked_at < clock_timestamp() - interval '5 s'
     AND is_of(split_part(mine.behind, ':', 1), substr(mine.behind, strpos(mine.behind, ':') + 1),
               m.user_name, m.labels, NULL)
   ORDER BY p.looked_at LIMIT 20 FOR UPDATE OF p SKIP LOCKED)
RETURNING film, taken_at"""
# Begun again since, it has taken its place anew.
_GIVE_BACK = "DELETE FROM place WHERE film = $1 AND taken_at = $2"


@dataclass(frozen=True)
class Standing:
    """A cap, who said it, and what is used of it: USD today, or productions. `subject` is whose that is; of a
    cap for each, of whoever uses most."""

    cap: Cap
    said_by: Literal["settings", "person"]
    said_at: datetime
    subject: str
    used: Decimal


class Caps:
    """The caps of all who share a ledger. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def declare(self, caps: Sequence[Cap]) -> None:
        """What the settings say, in the place of what they said before; what a person says holds."""
        for one in caps:
            await self._database.rows(_DECLARE, one.scope, one.name, one.kind, one.most)
        await self._database.rows(_FORGET, [f"{one.scope}:{one.name}:{one.kind}" for one in caps])

    async def set(self, cap: Cap) -> None:
        """What a person says."""
        await self._database.rows(_SET, cap.scope, cap.name, cap.kind, cap.most)

    async def standings(self) -> tuple[Standing, ...]:
        return tuple(_standing(row) for row in await self._database.rows(_STANDING))

    async def room(self, film: str, provider: str, usd: Decimal) -> str:
        """Empty where the film may spend so much today; else what is full, in words."""
        return _words(await self._database.rows(_REACHED, film, provider, usd))

    async def place(self, film: str, client: Client) -> str:
        """Takes a place for the production, and returns empty; else what is full, in words. Places of
        productions that do not run any more are given back first. Raises `RPCError`."""
        full = _words(await self._database.rows(_TAKE, film))
        if full and await self._given_back(film, client):
            full = _words(await self._database.rows(_TAKE, film))
        return full

    async def _given_back(self, film: str, client: Client) -> bool:
        """Whether any place is free now that a production had which has ended, however it did."""
        holders = await self._database.rows(_HOLDERS, film)
        run = await asyncio.gather(*(_runs(client, row["film"]) for row in holders))
        gone = [row for row, runs in zip(holders, run, strict=True) if not runs]
        for row in gone:
            await self._database.rows(_GIVE_BACK, row["film"], row["taken_at"])
        return bool(gone)


async def _runs(client: Client, film: str) -> bool:
    try:
        status = (await client.get_workflow_handle(film).describe()).status
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return False
    return status == WorkflowExecutionStatus.RUNNING


def _words(rows: list[Any]) -> str:
    reached = rows[0]["reached"]
    return cap_in_words(reached) if reached else ""


def _standing(row: Any) -> Standing:
    cap = Cap(row["scope"], row["name"], row["kind"], row["most"])
    return Standing(cap, row["said_by"], row["said_at"], row["subject"] or "", Decimal(row["used"]))
