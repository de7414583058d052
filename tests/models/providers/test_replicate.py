"""Replicate: the contract of all providers, and what its client does with a server that says what we like."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import (
    InsufficientCredit,
    InvalidInput,
    ModelGone,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.provider import Job, NotAccepted, Request, Unanswered
from activities.models.providers.replicate import Replicate
from activities.models.providers.replicate.errors import Refused
from tests.support.provider_contract import Case, ProviderContract, everything_said, signed
from tests.support.replicate import EDGES, FLUX, HAILUO, JOB, SECRET, replicate_at
from tests.support.told import DROP, SILENCE, Told, answer


class TestReplicateContract(ProviderContract):
    case = Case("replicate", SECRET, replicate_at)


def asked_of(provider: Replicate, model: Model, folder: Path, tag: str = "t") -> Request:
    return provider.request(signed(model, folder, tag), tag)


@pytest.mark.parametrize(
    "words",
    [
        DROP,
        SILENCE,
        answer(201, {"id": "x"})[:-4],
        answer(200, b"<html>502</html>"),
        answer(201, {"status": "starting"}),
        answer(307, {}, location="/v1/predictions"),
        *(answer(status, {"detail": "no"}) for status in (408, 409, 500, 502, 503, 504)),
    ],
)
async def test_what_may_have_been_taken_is_sent_once(
    replicate: Replicate, server: Told, tmp_path: Path, words: bytes
) -> None:
    server.said.extend([words] * 12)
    with pytest.raises(Unanswered) as said:
        await replicate.submit(asked_of(replicate, FLUX, tmp_path), 0.3)
    assert len(server.asked) == 1
    assert not any(SECRET in each for each in everything_said(said.value))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidInput),
        (401, Unauthorized),
        (402, InsufficientCredit),
        (403, Unauthorized),
        (404, ModelGone),
        (405, ModelGone),
        (410, ModelGone),
        (413, InvalidInput),
        (422, InvalidInput),
        (429, RateLimited),
    ],
)
async def test_what_was_refused_is_sent_once(
    replicate: Replicate, server: Told, tmp_path: Path, status: int, kind: type[StudioError]
) -> None:
    url = "https://bucket.example/a.png?X-Amz-Signature=f00dfeed"
    for _ in range(12):
        server.says(status, {"title": "No", "detail": f"{url} {SECRET} is wrong", "status": status})
    with pytest.raises(NotAccepted) as said:
        await replicate.submit(asked_of(replicate, FLUX, tmp_path), 5)
    assert len(server.asked) == 1
    assert type(said.value.why) is kind and said.value.status == status
    # What to do stands behind a colon or a semicolon.
    assert any(mark in str(said.value) for mark in ":;")
    assert not any(word in each for each in everything_said(said.value) for word in (SECRET, "f00dfeed"))


async def test_an_official_model_is_sent_under_its_name(
    replicate: Replicate, server: Told, tmp_path: Path
) -> None:
    server.says(201, {"id": JOB.id, "status": "aborted", "urls": {"web": "https://replicate.com/p/x"}})
    job = await replicate.submit(asked_of(replicate, HAILUO, tmp_path, "tag-1"), 5)
    assert job == Job(JOB.id, {"web": "https://replicate.com/p/x"})
    line, head, body = server.asked[0]
    assert line == "POST /v1/models/minimax/hailuo-02/predictions"
    assert f"Authorization: Bearer {SECRET}" in head and "Cancel-After: 1800s" in head
    assert "prefer" not in head.lower()
    image = "https://bucket.example/inputs/a.png?X-Amz-Signature=f00dfeed&x-reel-tag=tag-1"
    said = {"first_frame_image": image, "last_frame_image": image, "duration": 6, "resolution": "768p"}
    prompt = signed(HAILUO, tmp_path, "").prompt
    assert json.loads(body) == {"input": {**said, "prompt": prompt, "prompt_optimizer": True}}


async def test_a_community_model_is_sent_by_its_version(
    replicate: Replicate, server: Told, tmp_path: Path
) -> None:
    server.says(201, {"id": JOB.id})
    await replicate.submit(asked_of(replicate, EDGES, tmp_path), 5)
    line, _, body = server.asked[0]
    said = json.loads(body)
    assert line == "POST /v1/predictions" and said.keys() == {"version", "input"}
    assert said["version"] == EDGES.endpoint.partition(":")[2] and len(said["version"]) == 64
    assert (said["input"]["control_type"], said["input"]["control_strength"]) == ("canny", 0.5)


async def test_a_connection_that_was_closed_meanwhile_is_not_used(
    replicate: Replicate, server: Told, tmp_path: Path
) -> None:
    for n in range(3):
        server.says(201, {"id": f"job{n}"})
        assert await replicate.submit(asked_of(replicate, FLUX, tmp_path), 5) == Job(f"job{n}")
    assert len(server.asked) == 3


async def test_the_environment_does_not_redirect_it(
    server: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLICATE_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("REPLICATE_API_TOKEN", "r8_other")
    provider = replicate_at(server.url, f" {SECRET}\n")
    server.says(201, {"id": "x"})
    assert await provider.submit(asked_of(provider, FLUX, tmp_path), 5) == Job("x")
    assert f"Bearer {SECRET}\r" in server.asked[0][1]
    await provider.close()


@pytest.mark.parametrize("token", ["", "  ", "r8_a b", "r8_a\nb", "r8_\u00e4"])
async def test_what_is_no_token_is_not_sent(server: Told, tmp_path: Path, token: str) -> None:
    provider = replicate_at(server.url, token)
    with pytest.raises(NotAccepted, match="REPLICATE_API_TOKEN") as said:
        await provider.submit(asked_of(provider, FLUX, tmp_path), 5)
    assert isinstance(said.value.why, Unauthorized) and not server.asked
    with pytest.raises(Unauthorized):
        await provider.poll(FLUX, Job("x"))
    await provider.close()


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "7"}, {"retry_after": 9}, 7),
        ({}, {"detail": "throttled", "retry_after": 9}, 9),
        ({}, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, 30),
        ({}, {"detail": "resets in 2m"}, 120),
        ({"retry-after": "nan"}, {"retry_after": True}, 15),
        ({"retry-after": "soon"}, b"<html>", 15),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], body: object, wait: float) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert Refused(429, headers, data).wait_s == wait


@given(st.text(), st.binary())
def test_a_wait_is_never_endless(header: str, body: bytes) -> None:
    assert 1 <= Refused(429, {"retry-after": header}, body).wait_s <= 600


@pytest.mark.parametrize(
    ("model_id", "seconds", "usd"),
    [
        ("flux-dev", None, "0.025"),
        ("flux-dev-controlnet", None, "0.058"),
        ("hailuo-02", "6", "0.27"),
        ("hailuo-02", "10", "0.45"),
        ("kling-v2.1", "5", "0.25"),
        ("wan-2.2-i2v-fast", "5", "0.11"),
    ],
)
def test_what_it_costs(model_id: str, seconds: str | None, usd: str) -> None:
    model = Catalogue.load().model(f"replicate-{model_id}")
    assert model.price(Decimal(seconds) if seconds else None) == Decimal(usd)


def test_a_length_may_be_asked_for_in_frames(tmp_path: Path) -> None:
    wan = Catalogue.load().model("replicate-wan-2.2-i2v-fast")
    request = replicate_at().request(signed(wan, tmp_path, "t"), "t")
    assert (request.body["num_frames"], wan.facts(24).lengths[0].frames) == (81, 81)
