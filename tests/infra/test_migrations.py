"""Migrations against a real PostgreSQL: in order, each once, from two processes at once, never changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from infra.embedded.stack import Stack
from infra.schema import MigrationChanged, MigrationOutOfOrder, migrate, migrations
from tests.support.databases import database_of_its_own

FIRST = "CREATE TABLE take (id int PRIMARY KEY); INSERT INTO take VALUES (1);"
SECOND = "ALTER TABLE take ADD COLUMN shot text; INSERT INTO take VALUES (2, 'close-up');"


@pytest_asyncio.fixture
async def empty_database(stack: Stack) -> AsyncIterator[str]:
    async with database_of_its_own(stack) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations, the second of which needs the first, and files that are none."""
    (tmp_path / "0001_take.sql").write_text(FIRST)
    (tmp_path / "0002_shot.sql").write_text(SECOND)
    (tmp_path / "notes.sql").write_text("this is no SQL")
    return tmp_path


async def shots(url: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch("SELECT id, shot FROM take ORDER BY id")]
    finally:
        await connection.close()


async def test_each_file_is_applied_once_and_in_order(empty_database: str, folder: Path) -> None:
    assert await migrate(empty_database, folder) == ["0001_take.sql", "0002_shot.sql"]
    assert await migrate(empty_database, folder) == []
    assert await shots(empty_database) == [(1, None), (2, "close-up")]


async def test_many_at_once_apply_each_file_once(empty_database: str, folder: Path) -> None:
    applied = await asyncio.gather(*(migrate(empty_database, folder) for _ in range(6)))
    assert sorted(name for names in applied for name in names) == ["0001_take.sql", "0002_shot.sql"]
    assert await shots(empty_database) == [(1, None), (2, "close-up")]


async def test_a_changed_file_is_refused(empty_database: str, folder: Path) -> None:
    await migrate(empty_database, folder)
    (folder / "0001_take.sql").write_text(FIRST + " -- improved")
    with pytest.raises(MigrationChanged, match="0001_take"):
        await migrate(empty_database, folder)


async def test_a_file_that_comes_too_late_is_refused(empty_database: str, folder: Path) -> None:
    (folder / "0001_take.sql").rename(folder / "0003_take.sql")
    (folder / "0002_shot.sql").unlink()
    await migrate(empty_database, folder)
    (folder / "0002_shot.sql").write_text(SECOND)
    with pytest.raises(MigrationOutOfOrder, match="0002_shot"):
        await migrate(empty_database, folder)


async def test_two_files_of_one_number_are_refused(folder: Path) -> None:
    (folder / "0002_other.sql").write_text("SELECT 1")
    with pytest.raises(MigrationOutOfOrder, match="one number"):
        migrations(folder)


async def test_a_failing_file_leaves_nothing_of_itself(empty_database: str, folder: Path) -> None:
    (folder / "0002_shot.sql").write_text("ALTER TABLE take ADD COLUMN shot text; SELECT no_such_function()")
    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(empty_database, folder)
    (folder / "0002_shot.sql").write_text(SECOND)
    assert await migrate(empty_database, folder) == ["0002_shot.sql"]


async def test_what_a_newer_release_applied_is_left_alone(empty_database: str, folder: Path) -> None:
    await migrate(empty_database, folder)
    (folder / "0002_shot.sql").unlink()
    assert await migrate(empty_database, folder) == []


def test_the_released_files_are_in_order() -> None:
    names = [one.name for one in migrations()]
    assert names == sorted(names)
    assert names[0].startswith("0001_")
