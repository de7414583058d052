"""Recordings of files that were handed in: one that was taken, and one that never came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio.client import Client

from tests.support.handing import Handle, announced, begun, failure_of, handed_in, photo
from tests.support.plain import Plain


async def handed_in_once(rig: Callable[..., Any], client: Client) -> Handle:
    async with rig(Plain()):
        upload, _ = await handed_in(client, photo(), "image/jpeg")
        return upload


async def never_sent(rig: Callable[..., Any], client: Client) -> Handle:
    async with rig(Plain()):
        upload = await begun(client, announced(b"a file", "video/mp4"))
        await upload.signal("sent")
        assert (await failure_of(upload)).type == "InvalidInput"
        return upload


RECORDINGS = (handed_in_once, never_sent)
