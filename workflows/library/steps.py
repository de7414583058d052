"""The steps of handing a file in: their activities' names and types, their timeouts."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.library.contract import Uploaded, UploadRequest
from workflows.studio import LIGHT, STUDIO_QUEUE, Facts, run

_TAKE: workflow.ActivityConfig = {
    **LIGHT,
    # 200 MB from a bucket that moves 1 MB a second, and looked through.
    "start_to_close_timeout": timedelta(minutes=5),
}
_CLEAR: workflow.ActivityConfig = {
    **LIGHT,
    # What is left lying there is nobody's, and costs little: whoever waits for the answer goes before.
    "schedule_to_close_timeout": timedelta(seconds=30),
}


class TakeInUpload(Facts):
    """`object` is where the file was put; what it has to be says the request."""

    object: str
    request: UploadRequest


class ClearUpload(Facts):
    object: str


class Cleared(Facts):
    """Nothing is told of it."""


async def take_in_upload(step: TakeInUpload, label: str) -> Uploaded:
    """Looks at what has come, and keeps it under what it holds."""
    return await run("take_in_upload", step, Uploaded, STUDIO_QUEUE, _TAKE, label)


async def clear_upload(step: ClearUpload, label: str) -> Cleared:
    """Deletes it where it was put."""
    return await run("clear_upload", step, Cleared, STUDIO_QUEUE, _CLEAR, label)
