"""Knows the cuts of films: whatever was delivered under a film's id has a number of its own, for ever."""

from __future__ import annotations

from activities.storage import Database

# One that was deleted is there again.
NUMBERED = "UPDATE film_cut SET gone = false WHERE film = $1 AND key = $2 RETURNING number"

# Of two at once the later finds the number taken: it writes nothing, and asks again.
NUMBER = """
INSERT INTO film_cut (film, number, key)
SELECT $1, greatest(max(number), $3::int) + 1, $2 FROM film_cut WHERE film = $1
ON CONFLICT DO NOTHING RETURNING number"""

NEWEST = "SELECT coalesce(max(number), 0) AS number FROM film_cut WHERE film = $1 AND NOT gone"


class Cuts:
    """The cuts of all films. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, film: str, key: str, taken: int = 0) -> int:
        """The number of the cut with this recipe key: its own, else the next one beyond `taken`, from 1."""
        while True:
            rows = await self._database.rows(NUMBERED, film, key)
            rows = rows or await self._database.rows(NUMBER, film, key, taken)
            if rows:
                number: int = rows[0]["number"]
                return number

    async def newest(self, film: str) -> int:
        """The number of what was delivered last, and is there; 0 where nothing is."""
        number: int = (await self._database.rows(NEWEST, film))[0]["number"]
        return number
