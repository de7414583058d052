"""How the ledger's schema reaches a database: plain SQL files, in order, each exactly once."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from infra import postgres
from infra.errors import Unreachable

MIGRATIONS = Path(__file__).parent / "migrations"
NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
# Any constant does, as long as nobody else in this database takes the same one: "reel" in ASCII.
LOCK = 0x7265656C


class MigrationChanged(Unreachable):
    """A file that was applied to this database has another content now. Never retry: restore the file."""


class MigrationOutOfOrder(Unreachable):
    """A file is numbered before one that was already applied, or like another. Never retry: renumber it."""


@dataclass(frozen=True)
class Migration:
    """One SQL file."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of its text; a checkout with other line ends is the same migration."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The folder's `NNNN_name.sql` files in order. Raises MigrationOutOfOrder when two share a number."""
    found = [
        Migration(path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir())
        if NAME.fullmatch(path.name)
    ]
    for before, after in itertools.pairwise(found):
        if before.name[:4] == after.name[:4]:
            raise MigrationOutOfOrder(f"{before.name} and {after.name} have one number")
    return found


async def migrate(database_url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what the database lacks and return those names; safe from any number of processes at once.

    Each file is one transaction together with its record, so a failure leaves the files before it applied
    and itself not at all. What a newer release applied is left alone. Raises MigrationChanged,
    MigrationOutOfOrder, or asyncpg.PostgresError from the SQL itself.
    """
    connection = await postgres.connect(database_url)
    try:
        return [one.name for one in migrations(folder) if await _apply(connection, one)]
    finally:
        await connection.close()


async def _apply(connection: asyncpg.Connection, migration: Migration) -> bool:
    async with connection.transaction():
        # A lock of the transaction, not of the session: it also holds behind a transaction pooler.
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL, "
            "applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        rows = await connection.fetch("SELECT name, checksum FROM schema_migration")
        applied = {row["name"]: row["checksum"] for row in rows}
        if migration.name in applied:
            if applied[migration.name] != migration.checksum:
                raise MigrationChanged(f"{migration.name} is not what was applied to this database")
            return False
        if applied and max(applied) > migration.name:
            raise MigrationOutOfOrder(f"{migration.name} comes after {max(applied)}, which was applied first")
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)",
            migration.name,
            migration.checksum,
        )
    return True
