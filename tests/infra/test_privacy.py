"""What belongs to a home's owner alone: keys, files, logs; and what the servers may reach beyond it."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from infra.embedded.keys import Keys
from infra.embedded.privilege import as_unprivileged
from infra.embedded.stack import Stack
from infra.logging import log_to
from tests.support.homes import pids, s3_client, servers_of


def test_secrets_are_nobody_elses(home: Path, stack: Stack) -> None:
    assert (home / "secrets.json").stat().st_mode & 0o077 == 0
    secret = stack.s3.secret_key
    password = urlsplit(stack.database_url).password
    assert secret is not None and password is not None
    lines = " ".join(" ".join(process.cmdline()) for process in servers_of(home))
    assert lines and secret.get_secret_value() not in lines and password not in lines
    assert password not in repr(stack) and secret.get_secret_value() not in repr(stack)
    keys = Keys.of(home)
    assert keys.postgres_password not in repr(keys) and keys.s3_secret_key not in repr(keys)


def test_what_a_home_holds_is_nobody_elses(home: Path, stack: Stack) -> None:
    """Each by itself, for the home may have been there before, open to everybody."""
    s3_client(stack).put_object(Bucket=stack.s3.bucket, Key="uploads/photo", Body=b"a product")
    names = ("temporal", "postgres", "objects", "logs", "stack.json", "stack.lock")
    made = [home / name for name in names]
    made += [path for folder in made if folder.is_dir() for path in folder.rglob("*")]
    assert any(path.name == "photo" for path in made) and any(path.name == "temporal.db" for path in made)
    # A table that was just dropped may go while we look.
    assert [path for path in made if path.exists() and path.stat().st_mode & 0o077] == []


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The process's logger, as it was before when the test is done."""
    logger = logging.getLogger()
    level, handlers = logger.level, list(logger.handlers)
    yield logger
    for handler in [one for one in logger.handlers if one not in handlers]:
        handler.close()
    logger.handlers, logger.level = handlers, level


def test_our_own_log_is_nobody_elses(tmp_path: Path, root_logger: logging.Logger) -> None:
    tmp_path.chmod(0o755)
    log = log_to(tmp_path)
    root_logger.warning("a secret product")
    assert "a secret product" in log.read_text() and log.stat().st_mode & 0o077 == 0


def test_postgres_has_no_right_beyond_its_own_data(home: Path, stack: Stack) -> None:
    postgres = psutil.Process(pids(home)["postgres"])
    assert postgres.uids().effective == (home / "postgres").stat().st_uid != 0
    # Installed in a folder that is closed to it, its program could not be run without one right.
    closed = any("ambient" in word for word in as_unprivileged(postgres.cmdline()[:1]))
    for one in (postgres, *postgres.children()):
        status = Path(f"/proc/{one.pid}/status").read_text()
        rights = next(int(line.split()[1], 16) for line in status.splitlines() if "CapEff" in line)
        assert rights.bit_count() == closed


def test_a_program_in_a_closed_folder_still_runs(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    program = shutil.copy(shutil.which("cat") or "", tmp_path / "a program")
    assert subprocess.run(as_unprivileged([str(program), "/dev/null"]), check=False).returncode == 0
