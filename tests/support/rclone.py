"""An S3 server of a test's own, to be killed: the run's shared one must live."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from infra.embedded.process import free_port
from infra.embedded.servers import LOOPBACK, ObjectServer
from infra.settings import S3Config


class Server:
    """The embedded stack's S3 server over a folder, started and killed by hand."""

    def __init__(self, home: Path, *options: str) -> None:
        self._options = options
        self._server = ObjectServer(home, "REEL0123456789ABCDEF", "0123456789abcdef" * 2 + "01234567")
        self._server.data.mkdir(parents=True)
        self._port = free_port()
        secret = SecretStr(self._server.secret_key)
        self.config = S3Config(
            f"http://{LOOPBACK}:{self._port}", "reelwright", "us-east-1", self._server.access_key, secret
        )

    def start(self) -> None:
        line, environment = self._server.command({"http": self._port})
        self.process = subprocess.Popen([*line, *self._options], env=environment, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((LOOPBACK, self._port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError("the S3 server ended")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart_empty(self) -> None:
        """Another folder under the same address, without even a bucket."""
        self.kill()
        shutil.rmtree(self._server.data)
        self._server.data.mkdir()
        self.start()

    def objects(self) -> list[str]:
        """Whatever a client would be shown as an object."""
        return [path.name for path in self._files() if not path.name.startswith(".rclone_temp_")]

    def receiving(self) -> bool:
        """Whether some of an object's bytes have arrived, and not all."""
        return any(path.name.startswith(".rclone_temp_") and path.stat().st_size for path in self._files())

    def _files(self) -> list[Path]:
        return [Path(at) / name for at, _, names in os.walk(self._server.data) for name in names]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
