"""Knows the verdicts on models that were written down: by model, deployment and day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.storage import Database
from workflows.upkeep import Finding, State, Verdict

_WRITE = """
INSERT INTO model_verdict (model, deployment, day, state, key, usd, findings)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb)
ON CONFLICT (model, deployment, day) DO UPDATE
   SET state = $4, key = $5, usd = $6, findings = $7::text::jsonb, verified_at = clock_timestamp()"""

# Of the same entry: one that was mended since has another job.
_OF_JOB = """
SELECT model, state, usd, findings::text AS findings FROM model_verdict
 WHERE model = $1 AND deployment = $2 AND day = $3 AND key = $4 AND state <> 'failed'"""

_NEWEST = """
SELECT DISTINCT ON (model) model, day, state, key, findings::text AS findings FROM model_verdict
 WHERE deployment = $1 AND state <> 'failed' ORDER BY model, day DESC"""


@dataclass(frozen=True)
class LastVerified:
    """The last day on which a model's job came back, that job's recipe, and what differed."""

    day: date
    state: State
    key: str
    differed: tuple[Finding, ...]


class VerdictRows:
    """Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, verdict: Verdict, deployment: str, day: date, key: str) -> None:
        """Written again, it is that day's newest."""
        said = json.dumps([one.model_dump() for one in verdict.findings])
        values = (verdict.model, deployment, day, verdict.state, key, verdict.usd, said)
        await self._database.rows(_WRITE, *values)

    async def of_job(self, model: str, deployment: str, day: date, key: str) -> Verdict | None:
        """What that day's job has shown already; None where none came back."""
        rows = await self._database.rows(_OF_JOB, model, deployment, day, key)
        if not rows:
            return None
        (row,) = rows
        return Verdict(model=row["model"], state=row["state"], usd=row["usd"], findings=_findings(row))

    async def newest(self, deployment: str) -> dict[str, LastVerified]:
        """By model."""
        rows = await self._database.rows(_NEWEST, deployment)
        return {
            row["model"]: LastVerified(
                row["day"], row["state"], row["key"], tuple(one for one in _findings(row) if one.differs)
            )
            for row in rows
        }


def _findings(row: Any) -> tuple[Finding, ...]:
    return tuple(Finding.model_validate(one) for one in json.loads(row["findings"]))
