"""Knows which rows of the ledger nobody looks after: what the sweeper asks before it does anything.

Only questions: what is then done is decided anew, under a claim, by whoever drives the attempt.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ledger.times import Times
from activities.storage import Database, span

#: A provider and who pays there: an attempt can be asked after only with its own key.
Payer = tuple[str, str]
# How long a job that the ledger does not know is looked for: its longest run, and the hour for which its
# output is kept.
_LOOKED_FOR = timedelta(hours=2)

# Where somebody waits, they take it over themselves. In any order: what fails each time must not keep the
# others from their turn.
DUE = """
SELECT a.key FROM attempt a JOIN render r USING (key)
 WHERE r.state = 'open' AND a.phase IN ('intent', 'running') AND r.wish_until < clock_timestamp()
   AND r.lease_until + CASE WHEN r.stop IS NULL THEN $3::interval ELSE $4::interval END <= clock_timestamp()
   AND (a.provider, a.account) IN (SELECT * FROM unnest($1::text[], $2::text[]))
 ORDER BY random() LIMIT $5"""

LOOSE = """
SELECT a.key, a.n FROM attempt a JOIN render r USING (key)
 WHERE a.phase IN ('intent', 'held', 'running', 'stray') AND (a.phase = 'stray' OR r.state = 'done')
   AND (a.provider, a.account) IN (SELECT * FROM unnest($1::text[], $2::text[]))
 ORDER BY random() LIMIT $3"""

UNFINISHED = "SELECT count(*) AS open FROM attempt WHERE phase IN ('intent', 'running', 'stray')"

# By a clock that stands still for one statement: no index serves a question whose answer moves.
WITHOUT_JOB = """
SELECT model, min(intent_at) AS since FROM attempt
 WHERE provider = $1 AND account = $2 AND job_id IS NULL AND intent_at > statement_timestamp() - $3::interval
 GROUP BY model"""

MEANT = """
SELECT key, n, tag::text AS tag, phase, fingerprint, job_id, intent_at FROM attempt
 WHERE provider = $1 AND account = $2
   AND (tag = ANY($3::text[]::uuid[]) OR fingerprint = ANY($4::text[]) OR job_id = ANY($5::text[]))"""


@dataclass(frozen=True)
class Sent:
    """An attempt, as far as it tells whose a listed job is."""

    key: str
    n: int
    tag: str
    phase: str
    fingerprint: str | None
    job_id: str | None
    intent_at: datetime


class SweepRows:
    """What the sweeper asks the ledger. All raise `ProviderUnavailable` while the database is away."""

    def __init__(self, database: Database, times: Times | None = None) -> None:
        self._database = database
        self.times = times or Times()

    async def due(self, payers: Collection[Payer], most: int) -> list[str]:
        """Keys of open attempts that nobody drives: their lease is long over, or, where somebody
        asked for a stop, over. Held ones are a person's."""
        grace, margin = span(self.times.tend_after), span(self.times.margin)
        rows = await self._database.rows(DUE, *_columns(payers), grace, margin, most)
        return [row["key"] for row in rows]

    async def loose(self, payers: Collection[Payer], most: int) -> list[tuple[str, int]]:
        """Strays, and attempts left open when another finished their recipe."""
        rows = await self._database.rows(LOOSE, *_columns(payers), most)
        return [(row["key"], row["n"]) for row in rows]

    async def unfinished(self) -> int:
        """Attempts of anybody that are under way, or stray; held ones are a person's."""
        return int((await self._database.rows(UNFINISHED))[0]["open"])

    async def without_job(self, payer: Payer) -> dict[str, datetime]:
        """The models of recent attempts whose job is not known, with when the first of them was meant."""
        rows = await self._database.rows(WITHOUT_JOB, *payer, _LOOKED_FOR)
        return {row["model"]: row["since"] for row in rows}

    async def meant(
        self, payer: Payer, tags: Sequence[str], fingerprints: Sequence[str], ids: Sequence[str]
    ) -> list[Sent]:
        """Every attempt that bears one of the tags, fingerprints or job ids."""
        ours = [tag for tag in tags if _is_tag(tag)]
        rows = await self._database.rows(MEANT, *payer, ours, fingerprints, ids)
        return [Sent(**row) for row in rows]


def _is_tag(text: str) -> bool:
    # A listing shows what anybody sent from this account; a tag that is no UUID is not one of ours.
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _columns(payers: Collection[Payer]) -> tuple[list[str], list[str]]:
    return [provider for provider, _ in payers], [account for _, account in payers]
