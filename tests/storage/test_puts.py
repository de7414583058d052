"""What is put without boto3 is put as by boto3: the same request, and the same words for every refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from pydantic import SecretStr

from activities.faults import StudioError, Unauthorized
from activities.storage.objects import ObjectStore
from infra.settings import Addressing, S3Config
from tests.support.refusals import REFUSALS, refusing

WAYS = {"signed here": False, "by boto3": True}
# What boto3 tells of itself and its tries, and what each moment signs anew.
_OF_BOTO = ("user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-date", "authorization")
# Midnight may come between what is signed here and by boto3.
_DAY = re.compile(r"/\d{8}/")


def store_of(
    way: str,
    endpoint: str | None = "http://127.0.0.1:9",
    addressing: Addressing = "auto",
    key: str | None = "AK",
) -> ObjectStore:
    secret = SecretStr("secret") if key else None
    store = ObjectStore.of(S3Config(endpoint, "reelwright", "eu-west-1", key, secret, addressing))
    store._puts._boto = WAYS[way]
    return store


def heard(store: ObjectStore, answer: Callable[[int], tuple[int, str]] = lambda n: (200, "")) -> list[Any]:
    """The requests from now on, which go nowhere: the answer to each by its number."""
    requests: list[Any] = []

    def before_send(request: Any, **_: object) -> AWSResponse:
        requests.append(request)
        status, code = answer(len(requests))
        raw = _Raw(f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode() if code else b"")
        return AWSResponse(request.url, status, HTTPHeaders(), raw)

    said: Any = before_send
    store._s3.meta.events.register("before-send.s3", said)
    return requests


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._body]


def told(request: Any) -> dict[str, str]:
    """What a server is told: headers by lower names, of the signature whose it is and what it signs."""
    text = {k.lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
    signed = text["authorization"].partition(", Signature=")[0]
    return {
        "request": f"{request.method} {request.url}",
        "signed": _DAY.sub("/", signed.replace("amz-sdk-invocation-id;amz-sdk-request;", "")),
        **{name: value for name, value in text.items() if name not in _OF_BOTO},
    }


@pytest.mark.parametrize(
    ("endpoint", "addressing"),
    [
        (None, "auto"),
        ("http://127.0.0.1:9000", "auto"),
        ("http://minio.example.com:9000", "virtual"),
        ("http://example.com/behind/a/proxy", "path"),
    ],
)
async def test_the_request_is_the_one_that_boto3_makes(
    endpoint: str | None, addressing: Addressing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ACCESS_KEY_ID": "AK",
        "SECRET_ACCESS_KEY": "secret",
        "SESSION_TOKEN": "token",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    asked: dict[str, list[dict[str, str]]] = {}
    for way in WAYS:
        store = store_of(way, endpoint, addressing, key=None)
        requests = heard(store)
        await store.put_json({"title": "Tasse à café"}, "videos/film-mug/manifest.json")
        for size in (0, 10, 1 << 18, (1 << 20) + 1):
            (tmp_path / "file").write_bytes(b"0" * size)
            store._size = lambda key, size=size: size  # type: ignore[method-assign, misc]
            await store.put_file(tmp_path / "file", "video/mp4", key="renders/x/1")
        asked[way] = [told(request) for request in requests]
        assert all(one["x-amz-security-token"] == "token" for one in asked[way])
        store.close()
    here, boto = asked["signed here"], asked["by boto3"]
    if endpoint is None:
        # Over TLS it leaves the hash of what has an MD5 away.
        here, boto = ([{**one, "x-amz-content-sha256": ""} for one in each] for each in (here, boto))
    for one, other in zip(here, boto, strict=True):
        assert one == other
    assert len(here) == 5


async def test_a_refusal_is_told_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.storage.transfer._PATIENCE_S", 0)
    told: dict[str, list[tuple[type, str]]] = {}
    for way in WAYS:
        store, kinds = store_of(way), iter(REFUSALS)
        refusing(store, lambda _, kinds=kinds: next(kinds))  # type: ignore[misc]
        told[way] = []
        for _ in REFUSALS:
            with pytest.raises(StudioError) as refused:
                await store.put_json({})
            told[way].append((type(refused.value), str(refused.value)))
        store.close()
    assert told["signed here"] == told["by boto3"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(301, "PermanentRedirect"), (307, "TemporaryRedirect"), (400, "AuthorizationHeaderMalformed")],
)
async def test_whoever_is_sent_elsewhere_goes_on_with_boto3(status: int, code: str) -> None:
    store = store_of("signed here")
    requests = heard(store, lambda n: (status, code) if n == 1 else (200, ""))
    for n in (2, 3):
        await store.put_json({})
        # And remembers it: nothing is asked twice again.
        assert len(requests) == n and "amz-sdk-request" in requests[-1].headers
    store.close()


async def test_without_keys_it_is_said_which(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for way in WAYS:
        store = store_of(way, key=None)
        with pytest.raises(Unauthorized, match="REEL_S3_ACCESS_KEY"):
            await store.put_json({})
        store.close()
