"""Knows how a production's artifacts are let go: what nobody else needs is made no more, and its bytes go.

One statement an artifact, which locks its row alone: whoever begins to need it does so before, and is seen,
or after, and finds that it has to be made again. What was paid for it stays in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from activities.storage import Database, span

# A deletion that is silent for so long has died: what begins then waits no more. Its steps are shorter.
_LASTS_S = 120.0
_NONE: Mapping[str, int] = MappingProxyType({})

BEGIN = """
INSERT INTO deletion (film, owner, until) VALUES ($1, $2, clock_timestamp() + $3::interval)
ON CONFLICT (film) DO UPDATE SET owner = EXCLUDED.owner, until = EXCLUDED.until
 WHERE deletion.owner = EXCLUDED.owner OR deletion.until <= clock_timestamp() RETURNING film"""

RENEW = """
UPDATE deletion SET until = clock_timestamp() + $3::interval
 WHERE film = $1 AND owner = $2 AND until > clock_timestamp() RETURNING film"""

END = "DELETE FROM deletion WHERE film = $1 AND owner = $2"

UNDER_WAY = "SELECT film FROM deletion WHERE film = $1 AND until > clock_timestamp()"

DELETED_BEFORE = """
SELECT EXISTS (SELECT 1 FROM film_cut WHERE film = $1 AND gone)
       OR EXISTS (SELECT 1 FROM left_object WHERE film = $1) AS before"""

# What a later run might show without making it.
FORGET = """
WITH ours AS (SELECT film FROM deletion WHERE film = $1 AND owner = $2 AND until > clock_timestamp()),
     cuts AS (UPDATE film_cut SET gone = true WHERE film IN (SELECT film FROM ours) AND NOT $3::boolean)
