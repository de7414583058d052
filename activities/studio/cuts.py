"""Knows the cuts of films: whatever was delivered under a film's id has a number of its own, for ever."""

from __future__ import annotations

from collections.abc import Collection

from activities.storage import Database

# One that was deleted is there again. Of two at once the later finds the number taken: it writes nothing, and
# asks again.
NUMBER = """
WITH numbered AS (UPDATE film_cut SET gone = false WHERE film = $1 AND key = $2 RETURNING number),
     added AS (INSERT INTO film_cut (film, number, key)
               SELECT $1, greatest(max(number), $3::int) + 1, $2 FROM film_cut WHERE film = $1
               HAVING NOT EXISTS (SELECT FROM numbered) ON CONFLICT DO NOTHING RETURNING number)
SELECT number FROM numbered UNION ALL SELECT number FROM added"""

#: The number of what was delivered last, and is there; 0 where nothing is.
NEWEST = "SELECT coalesce(max(number), 0) AS number FROM film_cut WHERE film = $1 AND NOT gone"

# Of which nothing that was delivered is there.
GONE = "SELECT film FROM film_cut WHERE film = ANY($1::text[]) GROUP BY film HAVING bool_and(gone)"


class Cuts:
    """The cuts of all films. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, film: str, key: str, taken: int = 0) -> int:
        """The number of the cut with this recipe key: its own, else the next one beyond `taken`, from 1."""
        while True:
            if rows := await self._database.rows(NUMBER, film, key, taken):
                number: int = rows[0]["number"]
                return number

    async def gone(self, films: Collection[str]) -> frozenset[str]:
        """Those of them that have delivered something, all of which was deleted."""
        return frozenset(row["film"] for row in await self._database.rows(GONE, list(films)))
