"""An S3 server over a plain folder: a bucket is a folder in it, an object a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from infra.embedded.servers.child import LOOPBACK, Server, bare_environment, program
from infra.private import private_folder


@dataclass(frozen=True)
class ObjectServer(Server):
    """The S3 server of one home, with one bucket."""

    access_key: str
    secret_key: str = field(repr=False)
    bucket: str = "reelwright"
    name: ClassVar[str] = "s3"

    @property
    def data(self) -> Path:
        return self.home / "objects"

    async def prepare(self) -> None:
        bucket = self.data / self.bucket
        private_folder(self.data)
        private_folder(bucket)
        # An upload is written under this name and renamed when whole; a kill in the middle leaves it behind.
        for part in await asyncio.to_thread(lambda: list(bucket.rglob(".rclone_temp_*"))):
            part.unlink(missing_ok=True)

    def line(self) -> list[str]:
        return [program("rclone"), "serve", "s3", str(self.data)]

    def options(self, ports: Mapping[str, int]) -> list[str]:
        return ["--addr", f"{LOOPBACK}:{ports['http']}"]

    def environment(self) -> dict[str, str]:
        # The keys go by environment, which only the owner can read; a command line is for all to see.
        keys = f'"{self.access_key},{self.secret_key}"'
        return bare_environment(RCLONE_AUTH_KEY=keys, RCLONE_CONFIG="", RCLONE_VFS_CACHE_MODE="off")
