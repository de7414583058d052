"""How the Web UI's door is started and probed as one more embedded server of a home."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from infra.embedded.process import Identity, processes_like
from infra.embedded.servers import LOOPBACK, bare_environment, speaks_http


@dataclass(frozen=True)
class WebServer:
    """What a browser reaches of the home's Temporal server, and all that it reaches."""

    home: Path
    name: ClassVar[str] = "web"
    port_names: ClassVar[tuple[str, ...]] = ("http",)
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home

    @property
    def folder(self) -> Path:
        return self.home

    @staticmethod
    def url(ports: Mapping[str, int]) -> str:
        """Where a person opens it."""
        return f"http://{LOOPBACK}:{ports['http']}"

    def strays(self) -> list[Identity]:
        return processes_like(self._line(), os.geteuid())

    async def prepare(self) -> None:
        """It keeps nothing."""

    def _line(self) -> list[str]:
        # -P: the folder it starts in is the user's, and no place to import modules from.
        return [sys.executable, "-P", "-m", "infra.embedded.web", "--home", str(self.home)]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        # A checkout that was never installed is found from elsewhere too.
        environment = bare_environment(PYTHONPATH=str(Path(__file__).parents[3]))
        return [*self._line(), "--port", str(ports["http"])], environment

    async def answers(self, ports: Mapping[str, int]) -> bool:
        # It refuses whoever names no host, without asking Temporal: that it answers at all is what is asked.
        return await speaks_http(ports["http"])
