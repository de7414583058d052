"""A transaction pooler before a real PostgreSQL, as a platform team runs one: PgBouncer, under a user of its
own, with fewer connections to the server than it has clients."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from infra.embedded.privilege import as_unprivileged, hand_over, working_folder
from infra.embedded.process import free_port
from infra.embedded.servers import LOOPBACK

_PATIENCE_S = 30.0


def program() -> str:
    """PgBouncer's program. Missing, it fails the test: a pooler that was not there was not tested."""
    # Debian puts it where root looks, and nobody else.
    if found := shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin"):
        return found
    pytest.fail("These tests need a pooler, and none is installed: `apt-get install -y pgbouncer`.")


@contextmanager
def pooler(url: str, folder: Path, *, connections: int) -> Iterator[str]:
    """The URL of the same database by way of a pooler that holds so many connections to its server."""
    parts, port = urlsplit(url), free_port()
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    settings.write_text(_settings(url, port, connections))
    hand_over(folder)
    hand_over(settings)
    command = as_unprivileged([program(), f"{working_folder(folder)}/pgbouncer.ini"])
    with (folder.parent / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(process, port, Path(log.name))
            account = parts.netloc.rpartition("@")[0]
            yield parts._replace(netloc=f"{account}@{LOOPBACK}:{port}").geturl()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _settings(url: str, port: int, connections: int) -> str:
    parts = urlsplit(url)
    account = f"user={parts.username} password={unquote(parts.password or '')}"
    lines = {
        "listen_addr": LOOPBACK,
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": "transaction",
        "default_pool_size": connections,
        "max_client_conn": 200,
    }
    written = "\n".join(f"{name} = {value}" for name, value in lines.items())
    return f"[databases]\n* = host={parts.hostname} port={parts.port} {account}\n[pgbouncer]\n{written}\n"


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + _PATIENCE_S
    while time.monotonic() < limit and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(f"the pooler did not start: {log.read_text()}")
