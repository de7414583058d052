"""A bucket is asked by path or by host, as its store wants it; what a store refuses, it says why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from botocore.exceptions import ClientError
from pydantic import SecretStr

from activities.faults import ProviderUnavailable, StudioError, Unauthorized
from activities.storage.failures import bucket_failures
from activities.storage.objects import ObjectStore
from infra.embedded.stack import open_stack
from infra.settings import Addressing, S3Config, Settings
from tests.support.virtual_hosted import virtual_hosted

KEY = "objects/" + "0" * 64


@pytest_asyncio.fixture
async def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[S3Config]:
    async with virtual_hosted(tmp_path / "store", monkeypatch) as one:
        yield one


async def test_a_store_of_sub_domains_is_used_by_one_setting(config: S3Config, tmp_path: Path) -> None:
    store = ObjectStore.of(replace(config, addressing="virtual"), public_url=config.endpoint)
    await store.ensure_bucket()
    (tmp_path / "chunk").write_bytes(b"0" * 100_000)
    key = await store.put_file(tmp_path / "chunk", "video/mp4")
    await store.copy(key, "videos/film-mug/final.mp4")
    await store.get_file("videos/film-mug/final.mp4", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"0" * 100_000
    for link in (store.presign(key), store.presign_public(key, 60, "tag")):
        assert link.startswith(f"http://{config.bucket}.s3.test:"), link
    store.close()


async def test_what_is_handed_out_is_signed_for_where_others_reach_it(config: S3Config) -> None:
    own, public = ObjectStore.of(config), ObjectStore.of(config, public_url="https://media.example.org")
    month = 31 * 24 * 3600
    for store, where in ((own, config.endpoint), (public, "https://media.example.org")):
        link, seconds = store.handed_out(KEY, month, "mug.mp4")
        assert where and urlsplit(link)[:2] == urlsplit(where)[:2], link
        assert seconds == 7 * 24 * 3600 and f"X-Amz-Expires={seconds}" in link
        store.close()


@pytest.mark.parametrize("ask", ["ensure_bucket", "size", "put", "get"])
async def test_what_the_store_says_reaches_whoever_set_it_up(
    ask: str, config: S3Config, tmp_path: Path
) -> None:
    store = ObjectStore.of(config)
    (tmp_path / "chunk").write_bytes(b"0")
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "ensure_bucket": lambda: store.ensure_bucket(),
        "size": lambda: store.size(KEY),
        "put": lambda: store.put_file(tmp_path / "chunk", "video/mp4"),
        "get": lambda: store.get_file(KEY, tmp_path / "back"),
    }
    with pytest.raises(Unauthorized) as refused:
        await asked[ask]()
    said = str(refused.value)
    assert "SecondLevelDomainForbidden: Please use virtual hosted style" in said
    assert "REEL_S3_ADDRESSING" in said and "virtual" in said
    assert "LTAI5tQ8mJ2vKzR7" not in said
    store.close()


@pytest.mark.parametrize(
    ("endpoint", "asked", "host"),
    [
        (None, "auto", "reelwright.s3.eu-west-1.amazonaws.com"),
        (None, "path", "s3.eu-west-1.amazonaws.com"),
        ("https://oss-cn-hangzhou.aliyuncs.com", "auto", "reelwright.oss-cn-hangzhou.aliyuncs.com"),
        ("https://cos.ap-guangzhou.myqcloud.com", "auto", "reelwright.cos.ap-guangzhou.myqcloud.com"),
        ("https://minio.example.com:9000", "auto", "minio.example.com:9000"),
        ("http://127.0.0.1:9000", "auto", "127.0.0.1:9000"),
        ("https://minio.example.com:9000", "virtual", "reelwright.minio.example.com:9000"),
    ],
)
def test_the_endpoint_tells_how_a_bucket_is_named(endpoint: str | None, asked: Addressing, host: str) -> None:
    store = ObjectStore.of(S3Config(endpoint, "reelwright", "eu-west-1", "key", SecretStr("secret"), asked))
    assert store.presign(KEY).split("/")[2] == host
    store.close()


async def test_the_setting_reaches_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "REEL_S3_ENDPOINT": "https://minio.example.com",
        "REEL_S3_ADDRESSING": "virtual",
        "REEL_DATABASE_URL": "postgresql://reel@127.0.0.1:9/reel",
        "TEMPORAL_ADDRESS": "127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    async with open_stack(Settings.load(tmp_path)) as stack:
        assert stack.s3.addressing == "virtual"


def refusal(status: int, code: str, message: str = "No.") -> ClientError:
    said: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(said, "PutObject")


@pytest.mark.parametrize(
    ("status", "code", "kind", "setting"),
    [
        (403, "InvalidAccessKeyId", Unauthorized, "REEL_S3_ACCESS_KEY"),
        (403, "SignatureDoesNotMatch", Unauthorized, "REEL_S3_SECRET_KEY"),
        (400, "AuthorizationHeaderMalformed", Unauthorized, "REEL_S3_REGION"),
        (301, "PermanentRedirect", Unauthorized, "REEL_S3_REGION"),
        (403, "AccessDenied", Unauthorized, "REEL_S3_BUCKET"),
        (403, "SomethingNew", Unauthorized, "SomethingNew: No."),
        (403, "RequestTimeTooSkewed", ProviderUnavailable, "RequestTimeTooSkewed: No."),
        (503, "SlowDown", ProviderUnavailable, "SlowDown: No."),
    ],
)
def test_every_refusal_names_what_to_look_at(
    status: int, code: str, kind: type[StudioError], setting: str
) -> None:
    with pytest.raises(kind, match=setting), bucket_failures(KEY):
        raise refusal(status, code)


def test_a_long_answer_is_cut() -> None:
    with pytest.raises(Unauthorized) as cut, bucket_failures(KEY):
        raise refusal(403, "AccessDenied", "No, and " * 500)
    assert len(str(cut.value)) < 600
