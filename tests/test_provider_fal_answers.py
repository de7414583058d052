"""fal: what its statuses, results, listings and storage mean, and that each is asked for once."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.generation.provider import (
    ContentPolicy,
    InvalidInput,
    JobFailed,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.generation.providers.fal import services
from activities.generation.providers.fal.answers import failed, is_of_the_job, percent, refusal, succeeded
from activities.generation.providers.fal.wire import Answer
from activities.generation.waits import Job, Unanswered
from tests.fal import FLUX, POLICY, SECRET, TEXT, WAN, fal, talking
from tests.provider_contract import SIGNED, ended, everything_said, ordered, picture, signed
from tests.standing import Standins

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LIST = [{"loc": ["body"], "msg": "it broke", "type": "x"}]

# ---- poll, cancel -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "result", "state", "kind", "cost"),
    [
        ({"error": "bad"}, (422, {"detail": [POLICY]}), "failed", ContentPolicy, None),
        ({}, (422, {"detail": [POLICY]}), "failed", ContentPolicy, None),
        ({"error": "bad"}, (422, {"detail": LIST}), "failed", InvalidInput, None),
        ({"error": "x", "error_type": "bad_request"}, (400, {**TEXT, "error_type": "bad_request"}), "failed",
         InvalidInput, None),
        ({"error": "slow"}, (504, {"detail": [{**LIST[0], "type": "generation_timeout"}]}), "failed",
         JobFailed, 0),
        ({}, (500, {"detail": [{**LIST[0], "type": "downstream_service_error"}]}), "failed", JobFailed, 0),
        ({"error": "x", "error_type": "startup_timeout"}, (504, {**TEXT, "error_type": "startup_timeout"}),
         "failed", JobFailed, 0),
        ({"error": "x", "error_type": "client_cancelled"}, (499, {**TEXT, "error_type": "client_cancelled"}),
         "canceled", None, None),
        ({}, (200, {"images": [{"url": "https://a.example/0.png"}], "has_nsfw_concepts": [True]}), "failed",
         ContentPolicy, "0.003"),
        ({}, (200, {"images": []}), "empty", None, None),
        ({}, (404, {"detail": "Not found"}), "gone", None, None),
        ({}, (410, {"detail": "Expired"}), "gone", None, None),
        ({}, (200, {"images": [{"url": "https://v3.fal.media/a.png"}]}), "succeeded", None, None),
        ({}, (200, {"video": {"url": "https://v3.fal.media/a.mp4"}}), "succeeded", None, None),
    ],
)  # fmt: skip
async def test_how_a_completed_request_ended(
    ending: dict[str, str],
    result: tuple[int, Any],
    state: str,
    kind: type[StudioError] | None,
    cost: int | str | None,
) -> None:
    async with talking() as (provider, script):
        request = "/queue/fal-ai/flux/requests/r1"
        script.say(f"{request}/status", (200, {"status": "COMPLETED", "logs": [], **ending}))
        script.say(request, result)
        standing = await provider.poll(FLUX, Job("r1"))
    said = "empty" if standing.state == "succeeded" and not standing.outputs else standing.state
    assert (said, type(standing.why) if standing.why else None) == (state, kind)
    assert standing.cost == (None if cost is None else Decimal(cost))
    assert bool(standing.outputs) == (state == "succeeded")


@pytest.mark.parametrize(
    ("ending", "result", "kind"),
    [
        ({}, (503, {**TEXT, "error_type": "runner_connection_error"}), ProviderUnavailable),
        ({}, (502, "nginx"), ProviderUnavailable),
        ({}, (404, "<html>a proxy's</html>"), ProviderUnavailable),
        ({}, (200, "<html>a proxy's</html>"), ProviderUnavailable),
        ({}, (429, TEXT), RateLimited),
        ({"error": "x", "error_type": "internal_error"}, (429, TEXT), RateLimited),
        (
            {"error": "x", "error_type": "internal_error"},
            (503, {**TEXT, "error_type": "y"}),
            ProviderUnavailable,
        ),
        ({}, (401, TEXT), Unauthorized),
    ],
)
async def test_a_result_that_cannot_be_had_says_nothing_of_the_job(
    ending: dict[str, str], result: tuple[int, Any], kind: type[StudioError]
) -> None:
    async with talking() as (provider, script):
        request = "/queue/fal-ai/flux/requests/r1"
        script.say(f"{request}/status", (200, {"status": "COMPLETED", "logs": [], **ending}))
        script.say(request, result)
        with pytest.raises(kind):
            await provider.poll(FLUX, Job("r1"))
    assert len(script.arrived) == 2


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (202, {"status": "IN_QUEUE", "queue_position": 3}, "queued"),
        (
            202,
            {"status": "IN_PROGRESS", "logs": [{"message": "12%|#"}, {"message": "47.5 % done"}, {}]},
            "running",
        ),
        (200, {"status": "BEING_ADMIRED", "logs": []}, "running"),
        (404, {"status": "NOT_FOUND"}, "gone"),
    ],
)
async def test_what_a_status_means(status: int, body: Any, state: str) -> None:
    async with talking() as (provider, script):
        script.say("/queue/fal-ai/flux/requests/r1/status", (status, body))
        standing = await provider.poll(FLUX, Job("r1"))
    assert standing.state == state
    assert standing.position == body.get("queue_position")
    assert standing.percent == (47.5 if body["status"] == "IN_PROGRESS" else None)


@pytest.mark.parametrize("body", ["<html>", [], {}, {"status": "COMPLETED"}])
async def test_an_unreadable_status_is_asked_again(body: Any) -> None:
    async with talking() as (provider, script):
        script.say("/queue/fal-ai/flux/requests/r1/status", (200, body))
        with pytest.raises(ProviderUnavailable):
            await provider.poll(FLUX, Job("r1"))


@pytest.mark.parametrize("status", [408, 409, 429, 502, 503, 504])
async def test_no_call_is_repeated_by_the_client(status: int, tmp_path: Path) -> None:
    """The official client would send each of these ten times."""
    async with talking() as (provider, script):
        script.say("/queue/fal-ai/flux/requests/r1/status", (status, "nginx"))
        script.say("/queue/fal-ai/flux/requests/r1/cancel", (status, "nginx"))
        script.say("/api/v1/models/requests/by-endpoint", (status, "nginx"))
        script.say("/rest/storage/auth/token", (status, "nginx"))
        for call in (
            provider.poll(FLUX, Job("r1")),
            provider.cancel(FLUX, Job("r1")),
            provider.listed(FLUX, LONG_AGO),
            provider.upload(picture(tmp_path, "teal")),
        ):
            with pytest.raises((RateLimited, ProviderUnavailable)) as said:
                await call
            assert not any(SECRET in words for words in everything_said(said.value))
    assert len(script.arrived) == 4


async def test_no_call_waits_for_ever(
    standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CALL_S", 0.1)
    provider = fal(standins.url("fal"))
    for moment, call in (
        ("poll", provider.poll(FLUX, Job("r1"))),
        ("cancel", provider.cancel(FLUX, Job("r1"))),
        ("list", provider.listed(FLUX, LONG_AGO)),
        ("upload", provider.upload(picture(tmp_path, "teal"))),
    ):
        standins.order("fal", moment, "timeout")
        with pytest.raises(ProviderUnavailable, match="does not answer"):
            await call
    await provider.close()


@pytest.mark.parametrize("status", [202, 200, 400, 404])
async def test_a_cancel_that_finds_nothing_to_cancel_is_fine(status: int) -> None:
    async with talking() as (provider, script):
        script.say("/queue/fal-ai/flux/requests/r1/cancel", (status, {"status": "whatever"}))
        await provider.cancel(FLUX, Job("r1"))
    assert [method for method, _, _ in script.arrived] == ["PUT"]


# ---- listing, storage ---------------------------------------------------------------------------------


async def test_a_lost_submit_is_adopted_once_it_has_ended(standins: Standins, tmp_path: Path) -> None:
    provider = fal(standins.url("fal"))
    since = datetime.now(UTC) - timedelta(seconds=1)
    order = await ordered(provider, WAN, tmp_path, prompt=f"A mug {uuid4()}")
    request = provider.request(order, str(uuid4()))
    standins.order("fal", "submit", "drop_after")
    with pytest.raises(Unanswered):
        await provider.submit(request, 10)
    assert await provider.listed(WAN, since) == []
    async with asyncio.timeout(20):
        while not (found := await provider.listed(WAN, since)):
            await asyncio.sleep(0.02)
    assert [each.fingerprint for each in found] == [request.fingerprint]
    assert (await ended(provider, WAN, found[0].job)).state == "succeeded"
    assert await provider.listed(WAN, datetime.now(UTC)) == []
    await provider.close()


async def test_a_listing_is_read_to_its_end_and_without_the_defaults_that_a_model_adds(
    tmp_path: Path,
) -> None:
    provider_side = fal().request(signed(WAN, tmp_path, "tag-7"), "tag-7")
    echoed = {**provider_side.body, "guidance_scale": 3.5, "acceleration": "regular"}
    row = {"request_id": "r1", "sent_at": "2026-11-21T12:00:00.000Z", "json_input": echoed}
    late = {"request_id": "r2", "sent_at": "2026-11-21T12:00:01Z", "json_input": None}
    early = {**row, "request_id": "r0", "sent_at": "2025-11-21T12:00:00Z"}
    async with talking() as (provider, script):
        script.say(
            "/api/v1/models/requests/by-endpoint",
            (200, {"items": [late], "has_more": True, "next_cursor": "c2"}),
            (200, {"items": [row, early], "has_more": False, "next_cursor": None}),
        )
        two, one = await provider.listed(WAN, LONG_AGO)
    assert (one.job.id, one.tag, one.fingerprint) == ("r1", "tag-7", provider_side.fingerprint)
    assert (two.job.id, two.tag, two.fingerprint) == ("r2", None, None)
    assert one.job.links["status_url"].endswith("/queue/fal-ai/wan/requests/r1/status")
    assert "cursor=c2" in script.arrived[1][1] and "expand=payloads" in script.arrived[0][1]


@pytest.mark.parametrize(
    "page",
    [
        {"items": {}, "has_more": False},
        {"items": [], "has_more": True, "next_cursor": None},
        {"items": [{"request_id": "r1"}], "has_more": False},
        {"items": [{"request_id": "r1", "sent_at": "yesterday"}], "has_more": False},
        {"items": [], "has_more": True, "next_cursor": "the same for ever"},
        [],
        "<html>",
    ],
)
async def test_half_a_listing_is_none(page: Any) -> None:
    async with talking() as (provider, script):
        script.say("/api/v1/models/requests/by-endpoint", (200, page))
        with pytest.raises(ProviderUnavailable):
            await provider.listed(WAN, LONG_AGO)


async def test_a_file_is_given_without_the_key(tmp_path: Path) -> None:
    async with talking() as (provider, script):
        script.say("/rest/storage/auth/token", (200, {"token": "cdn", "token_type": "Bearer"}))
        script.say("/cdn/files/upload", (200, {"access_url": "https://v3.fal.media/files/a.png"}))
        kept = await provider.upload(picture(tmp_path, "teal"))
    assert kept.url == "https://v3.fal.media/files/a.png" and kept.expires_at is not None
    assert kept.expires_at > datetime.now(UTC) + timedelta(days=6)
    (_, _, token), (_, _, upload) = script.arrived
    assert (token["authorization"], upload["authorization"]) == (f"Key {SECRET}", "Bearer cdn")
    assert json.loads(upload["x-fal-object-lifecycle"]) == {"expiration_duration_seconds": 604_800}


async def test_what_fal_repeats_of_the_input_is_not_repeated() -> None:
    url = f"{SIGNED}tag"
    msg, kind = f"Could not load {url}", "image_load_error"
    why = refusal(
        Answer(422, {"detail": [{"loc": ["body", "image_url"], "msg": msg, "type": kind, "input": url}]})
    )
    assert isinstance(why, InvalidInput) and "image_url: Could not load https://bucket.example" in str(why)
    assert "f00dfeed" not in f"{why!r} {Answer(422, url)!r}"


@given(st.text(max_size=20))
def test_any_retry_after_is_a_wait(said: str) -> None:
    why = refusal(Answer(429, None, {"retry-after": said}))
    assert isinstance(why, RateLimited) and 1 <= why.retry_after_s < 1_000_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["detail", "error_type", "msg", "type", "loc", "images", "video", "url"]), inner
        )
    ),
    max_leaves=9,
)


@given(st.sampled_from([200, 400, 403, 404, 422, 429, 499, 500, 503]), JSON, st.none() | st.text(max_size=9))
def test_any_answer_has_a_meaning(status: int, body: Any, error_type: str | None) -> None:
    answer = Answer(status, body)
    assert isinstance(refusal(answer), StudioError)
    assert is_of_the_job(answer, None, error_type) in (True, False)
    assert failed(answer, error_type).state in ("failed", "canceled")
    assert succeeded(FLUX, answer).state in ("failed", "succeeded")


LINE = st.dictionaries(st.just("message"), st.text() | st.from_regex(r"\d{1,4}\.?\d?%"))


@given(JSON | st.lists(LINE))
def test_any_log_gives_a_percentage_or_none(logs: Any) -> None:
    assert percent(logs) is None or 0 <= (percent(logs) or 0) <= 100
