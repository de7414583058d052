"""How the stand-ins are started and probed as one more embedded server of a home."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import httpx

from infra.embedded.keys import private_folder
from infra.embedded.process import Identity, processes_like
from infra.embedded.servers import LOOPBACK, bare_environment


@dataclass(frozen=True)
class StandinServer:
    """The stand-ins of the paid providers: jobs and files in a folder of the home."""

    home: Path
    speed: float = 1.0
    faults: str = ""
    #: Seconds by which their clock is ahead.
    skew: float = 0.0
    name: ClassVar[str] = "standins"
    port_names: ClassVar[tuple[str, ...]] = ("http",)
    stop_signal: ClassVar[int] = signal.SIGTERM

    @property
    def data(self) -> Path:
        return self.home / "standins"

    @property
    def folder(self) -> Path:
        return self.home

    @staticmethod
    def url(ports: Mapping[str, int]) -> str:
        """Base URL of all of them."""
        return f"http://{LOOPBACK}:{ports['http']}"

    def strays(self) -> list[Identity]:
        return processes_like(self._line(), os.geteuid())

    async def prepare(self) -> None:
        private_folder(self.data)

    def _line(self) -> list[str]:
        # -P: the folder it starts in is the user's, and no place to import modules from.
        return [sys.executable, "-P", "-m", "infra.standins", "--data", str(self.data)]

    def command(self, ports: Mapping[str, int]) -> tuple[list[str], dict[str, str]]:
        line = [*self._line(), "--port", str(ports["http"]), "--speed", str(self.speed)]
        if self.skew:
            line += [f"--skew={self.skew}"]
        if self.faults:
            line += ["--faults", self.faults]
        # A checkout that was never installed is found from elsewhere too.
        return line, bare_environment(PYTHONPATH=str(Path(__file__).parents[2]))

    async def answers(self, ports: Mapping[str, int]) -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{self.url(ports)}/control/alive")).status_code == 204
        except httpx.HTTPError:
            return False
