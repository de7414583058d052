"""Knows which files a provider already has, and where."""

from __future__ import annotations

from datetime import datetime

from activities.storage import Database, span

FIND = """
SELECT url FROM provider_upload
 WHERE provider = $1 AND account = $2 AND sha256 = $3 AND expires_at >= clock_timestamp() + $4"""

# What lives longer stays: two processes may have given the same file at the same time.
KEEP = """
INSERT INTO provider_upload (provider, account, sha256, url, expires_at)
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, 'infinity'))
ON CONFLICT (provider, account, sha256) DO UPDATE
   SET url = excluded.url, expires_at = excluded.expires_at, made_at = clock_timestamp()
 WHERE provider_upload.expires_at < excluded.expires_at"""


class Uploads:
    """The uploads of all accounts. Raises as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, provider: str, account: str, sha256: str, seconds: float) -> str | None:
        """The URL of a file, if the provider keeps it for `seconds` more at least."""
        rows = await self._database.rows(FIND, provider, account, sha256, span(seconds))
        return rows[0]["url"] if rows else None

    async def keep(
        self, provider: str, account: str, sha256: str, url: str, expires_at: datetime | None
    ) -> None:
        """Remembers an upload; None: the provider did not say until when. A URL with a query may be signed,
        and is not written down: then the file simply goes up again."""
        if "?" not in url:
            await self._database.rows(KEEP, provider, account, sha256, url, expires_at)
