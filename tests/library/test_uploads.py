"""Services without a key of the bucket hand files in, by a link that no history has; each is looked at."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from infra.embedded.stack import Stack
from tests.conftest import Rig
from tests.support.handing import Handle, announced, begun, failure_of, handed_in, photo, put
from tests.support.leftovers import Text, secrets_in
from tests.support.media_clips import clip
from tests.support.plain import Plain
from workflows.film.contract import VideoRequest


@pytest.mark.slow
async def test_a_photo_and_a_video_are_handed_in_by_a_link_that_is_kept_nowhere(
    rig: Rig, client: Client, stack: Stack, tmp_path: Path
) -> None:
    video = clip(tmp_path / "mug.mp4", range(12)).read_bytes()
    async with rig(Plain()) as (studio, _):
        first, image = await handed_in(client, photo(), "image/jpeg")
        again, same = await handed_in(client, photo(), "image/jpeg")
        other, footage = await handed_in(client, video, "video/mp4")
        assert image == same, "two who hand in the same file make one"
        assert VideoRequest(prompt="A mug", product=image["source"]).product == image["source"]
        assert (image["content_type"], image["width"], image["height"]) == ("image/png", 100, 80)
        assert (footage["bytes"], footage["seconds"]) == (len(video), 0.5)
        for told in (image, footage):
            assert await studio.store.exists(told["source"])
        told = await first.query("link")
        assert (told["url"], told["source"]) == (None, image["source"])
        assert stack.s3.access_key and stack.s3.secret_key
        keys = {"the key": stack.s3.access_key, "its secret": stack.s3.secret_key.get_secret_value()}
        for upload in (first, again, other):
            history = (await upload.fetch_history()).to_json()
            assert secrets_in([Text(upload.id, history)], keys) == []
            assert not await studio.store.exists(await place_of(upload)), "what was sent is cleared"


@pytest.mark.slow
async def test_a_link_takes_what_was_announced_and_nothing_else(rig: Rig, client: Client) -> None:
    body = photo(70)
    async with rig(Plain()) as (studio, _):
        upload = await begun(client, announced(body, "image/jpeg"))
        assert await put(upload, body + b"!", **{"content-length": str(len(body) + 1)}) == 403
        assert await put(upload, body, **{"content-type": "text/html"}) == 403
        assert not await studio.store.exists(await place_of(upload))
        async with httpx.AsyncClient() as http:
            link = (await upload.query("link"))["url"]
            assert (await http.get(link)).status_code == 403, "it is to put with, not to read"
            bare = link.partition("?")[0]
            assert (await http.put(bare, content=body)).is_error
        await upload.terminate()


@pytest.mark.slow
async def test_what_is_not_as_announced_is_refused_in_words(rig: Rig, client: Client, tmp_path: Path) -> None:
    async with rig(Plain()) as (studio, _):
        refused = await sent_instead(client, announced(photo(), "image/jpeg", sha256="0" * 64), photo())
        assert refused[0] == "InvalidInput" and refused[1].startswith("sha256: 0000")
        refused = await sent_instead(client, announced(photo(), "image/png"), photo())
        assert refused[1].startswith("content_type: image/png was announced, and image/jpeg has come")
        page = b"<!doctype html>" + b" " * 200
        for kind in ("image/png", "video/mp4"):
            refused = await sent_instead(client, announced(page, kind), page)
            assert refused[0] == "InvalidInput" and "cannot be used" in refused[1], refused
        refused = await sent_instead(client, announced(photo(), "image/jpeg"), None)
        assert refused[0] == "InvalidInput" and "nothing has come" in refused[1]
        assert await studio.store.list("incoming/") == ()

        wrong = await failure_of(await begun(client, {"bytes": 0, "content_type": "text/html", "name": "x"}))
        assert wrong.type == "InvalidRequest"
        assert {one["field"] for one in wrong.details} == {"bytes", "content_type", "sha256", "name"}


async def sent_instead(client: Client, said: object, body: bytes | None) -> tuple[str | None, str]:
    """The type and the words in which it is refused."""
    upload = await begun(client, said)
    if body is not None:
        assert await put(upload, body) == 200
    await upload.signal("sent")
    error = await failure_of(upload)
    return error.type, error.message


async def place_of(upload: Handle) -> str:
    return f"incoming/{(await upload.describe()).run_id}"
