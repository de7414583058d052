"""The bucket on a real S3 server: what is put is there, whole, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import pytest_asyncio
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import InvalidInput, JobFailed, Unauthorized
from activities.storage.failures import BucketMissing, ObjectMissing, bucket_failures
from activities.storage.keys import checked, digest_of, immutable
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from infra.settings import S3Config
from tests.support.rclone import Server

MIB = 1 << 20


@pytest_asyncio.fixture(scope="module")
async def store(stack: Stack) -> AsyncIterator[ObjectStore]:
    store = ObjectStore.of(stack.s3)
    await store.ensure_bucket()
    await store.ensure_bucket()
    yield store
    store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "bucket-root") as server:
        yield server


def raw(config: S3Config) -> Any:
    """A client of another program, which may put whatever it likes."""
    secret = config.secret_key.get_secret_value() if config.secret_key else None
    return boto3.client(
        "s3",
        endpoint_url=config.endpoint,
        region_name=config.region,
        aws_access_key_id=config.access_key,
        aws_secret_access_key=secret,
    )


def written(path: Path, size: int) -> tuple[Path, str]:
    data = os.urandom(size)
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


async def test_a_file_goes_up_once_and_comes_back_the_same(store: ObjectStore, tmp_path: Path) -> None:
    path, sha = written(tmp_path / "chunk.mp4", 5 * MIB + 7)
    up: list[int] = []
    key = await store.put_file(path, "video/mp4", moved=up.append)
    assert key == f"objects/{sha}" and max(up) == 5 * MIB + 7
    again: list[int] = []
    assert await store.put_file(path, "video/mp4", moved=again.append) == key and not again
    down: list[int] = []
    await store.get_file(key, tmp_path / "back", moved=down.append)
    assert (tmp_path / "back").read_bytes() == path.read_bytes() and down[-1] == 5 * MIB + 7
    assert await store.size(key) == 5 * MIB + 7 and await store.exists(key)


async def test_a_small_file_takes_one_request(store: ObjectStore, tmp_path: Path) -> None:
    """Its bytes are checked by the MD5 that goes with them, and by the tag that comes back."""
    sent: list[str] = []
    events = store._s3.meta.events

    def note(request: Any, **_: object) -> None:
        # Nor does it wait for the server's leave.
        sent.append(request.method + " waits" * ("Expect" in request.headers))

    events.register("before-send.s3", note)
    path, sha = written(tmp_path / "image.png", MIB)
    moved: list[int] = []
    assert await store.put_file(path, "image/png", moved=moved.append) == f"objects/{sha}"
    assert sent == ["PUT"] and moved[-1] == MIB
    sent.clear()
    key = await store.put_file(path, "image/png", key=f"renders/{sha}/1")
    assert sent == ["PUT"] and await store.size(key) == MIB


async def test_what_is_not_there_is_said_plainly(store: ObjectStore, tmp_path: Path) -> None:
    assert not await store.exists("objects/" + "0" * 64)
    with pytest.raises(ObjectMissing):
        await store.get_file("objects/" + "0" * 64, tmp_path / "none")
    with pytest.raises(ObjectMissing):
        await store.copy("objects/" + "0" * 64, "videos/x/final.mp4")
    assert not (tmp_path / "none").exists()


async def test_wrong_bytes_under_a_name_are_never_taken(
    store: ObjectStore, stack: Stack, tmp_path: Path
) -> None:
    path, sha = written(tmp_path / "right", MIB)
    raw(stack.s3).put_object(Bucket=stack.s3.bucket, Key=f"objects/{sha}", Body=os.urandom(MIB))
    with pytest.raises(JobFailed):
        await store.get_file(f"objects/{sha}", tmp_path / "got")
    assert not (tmp_path / "got").exists()
    with pytest.raises(JobFailed):
        await store.put_file(path, "video/mp4", key="objects/" + "0" * 64)


async def test_half_an_object_is_put_again(store: ObjectStore, stack: Stack, tmp_path: Path) -> None:
    path, sha = written(tmp_path / "whole", MIB)
    raw(stack.s3).put_object(Bucket=stack.s3.bucket, Key=f"objects/{sha}", Body=path.read_bytes()[:999])
    await store.put_file(path, "video/mp4")
    await store.get_file(f"objects/{sha}", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == path.read_bytes()


async def test_a_server_killed_in_the_middle_of_a_put_leaves_nothing_and_the_put_survives_it(
    server: Server, tmp_path: Path
) -> None:
    store = ObjectStore.of(server.config)
    await store.ensure_bucket()
    path, sha = written(tmp_path / "big", 24 * MIB)
    seen: list[list[str]] = []

    def moved(count: int) -> None:
        # Once, in the body of the request, whatever was read before to sign it.
        if 0 < count < 24 * MIB and not seen and server.receiving():
            server.kill()
            seen.append(server.objects())
            threading.Timer(0.3, server.start).start()

    assert await store.put_file(path, "video/mp4", moved=moved) == f"objects/{sha}"
    assert seen == [[]], "the server was not killed, or what it had was taken for done"
    await store.get_file(f"objects/{sha}", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == path.read_bytes()
    assert await store.list("objects/") == (f"objects/{sha}",)
    store.close()


async def test_the_event_loop_turns_while_bytes_move(store: ObjectStore, tmp_path: Path) -> None:
    path, _ = written(tmp_path / "big", 32 * MIB)
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    turning = asyncio.create_task(turn())
    await store.put_file(path, "video/mp4")
    turning.cancel()
    assert turns > 10


async def test_a_readable_layout_of_copies_and_documents(store: ObjectStore, tmp_path: Path) -> None:
    path, _ = written(tmp_path / "final", 5000)
    key = await store.put_file(path, "video/mp4")
    await store.copy(key, "videos/film-mug/final.mp4")
    await store.put_json({"title": "Tasse à café", "beats": [1]}, "videos/film-mug/manifest.json")
    assert await store.list("videos/film-mug/") == (
        "videos/film-mug/final.mp4",
        "videos/film-mug/manifest.json",
    )
    await store.get_file("videos/film-mug/manifest.json", tmp_path / "m")
    assert "Tasse à café" in (tmp_path / "m").read_text()
    assert digest_of(await store.put_json({"b": 1, "a": 2})) == digest_of(
        await store.put_json({"a": 2, "b": 1})
    )


async def test_a_presigned_url_opens_one_private_object(store: ObjectStore, tmp_path: Path) -> None:
    path, _ = written(tmp_path / "final", 5000)
    key = await store.put_file(path, "video/mp4")
    url = store.presign(key, filename='A "film"\r\nX: y/é.mp4')
    assert store.presign(key, filename='A "film"\r\nX: y/é.mp4') == url, "cached, so that browsers can"
    assert store.presign(key, 60) != store.presign(key, 600)

    def read(url: str) -> tuple[bytes, str | None]:
        with urllib.request.urlopen(url) as answer:
            return answer.read(), answer.headers["Content-Disposition"]

    body, name = await asyncio.to_thread(read, url)
    assert body == path.read_bytes() and name == 'attachment; filename="A -film---X- y--.mp4"'
    with pytest.raises(urllib.error.HTTPError) as refused:
        await asyncio.to_thread(read, url.partition("?")[0])
    assert refused.value.code in (400, 403)


async def test_a_url_is_renewed_before_half_its_life_is_over(store: ObjectStore) -> None:
    key, short = "objects/" + "1" * 64, 2
    first = store.presign(key, short)
    assert store.presign(key, short) == first
    await asyncio.sleep(short * 0.5 + 0.1)
    assert store.presign(key, short) != first


async def test_a_wrong_key_is_no_reason_to_try_again(stack: Stack) -> None:
    config = stack.s3
    store = ObjectStore(
        endpoint=config.endpoint,
        bucket=config.bucket,
        region=config.region,
        access_key="AKIAREELWRIGHTSTRANGE",
        secret_key="x" * 40,
    )
    with pytest.raises(Unauthorized):
        await store.put_json({})
    store.close()


async def test_a_bucket_that_is_gone_is_not_a_missing_object(server: Server, tmp_path: Path) -> None:
    store = ObjectStore.of(server.config)
    nothing = "objects/" + "0" * 64
    with pytest.raises(BucketMissing):
        await store.size(nothing)
    with pytest.raises(BucketMissing):
        await store.list("videos/")
    with pytest.raises(BucketMissing):
        await store.put_file(written(tmp_path / "one", 10)[0], "video/mp4")
    with pytest.raises(BucketMissing):
        await store.get_file(nothing, tmp_path / "none")
    await store.ensure_bucket()
    assert await store.size(nothing) is None
    store.close()


def test_a_key_that_may_not_list_is_told_what_it_lacks() -> None:
    refused: Any = {"Error": {"Code": "403", "Message": "Forbidden"}}
    with pytest.raises(Unauthorized, match="s3:ListBucket"), bucket_failures("objects/x"):
        raise ClientError(refused, "HeadObject")


@given(st.text(st.sampled_from("ab0._-/\\ %~\n\0é"), max_size=20))
def test_a_key_has_no_way_out(text: str) -> None:
    try:
        key = checked(text)
    except InvalidInput:
        assert not re.fullmatch(r"[ab0]+(/[ab0]+){0,3}", text)
        return
    assert os.path.normpath(f"/bucket/{key}") == f"/bucket/{key}"
    assert not any(segment.startswith(".") for segment in key.split("/"))
    assert key.isascii() and key.isprintable() and not set(key) & set("\\ %~")
    assert not immutable(key)
