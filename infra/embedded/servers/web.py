"""How the Web UI's door is started as one more embedded server of a home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from infra.embedded.servers.child import OwnServer


@dataclass(frozen=True)
class WebServer(OwnServer):
    """What a browser reaches of the home's Temporal server, and all that it reaches."""

    name: ClassVar[str] = "web"
    module: ClassVar[str] = "infra.embedded.web"

    @property
    def data(self) -> Path:
        return self.home

    async def prepare(self) -> None:
        """It keeps nothing."""

    def place(self) -> list[str]:
        return ["--home", str(self.home)]
