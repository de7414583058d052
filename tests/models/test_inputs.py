"""How images reach providers: a signed address that carries the attempt's tag, one upload, or the bytes."""

from __future__ import annotations

import asyncio
import hashlib
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import numpy as np
import pytest
from PIL import Image

from activities.faults import InvalidInput
from activities.ledger.times import Times
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.inputs import Inputs, folder_of
from activities.models.provider import Delivered, Job, JobStatus, ListedJob, Request, Uploaded
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.wire import Wire

TAG = "4d7a1f1e-0000-4000-8000-0123456789ab"
RECIPE = "5e" * 32


class Takes:
    """A provider that counts what is given to it."""

    name = "takes"

    def __init__(self, lives: timedelta | None = None, query: str = "", inline: bool = False) -> None:
        self.account, self.given = uuid.uuid4().hex, list[Picture]()
        self._lives, self._query, self._inline = lives, query, inline

    async def upload(self, picture: Picture) -> Uploaded | None:
        await asyncio.sleep(0.01)
        self.given.append(picture)
        if self._inline:
            return None
        expires_at = datetime.now(UTC) + self._lives if self._lives else None
        return Uploaded(f"https://files.example.org/{len(self.given)}{self._query}", expires_at)

    def request(self, call: ModelCall, tag: str) -> Request:
        raise NotImplementedError

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        raise NotImplementedError

    async def poll(self, model: Model, job: Job) -> JobStatus:
        raise NotImplementedError

    async def cancel(self, model: Model, job: Job) -> None:
        raise NotImplementedError

    async def listed(self, model: Model, since: datetime) -> Sequence[ListedJob]:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


@asynccontextmanager
async def inputs(
    stack: Stack, database_url: str, public: str | None = None
) -> AsyncIterator[tuple[Inputs, ObjectStore]]:
    store = ObjectStore.of(stack.s3, public)
    await store.ensure_bucket()
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield Inputs(store, Database(pool), public), store
    store.close()


def drawn(path: Path, side: int = 40) -> tuple[Path, str]:
    noise = np.random.default_rng().integers(0, 255, (side, side, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, "PNG", compress_level=1)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_signed_address_on_the_public_endpoint_carries_the_tag(
    stack: Stack, database_url: str, tmp_path: Path
) -> None:
    path, digest = drawn(tmp_path / "a.png")
    provider = Takes()

    def read(url: str) -> bytes:
        with urllib.request.urlopen(url) as got:
            body: bytes = got.read()
            return body

    assert stack.s3.endpoint
    # The world reaches the bucket by another name than we do.
    async with Wire.to(stack.s3.endpoint) as wire:
        public = wire.url(stack.s3.endpoint).replace("//@", "//")
        async with inputs(stack, database_url, public) as (giving, _):
            pictures = [
                await giving.picture(path, "image/png", RECIPE, provider, tag, 7200) for tag in (TAG, "b")
            ]
            url = pictures[0].url or ""
            assert await asyncio.to_thread(read, url) == path.read_bytes()
            for forged in (url.replace(TAG, TAG[:-1] + "c"), url.replace(f"x-reel-tag={TAG}", "")):
                with pytest.raises(urllib.error.HTTPError) as refused:
                    await asyncio.to_thread(read, forged)
                assert refused.value.code in (400, 403), "the tag is signed"
    query = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{public}/{stack.s3.bucket}/inputs/{RECIPE}/{TAG}-{digest[:16]}?")
    assert query["x-reel-tag"] == [TAG] and query["X-Amz-Expires"] == ["7200"]
    assert pictures[1].url != url and not provider.given
    assert (pictures[0].sha256, pictures[0].mime, pictures[0].path) == (digest, "image/png", path)


async def test_a_file_goes_up_once_an_account(stack: Stack, database_url: str, tmp_path: Path) -> None:
    path, _ = drawn(tmp_path / "a.png")
    provider, other = Takes(), Takes()

    async def given(giving: Inputs, provider: Takes, seconds: int = 3600) -> str | None:
        picture = await giving.picture(path, "image/png", RECIPE, provider, TAG, seconds)
        return picture.url

    async with inputs(stack, database_url) as (giving, _):
        urls = await asyncio.gather(*(given(giving, provider) for _ in range(8)))
        assert set(urls) == {"https://files.example.org/1"} and len(provider.given) == 1
        await given(giving, other)
    # Another process, another film.
    async with inputs(stack, database_url) as (giving, _):
        assert await given(giving, provider) == urls[0]
        assert (len(provider.given), len(other.given)) == (1, 1)


async def test_an_upload_is_renewed_before_it_ends(stack: Stack, database_url: str, tmp_path: Path) -> None:
    path, _ = drawn(tmp_path / "a.png")
    # Its clock says until when, and may be off by this.
    provider = Takes(lives=timedelta(hours=2, seconds=Times.adrift))
    async with inputs(stack, database_url) as (giving, _):
        for seconds, ups in ((3600, 1), (7100, 1), (7300, 2), (3600, 2)):
            await giving.picture(path, "image/png", RECIPE, provider, TAG, seconds)
            assert len(provider.given) == ups


async def test_a_signed_upload_is_not_written_down(stack: Stack, database_url: str, tmp_path: Path) -> None:
    path, _ = drawn(tmp_path / "a.png")
    provider = Takes(query="?signature=secret")
    async with inputs(stack, database_url) as (giving, _):
        for ups in (1, 2):
            picture = await giving.picture(path, "image/png", RECIPE, provider, TAG, 60)
            assert len(provider.given) == ups and picture.url and "secret" in picture.url
    connection = await asyncpg.connect(database_url)
    assert not await connection.fetch("SELECT FROM provider_upload WHERE account = $1", provider.account)
    await connection.close()


async def test_bytes_go_inline_where_models_take_them(
    stack: Stack, database_url: str, tmp_path: Path
) -> None:
    path, _ = drawn(tmp_path / "a.png")
    async with inputs(stack, database_url) as (giving, _):
        picture = await giving.picture(path, "image/png", RECIPE, Takes(inline=True), TAG, 60)
    assert (picture.url, picture.path) == (None, path)


async def test_a_heavy_png_goes_as_jpeg(stack: Stack, database_url: str, tmp_path: Path) -> None:
    path, digest = drawn(tmp_path / "a.png", side=1900)
    assert path.stat().st_size > 10_000_000
    provider = Takes()
    async with inputs(stack, database_url, stack.s3.endpoint) as (giving, store):
        picture = await giving.picture(path, "image/png", RECIPE, provider, TAG, 60)
        (name,) = [one for one in await store.list(folder_of(RECIPE)) if picture.sha256[:16] in one]
        assert picture.url and f"/{name}?" in picture.url
        await store.get_file(name, tmp_path / "back")
    assert picture.mime == "image/jpeg" and Image.open(tmp_path / "back").format == "JPEG"
    assert hashlib.sha256(picture.path.read_bytes()).hexdigest() == picture.sha256 != digest


def test_no_public_url_no_signed_address(stack: Stack) -> None:
    store = ObjectStore.of(stack.s3)
    with pytest.raises(InvalidInput, match="REEL_S3_PUBLIC_URL"):
        store.presign_public("objects/x", 60, TAG)
    store.close()