DELETE FROM film_version WHERE film IN (SELECT film FROM ours)"""

NEEDS = """
SELECT r.key, r.recipe ->> 'operation' AS what, r.state = 'done' AS made,
       bytes_of(r.facts, NULL) + (
         SELECT coalesce(sum((b #>> '{}')::bigint), 0)::bigint
           FROM jsonb_path_query(r.facts, '$.parts.*.media.bytes') b) AS bytes,
       coalesce((SELECT coalesce(a.cost, a.estimate) FROM attempt a
                  WHERE a.key = r.key AND a.n = r.made_by), 0) AS usd,
       ARRAY(
         SELECT o.film FROM need o WHERE o.key = n.key AND o.film <> $1 ORDER BY o.film LIMIT 3) AS others,
       (r.state = 'open' AND r.lease_until > clock_timestamp()) OR EXISTS (
         SELECT 1 FROM attempt a WHERE a.key = r.key AND a.phase IN ('intent', 'held', 'running', 'stray'))
         AS under_way,
       uploads_of(r.recipe) AS uploads, r.facts -> 'media' ->> 'sha256' AS sha256
  FROM need n JOIN render r USING (key) WHERE n.film = $1 ORDER BY r.recipe ->> 'operation', r.key"""

# With its pictures, in one statement: once it is needed no more, nobody looks for them by its name. Where it
# stays so do they, for a provider may be about to read them.
LET_GO = """
WITH answer AS MATERIALIZED (SELECT let_go($1, $2, $3) AS said),
     pictures AS (
       INSERT INTO left_object (object, bytes, film)
       SELECT p.object, p.bytes, $1 FROM answer, unnest($4::text[], $5::bigint[]) AS p(object, bytes)
        WHERE answer.said = 'gone' ON CONFLICT DO NOTHING)
SELECT said FROM answer"""

LEFT_THERE = "SELECT object, bytes FROM left_object WHERE film = $1 AND removed_at IS NULL ORDER BY object"

REMOVED = "UPDATE left_object SET removed_at = clock_timestamp() WHERE object = ANY($1::text[])"

# Whoever made something of it, or was asked for with it and has not begun.
UPLOAD_NEEDED = """
SELECT n.film FROM render r JOIN need n USING (key)
 WHERE uploads_of(r.recipe) <> '{}' AND uploads_of(r.recipe) @> ARRAY[$1::text] AND n.film <> $2
UNION ALL SELECT id FROM film WHERE id <> $2 AND strpos(request::text, $1) > 0
UNION ALL SELECT item FROM batch_item WHERE item <> $2 AND batch <> $2 AND strpos(request::text, $1) > 0
LIMIT 1"""

# One that has nothing left but what a deletion that died has not removed yet is known too.
KNOWN = """
SELECT EXISTS (SELECT 1 FROM batch_item WHERE batch = $1) AS batch,
       EXISTS (SELECT 1 FROM need WHERE film = $1) OR EXISTS (SELECT 1 FROM attempt WHERE payer = $1)
       OR EXISTS (SELECT 1 FROM made_for WHERE film = $1)
       OR EXISTS (SELECT 1 FROM left_object WHERE film = $1) AS film"""

SOURCES = """
SELECT DISTINCT u[1] AS upload FROM (
  SELECT request FROM film WHERE id = $1 UNION ALL SELECT request FROM batch_item WHERE batch = $1) asked,
  regexp_matches(asked.request::text, 'uploads/[0-9a-f]{64}\\.[a-z0-9]{1,8}', 'g') u"""

ITEMS = "SELECT count(*) AS items FROM batch_item WHERE batch = $1 AND state <> 'admitting'"

#: What became of an artifact: it is made no more; others need it; a job or a maker is at it; the deletion is
#: another's, or over.
Said = Literal["gone", "needed", "under way", "lost"]


@dataclass(frozen=True)
class Need:
    """An artifact that a production refers to: `what` operation made it, its bytes with those of its parts,
    what was paid for it, USD, the first three `others` that need it, and whether something is at it now."""

    key: str
    what: str
    made: bool
    bytes: int
    usd: Decimal
    others: tuple[str, ...]
    under_way: bool
    uploads: tuple[str, ...]
    sha256: str | None


class LettingGo:
    """The deletions of all productions that share a ledger. Raises what `Database` raises."""

    #: Seconds for which a deletion holds off what would begin, after it was begun or prolonged.
    lasts_s = _LASTS_S

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, film: str, owner: str) -> bool:
        """Holds off the next run of the production; False while somebody else deletes it."""
        return bool(await self._database.rows(BEGIN, film, owner, span(_LASTS_S)))

    async def renew(self, film: str, owner: str) -> bool:
        """Holds it off for longer; False where it was let loose meanwhile."""
        return bool(await self._database.rows(RENEW, film, owner, span(_LASTS_S)))

    async def end(self, film: str, owner: str) -> None:
        await self._database.rows(END, film, owner)

    async def under_way(self, film: str) -> bool:
        """Whether a run that begins has to wait."""
        return bool(await self._database.rows(UNDER_WAY, film))

    async def known(self, id: str) -> Literal["film", "batch", None]:
        """What the ledger takes it for; None where it never heard of it."""
        (row,) = await self._database.rows(KNOWN, id)
        return "batch" if row["batch"] else "film" if row["film"] else None

    async def deleted_before(self, film: str) -> bool:
        """Whether a cut or an artifact of it was let go, ever."""
        (row,) = await self._database.rows(DELETED_BEFORE, film)
        return bool(row["before"])

    async def items(self, batch: str) -> int:
        """How many items a batch has: each a production of its own."""
        return int((await self._database.rows(ITEMS, batch))[0]["items"])

    async def needs(self, film: str) -> list[Need]:
        """All that it refers to, made or not."""
        rows = [dict(row) for row in await self._database.rows(NEEDS, film)]
        return [
            Need(**{**row, "others": tuple(row["others"]), "uploads": tuple(row["uploads"])}) for row in rows
        ]

    async def uploads(self, film: str) -> set[str]:
        """The uploads that its requests name."""
        return {row["upload"] for row in await self._database.rows(SOURCES, film)}

    async def upload_needed(self, upload: str, film: str) -> str | None:
        """Another production that names the upload; None where there is none."""
        rows = await self._database.rows(UPLOAD_NEEDED, upload, film)
        return rows[0]["film"] if rows else None

    async def forget(self, film: str, owner: str, keep_cuts: bool) -> None:
        """A run that begins later shows no version that is gone; nor a cut, unless they are kept."""
        await self._database.rows(FORGET, film, owner, keep_cuts)

    async def let_go(self, film: str, owner: str, key: str, pictures: Mapping[str, int] = _NONE) -> Said:
        """Gives one artifact up; where it is gone, its `pictures` are left as well, objects with their bytes.
        Said again, for its answer was lost, it is gone all the same."""
        names, sizes = list(pictures), list(pictures.values())
        said: Said = (await self._database.rows(LET_GO, film, owner, key, names, sizes))[0]["said"]
        return said

    async def left(self, film: str) -> dict[str, int]:
        """The bytes of what is to be removed from the bucket, by object."""
        return {row["object"]: row["bytes"] for row in await self._database.rows(LEFT_THERE, film)}

    async def removed(self, objects: Sequence[str]) -> None:
        """The bucket was told."""
        await self._database.rows(REMOVED, list(objects))
