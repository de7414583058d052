"""How the stand-ins are started as one more embedded server of a home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from infra.embedded.servers.child import OwnServer
from infra.private import private_folder


@dataclass(frozen=True)
class StandinServer(OwnServer):
    """The stand-ins of the paid providers: jobs and files in a folder of the home."""

    speed: float = 1.0
    faults: str = ""
    #: Seconds by which their clock is ahead.
    skew: float = 0.0
    name: ClassVar[str] = "standins"
    module: ClassVar[str] = "infra.standins"

    @property
    def data(self) -> Path:
        return self.home / "standins"

    async def prepare(self) -> None:
        private_folder(self.data)

    def place(self) -> list[str]:
        return ["--data", str(self.data)]

    def options(self, ports: Mapping[str, int]) -> list[str]:
        line = [*super().options(ports), "--speed", str(self.speed)]
        if self.skew:
            line += [f"--skew={self.skew}"]
        if self.faults:
            line += ["--faults", self.faults]
        return line

    async def answers(self, ports: Mapping[str, int]) -> bool:
        # Loaded where they are asked: most commands have none.
        import httpx

        # Theirs and nobody else's: keys and requests would go to whoever has taken the port meanwhile.
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"{self.url(ports)}/control/alive")).status_code == 204
        except httpx.HTTPError:
            return False
