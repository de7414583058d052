"""A caller's files: fetched once for a request, looked at, kept by content; what is none is said so."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image
from temporalio.testing import ActivityEnvironment

from activities.media import MAX_BYTES
from activities.pipeline.delivery import Delivery
from activities.pipeline.files import CannotBeUsed, Files
from activities.storage.fetch import Fetch
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.pipeline.drafts import parsed, step
from tests.support.media_clips import clip
from tests.support.rendering import Studio, Watcher, studio
from tests.support.site import answer, site
from workflows.pipeline import DeliverPipeline, Medium
from workflows.pipeline.contract import StepResult
from workflows.studio import Artifact, Media


@pytest_asyncio.fixture
async def here(database_url: str, stack: Stack, tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(database_url, ObjectStore.of(stack.s3), tmp_path) as opened:
        yield opened


def photo(colour: int = 90) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((64, 96, 3), colour, np.uint8)).save(out, "JPEG")
    return out.getvalue()


async def test_what_lies_at_an_address_is_fetched_once_for_a_request(here: Studio, tmp_path: Path) -> None:
    film = clip(tmp_path / "a.mp4", range(12)).read_bytes()
    async with site(photo=answer(photo()), film=answer(film)) as web:
        fetch = Fetch([web.origin])
        files, other = (Files(here.store, fetch, here.renderer, scope) for scope in ("one", "two"))
        url = f"{web.origin}/photo?signature=secret"
        before = await files.known(url, "image")
        given = await files.brought(url, "image", Watcher())
        assert given.mime == "image/png" and given.key == given.object == await files.known(url, "image")
        assert before != given.key, "what was never fetched has a name of nothing"
        asked = len(web.heard)
        assert await files.brought(url, "image", Watcher()) == given and len(web.heard) == asked
        # Another request asks anew, and what has the same pixels is the same.
        assert await other.brought(url, "image", Watcher()) == given and len(web.heard) > asked
        video = await files.brought(f"{web.origin}/film", "video", Watcher())
        assert video.key == f"uploads/{hashlib.sha256(film).hexdigest()}.mp4"
        row = await here.ledger.look(files.recipe(url, "image").key)
        assert row is not None and "secret" not in str(row)
        await fetch.close()


@pytest.mark.parametrize(
    ("page", "medium", "words"),
    [
        (b"<html>", "image", "it cannot be used"),
        (b"<html>", "video", "it cannot be used"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES), "image", "larger|bytes"),
    ],
)
async def test_what_is_no_such_file_is_refused_with_what_to_do(
    here: Studio, page: bytes, medium: Medium, words: str
) -> None:
    async with site(a=answer(page)) as web:
        fetch = Fetch([web.origin])
        files = Files(here.store, fetch, here.renderer, hashlib.sha256(page + medium.encode()).hexdigest())
        with pytest.raises(CannotBeUsed, match=words) as refused:
            await files.brought(f"{web.origin}/a", medium, Watcher())
        assert refused.value.how
        await fetch.close()


async def test_an_upload_has_to_be_there_and_no_larger_than_20_mb(here: Studio, tmp_path: Path) -> None:
    fetch = Fetch()
    files = Files(here.store, fetch, here.renderer, "uploads")
    with pytest.raises(CannotBeUsed, match="there is no uploads/"):
        await files.brought(f"uploads/{'d' * 64}.png", "image")
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(MAX_BYTES + 1))
    key = f"uploads/{hashlib.sha256(large.read_bytes()).hexdigest()}.mp4"
    await here.store.put_file(large, "video/mp4", key=key)
    with pytest.raises(CannotBeUsed, match="20,000,001 bytes"):
        await files.brought(key, "video")
    await fetch.close()


async def test_a_manifest_tells_no_secret_of_an_address_and_what_another_run_has_heard(
    here: Studio, tmp_path: Path
) -> None:
    address = "https://anna:word@example.com/mug.png?signature=secret"
    steps = [step("lines", "edges", inputs={"image": address}), step("say", "text", "A mug")]
    request = parsed({"steps": steps})
    told = (StepResult(id="lines", kind="edges"), StepResult(id="say", kind="text"))
    said = await here.store.put_json({"text": "A red mug"})

    async def read(object: str) -> bytes:
        await here.store.get_file(object, tmp_path / "said.json")
        return (tmp_path / "said.json").read_bytes()

    delivery: Any = Delivery(cast(Any, SimpleNamespace(store=here.store, read=read)))
    media = Media(mime="application/json", bytes=1, sha256="0")
    made = {"say": Artifact(key="0" * 64, object=said, media=media, reused=True)}
    asked = DeliverPipeline(pipeline="pipeline-lines", request=request, told=told, made=made)
    delivered = await ActivityEnvironment().run(delivery.deliver_pipeline, asked)
    await here.store.get_file(delivered.manifest, tmp_path / "manifest.json")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["steps"][0]["inputs"] == {"image": ["https://example.com/mug.png"]}
    assert manifest["steps"][1]["answer"] == {"text": "A red mug"} == delivered.answers["say"]
