"""Knows what all productions have spent, and how their models did: sums over the ledger's rows.

What is in doubt counts in full, as it does in every account: the sums are those of the accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from activities.storage import Database

By = Literal["model", "user", "label", "day", "film", "phase"]

#: What the money goes to, by the recipe `r` of what was bought: by a film, or by a step of a pipeline.
SPENT_ON = """CASE WHEN (r.recipe ->> 'take')::int > 1 THEN 'takes'
            WHEN r.recipe ->> 'operation' LIKE 'plan%' THEN 'plan'
            WHEN r.recipe ->> 'operation' = 'verify_model' THEN 'checks'
            WHEN r.recipe ->> 'operation' IN ('sheet', 'storyboard_image', 'anchor_image', 'text_to_image',
                                              'image_to_image', 'upscale_image', 'remove_background')
              THEN 'images'
            WHEN r.recipe ->> 'operation' IN ('text', 'text_repair') THEN 'texts'
            WHEN r.recipe ->> 'operation' IN ('text_to_video', 'image_to_video', 'upscale_video')
              THEN 'videos'
            ELSE 'chunks' END"""
# As the newest request says: user and labels of a production that was made before they were kept are unknown.
_GROUPS: Mapping[By, str] = {
    "model": "a.model",
    "user": "coalesce(w.user_name, '')",
    "label": "coalesce(label.name, '')",
    "day": "to_char(a.intent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    "film": "a.payer",
    "phase": SPENT_ON,
}
_LABELS = "LEFT JOIN LATERAL unnest(w.labels) AS label (name) ON true"
# What was turned away, or never arrived, is no job of anybody's.
_SUMS = """
SELECT {group} AS name, coalesce(sum(coalesce(a.cost, a.estimate)), 0) AS usd,
       coalesce(sum(coalesce(a.cost, a.estimate)) FILTER (WHERE NOT a.cost_certain), 0) AS in_doubt_usd,
       count(*) FILTER (WHERE a.phase NOT IN ('rejected', 'absent')) AS jobs,
       count(DISTINCT a.payer) AS productions
  FROM attempt a JOIN render r ON r.key = a.key LEFT JOIN made_for w ON w.film = a.payer {labels}
 WHERE ($1::timestamptz IS NULL OR a.intent_at >= $1)
   AND ($2::text IS NULL OR a.payer = $2
        OR a.payer IN (SELECT item FROM batch_item WHERE batch = $2 AND state <> 'admitting')) {grouped}"""

# Tries whose end tells of the model: not what a person cancelled, nor what an empty account or a full queue
# turned away. A recipe's second try and every further one is a retry.
_FIGURES = """
WITH tried AS (
  SELECT model, phase, intent_at, ended_at, coalesce(error ->> 'type', '') = 'ContentPolicy' AS refused,
         row_number() OVER (PARTITION BY key ORDER BY n) AS try
    FROM attempt WHERE (phase IN ('stored', 'failed', 'expired', 'written_off')
      OR (phase = 'rejected' AND error ->> 'type' = 'ContentPolicy')))
SELECT model, count(*) AS tries, count(*) FILTER (WHERE phase = 'stored') AS made,
       count(*) FILTER (WHERE refused AND phase <> 'stored') AS refused,
       count(*) FILTER (WHERE try > 1) AS retried,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - intent_at)::float8)
         FILTER (WHERE phase = 'stored') AS median_s
  FROM tried WHERE $1::timestamptz IS NULL OR intent_at >= $1 GROUP BY model ORDER BY model"""

# What was turned away for certain, or never arrived, was no job.
_BOUGHT = f"""
SELECT a.model, {SPENT_ON} AS phase, a.towards, a.phase AS state, a.estimate, a.cost,
       a.cost_certain AS certain
  FROM attempt a JOIN render r ON r.key = a.key
 WHERE a.payer = $1 AND a.phase NOT IN ('rejected', 'absent') ORDER BY a.intent_at, a.key, a.n"""

_RESTING = "SELECT model, open_until FROM provider_health WHERE open_until > clock_timestamp()"


@dataclass(frozen=True)
class Spent:
    """What was spent on one thing, USD. `name` is empty where nobody is named; `jobs` were accepted, or may
    have been; `productions` paid for them."""

    name: str
    usd: Decimal
    in_doubt_usd: Decimal
    jobs: int
    productions: int


@dataclass(frozen=True)
class Figures:
    """How one model did: how many tries have ended, and of those how many made something, were refused for
    their content, and were not the first. `median_s` is from the request to the file in the bucket."""

    model: str
    tries: int
    made: int
    refused: int
    retried: int
    median_s: float | None


@dataclass(frozen=True)
class Bought:
    """One job that a film paid: for what, how it ended, and at which price, USD; `cost` is None in doubt."""

    model: str
    phase: str
    towards: str
    state: str
    estimate: Decimal
    cost: Decimal | None
    certain: bool

    @property
    def usd(self) -> Decimal:
        """What it counts as."""
        return self.estimate if self.cost is None else self.cost


class Spending:
    """Of all productions that share a ledger. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by(
        self, what: By, since: datetime | None = None, production: str | None = None
    ) -> tuple[Spent, ...]:
        """What was spent on whatever was sent since then, the dearest first; days in their order, in UTC. A
        film with several labels counts in full for each of them. `production` is the id of the one whose
        costs are meant: of a batch they are its items', whichever run has paid for them."""
        labels, order = (_LABELS if what == "label" else ""), ("name" if what == "day" else "usd DESC, name")
        grouped = f"GROUP BY 1 ORDER BY {order}"
        rows = await self._rows(since, production, group=_GROUPS[what], labels=labels, grouped=grouped)
        return tuple(Spent(**dict(row)) for row in rows)

    async def total(self, since: datetime | None = None, production: str | None = None) -> Spent:
        """All of it, each attempt once."""
        (row,) = await self._rows(since, production, group="''", labels="", grouped="")
        return Spent(**dict(row))

    async def figures(self, since: datetime | None = None) -> dict[str, Figures]:
        """How each model did in what was sent since then."""
        rows = await self._database.rows(_FIGURES, since)
        return {row["model"]: Figures(**dict(row)) for row in rows}

    async def of(self, film: str) -> tuple[Bought, ...]:
        """Every job that the film paid, the oldest first."""
        return tuple(Bought(**dict(row)) for row in await self._database.rows(_BOUGHT, film))

    async def resting(self) -> dict[str, datetime]:
        """The models that are left alone for failing, and until when."""
        return {row["model"]: row["open_until"] for row in await self._database.rows(_RESTING)}

    async def _rows(self, since: datetime | None, production: str | None, **parts: str) -> list[Any]:
        return await self._database.rows(_SUMS.format(**parts), since, production)
