"""Bad input from any client in any language fails its workflow at once, and says what to change."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from starter.films import FilmFailed
from tests.conftest import Rig
from tests.support.plain import Plain
from workflows.film.contract import VideoRequest

PROMPT = {"prompt": "A 15 second film about a mug"}
_ids = itertools.count()


def as_json(value: object) -> RawValue:
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(value).encode()))


def raw(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


#: What is sent, and the fields that the failure has to name.
BAD: dict[str, tuple[Sequence[RawValue], set[str]]] = {
    "no argument": ([], {"request"}),
    "several arguments": ([as_json(PROMPT), as_json(PROMPT)], {"request"}),
    "null": ([as_json(None)], {"request"}),
    "nothing at all": ([raw(b"", b"binary/null")], {"request"}),
    "a list": ([as_json([PROMPT])], {"request"}),
    "a string": ([as_json("a mug")], {"request"}),
    "a number": ([as_json(7)], {"request"}),
    "not JSON": ([raw(b"{prompt: mug}")], {"request"}),
    "bytes": ([raw(b"\x00\xff\xfe", b"binary/plain")], {"request"}),
    "another encoding": ([raw(b"\x0a\x03mug", b"binary/protobuf")], {"request"}),
    "no prompt": ([as_json({})], {"prompt"}),
    "empty prompt": ([as_json({"prompt": "  "})], {"prompt"}),
    "wrong types": (
        [as_json({"prompt": 5, "fps": "24", "duration_s": "15", "music": "yes", "creativity": None})],
        {"prompt", "fps", "duration_s", "music", "creativity"},
    ),
    "unknown fields": ([as_json({**PROMPT, "colour": "red", "promt": "x"})], {"colour", "promt"}),
    "out of range": (
        [as_json({**PROMPT, "duration_s": 17, "creativity": 2, "take": 0, "fps": 23})],
        {"duration_s", "creativity", "take", "fps"},
    ),
    "100,000 characters": ([as_json({"prompt": "mug " * 25_000})], {"prompt"}),
    "control characters": ([as_json({"prompt": "a mug\x00\x1b[31m"})], {"prompt"}),
    "not a number": ([raw(b'{"prompt": "a mug", "creativity": NaN}')], {"request"}),
    "a lone surrogate": ([raw(b'{"prompt": "a mug \\ud800"}')], {"prompt"}),
    "deep nesting": ([raw(b'{"plan":' * 5000 + b"1" + b"}" * 5000)], {"request"}),
    "a path for a photo": ([as_json({**PROMPT, "product": "../../etc/passwd"})], {"product"}),
    "a file URL for a photo": ([as_json({**PROMPT, "product": "file:///etc/passwd"})], {"product"}),
    "a beat of 7 seconds": (
        [as_json({**PROMPT, "plan": {"beats": [{"id": "hero_shot", "seconds": 7}]}})],
        {"plan.beats[0].seconds"},
    ),
}


async def failed(handle: WorkflowHandle[object, object]) -> ApplicationError:
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert isinstance(failure.value.cause, ApplicationError)
    return failure.value.cause


WAITS = ("workflow_task_scheduled", "workflow_task_started", "workflow_task_timed_out")


async def kinds_of_events(handle: WorkflowHandle[object, object]) -> list[str]:
    history = await handle.fetch_history()
    kinds = [event.WhichOneof("attributes") or "" for event in history.events]
    return [kind.removesuffix("_event_attributes") for kind in kinds]


@pytest.mark.parametrize("name", BAD)
async def test_it_fails_in_the_first_workflow_task(rig: Rig, client: Client, name: str) -> None:
    arguments, fields = BAD[name]
    async with rig(Plain()):
        handle = await client.start_workflow(
            "VideoWorkflow", args=arguments, id=f"bad-{next(_ids)}", task_queue="reel"
        )
        error = await failed(handle)
    assert (error.type, error.non_retryable) == ("InvalidRequest", True)
    assert {detail["field"] for detail in error.details} == fields
    assert all(detail["problem"] and detail["suggestion"] for detail in error.details)
    assert len(error.message) < 20_000
    # A machine that stalls may have had its task for too long, and was given it once more.
    assert [kind for kind in await kinds_of_events(handle) if not kind.startswith(WAITS)] == [
        "workflow_execution_started",
        "workflow_task_completed",
        "workflow_execution_failed",
    ]


async def test_surplus_arguments_of_a_signal_do_no_harm(rig: Rig, request_of_its_own: VideoRequest) -> None:
    async with rig(Plain()) as (_, films):
        film = await films.start(request_of_its_own)
        await film.handle.signal("pause", args=[{"reason": "lunch"}, 2])
        await film.handle.signal("resume", as_json(None))
        assert (await film.result()).status == "completed"


PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n"


def huge_png() -> bytes:
    """100 megapixels that weigh a megabyte."""
    return cv2.imencode(".png", np.zeros((10_001, 10_001), np.uint8))[1].tobytes()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.mark.parametrize("kind", ["empty", "text", "playlist", "SVG", "huge", "strip", "missing"])
async def test_a_photo_that_is_none_fails_before_anything_is_made(
    rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path, kind: str
) -> None:
    """Whatever lies in the bucket under a legal name, if anything does."""
    contents = {"empty": b"", "text": b"not an image", "playlist": PLAYLIST, "SVG": SVG}
    contents["strip"] = cv2.imencode(".png", np.zeros((1, 681), np.uint8))[1].tobytes()
    content = huge_png() if kind == "huge" else contents.get(kind)
    digest = hashlib.sha256(b"missing" if content is None else content).hexdigest()
    key = f"uploads/{digest}.png"
    provider = Plain()
    async with rig(provider) as (studio, films):
        if content is not None:
            (tmp_path / "photo").write_bytes(content)
            await studio.store.put_file(tmp_path / "photo", "image/png", key=key)
        film = await films.start(request_of_its_own.model_copy(update={"product": key}))
        with pytest.raises(FilmFailed, match=r"product: .*(photo|upload|pixels|empty)") as failure:
            await film.result()
    assert failure.value.type == "InvalidInput"
    assert not provider.begun
    history = (await film.handle.fetch_history()).to_json()
    assert "Traceback" not in history and ".py" not in history, "a stack trace reached the caller"


async def test_a_plan_that_breaks_a_constraint_names_it(rig: Rig, request_of_its_own: VideoRequest) -> None:
    asked = request_of_its_own.model_dump(mode="json")
    asked["plan"] = {"beats": [{"id": "call_to_action", "seconds": 5}, {"id": "hero_shot", "seconds": 10}]}
    asked["prompt"] = "a mug"
    provider = Plain()
    async with rig(provider) as (_, films):
        film = await films.start(VideoRequest.model_validate_json(json.dumps(asked)))
        with pytest.raises(FilmFailed) as failure:
            await film.result()
    assert failure.value.type == "InvalidPlan"
    assert all({"field", "problem", "suggestion"} <= set(detail) for detail in failure.value.details)
    assert not provider.begun
