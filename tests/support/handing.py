"""A service that hands a file in by plain JSON and one PUT, as a client in any language does."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import cv2
import httpx
import numpy as np
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError

from workflows.studio import STUDIO_QUEUE

Handle = WorkflowHandle[Any, Any]


def photo(shade: int = 90) -> bytes:
    """A JPEG, 100 pixels wide and 80 high."""
    written, data = cv2.imencode(".jpg", np.full((80, 100, 3), shade, np.uint8))
    assert written
    return data.tobytes()


def announced(body: bytes, kind: str, **other: object) -> dict[str, object]:
    """What is said of a file before it comes."""
    sha256 = hashlib.sha256(body).hexdigest()
    return {"bytes": len(body), "content_type": kind, "sha256": sha256, **other}


async def begun(client: Client, request: object) -> Handle:
    return await client.start_workflow(
        "UploadWorkflow", request, id=f"upload-{uuid.uuid4()}", task_queue=STUDIO_QUEUE
    )


async def put(upload: Handle, body: bytes, **headers: str) -> int:
    """The store's answer to the file."""
    link = await upload.query("link")
    async with httpx.AsyncClient() as http:
        sent = await http.put(link["url"], content=body, headers={**link["headers"], **headers})
    return sent.status_code


async def handed_in(client: Client, body: bytes, kind: str) -> tuple[Handle, dict[str, Any]]:
    """The upload, and its result."""
    upload = await begun(client, announced(body, kind))
    assert await put(upload, body) == 200
    await upload.signal("sent")
    result: dict[str, Any] = await upload.result()
    return upload, result


async def failure_of(upload: Handle) -> ApplicationError:
    try:
        result = await upload.result()
    except WorkflowFailureError as error:
        assert isinstance(error.cause, ApplicationError)
        return error.cause
    raise AssertionError(f"it was taken: {result}")
