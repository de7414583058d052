"""Temporal's dev server with its Web UI, on a database file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from infra.embedded import namespace
from infra.embedded.servers.child import LOOPBACK, Server, listens, program
from infra.embedded.web import address
from infra.private import private_folder


@dataclass(frozen=True)
class TemporalServer(Server):
    """Temporal's dev server with its Web UI, on a database file."""

    name: ClassVar[str] = "temporal"
    port_names: ClassVar[tuple[str, ...]] = ("frontend",)

    @property
    def data(self) -> Path:
        return self.home / "temporal" / "temporal.db"

    async def prepare(self) -> None:
        private_folder(self.data.parent)
        address.draw(self.home)

    def line(self) -> list[str]:
        return [program("temporal"), "server", "start-dev", "--db-filename", str(self.data)]

    def options(self, ports: Mapping[str, int]) -> list[str]:
        line = ["--ip", LOOPBACK, "--port", str(ports["frontend"])]
        if ui := address.drawn(self.home):
            line += ["--ui-ip", ui.host, "--ui-port", str(ui.port)]
        # The HTTP API starts workflows for any page that knows its port. Nobody here needs it, it cannot be
        # left out, and this is a host that no request can name (RFC 2606).
        line += ["--dynamic-config-value", 'frontend.httpAllowedHosts=["none.invalid"]']
        # A write-ahead log halves the time of every write against the default journal, and is as durable.
        line += ["--sqlite-pragma", "journal_mode=WAL"]
        # What is nearly done goes before what is not begun, and no user waits behind all of another's: a
        # queue of several partitions keeps that order in each alone, which with few tasks is none at all.
        for rule in ("enableFairness=true", "numTaskqueueReadPartitions=1", "numTaskqueueWritePartitions=1"):
            line += ["--dynamic-config-value", f"matching.{rule}"]
        # The operator's own client configuration must not leak into the server's start.
        line += ["--disable-config-file", "--disable-config-env"]
        return [*line, "--log-level", "error", "--ui-disable-news-fetch"]

    async def answers(self, ports: Mapping[str, int]) -> bool:
        ui = address.drawn(self.home)
        if ui is None or not await listens(ports["frontend"]):
            return False
        return await namespace.ready(f"{LOOPBACK}:{ports['frontend']}") and await listens(ui.port, ui.host)
