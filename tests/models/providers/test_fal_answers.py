"""fal: what its statuses and results mean, and that each is asked for once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import (
    ContentPolicy,
    InvalidInput,
    JobFailed,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.provider import Job, NotAccepted
from activities.models.providers.fal import services
from activities.models.providers.fal.answers import failed, is_of_the_job, percent, refusal, succeeded
from activities.models.providers.fal.wire import Answer
from tests.support.fal import FLUX, POLICY, SECRET, TEXT, fal, talking
from tests.support.provider_contract import SIGNED, bare, everything_said, picture
from tests.support.standing import Standins

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
        ({}, (422, {"detail": [{**LIST[0], "type": "no_media_generated", "msg": "unsafe, or so"}]}), "failed",
         JobFailed, None),
        ({}, (422, {"detail": [{**LIST[0], "type": "file_download_error"}]}), "failed", JobFailed, None),
        ({}, (400, {"detail": [{**LIST[0], "msg": "Risk control: the video was flagged"}]}), "failed",
         ContentPolicy, None),
        ({}, (400, {"detail": [{**LIST[0], "msg": "The model has been deprecated"}]}), "failed", ModelGone,
         None),
        ({"error": "x", "error_type": "startup_timeout"}, (504, {**TEXT, "error_type": "startup_timeout"}),
         "failed", JobFailed, 0),
        ({"error": "x", "error_type": "client_cancelled"}, (499, {**TEXT, "error_type": "client_cancelled"}),
         "canceled", None, None),
        ({}, (200, {"images": [{"url": "https://a.example/0.png"}], "has_nsfw_concepts": [True]}), "failed",
         ContentPolicy, "0.003"),
        ({}, (200, {"images": []}), "empty", None, None),
        ({}, (200, {"video": {"url": ""}}), "empty", None, None),
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
    ("headers", "kind", "cost"),
    [
        ({"X-Fal-Retryable": "true"}, JobFailed, None),
        ({"X-Fal-Needs-Retry": "1"}, JobFailed, None),
        ({"X-Fal-Retryable": "false"}, InvalidInput, None),
        ({"X-Fal-Billable-Units": "0"}, InvalidInput, 0),
        ({"X-Fal-Billable-Units": "1.5"}, InvalidInput, None),
    ],
)
async def test_headers_say_whether_to_try_again_and_whether_it_was_billed(
    headers: dict[str, str], kind: type[StudioError], cost: int | None
) -> None:
    async with talking() as (provider, script):
        request = "/queue/fal-ai/flux/requests/r1"
        script.say(f"{request}/status", (200, {"status": "COMPLETED", "logs": []}))
        script.say(request, (422, {"detail": LIST}))
        script.say(f"/queue/{FLUX.endpoint}", (422, {"detail": LIST}))
        script.headers |= headers
        standing = await provider.poll(FLUX, Job("r1"))
        with pytest.raises(NotAccepted) as refused:
            await provider.submit(provider.request(bare(FLUX), "t"), 10)
    assert (type(standing.why), type(refused.value.why), standing.cost) == (kind, kind, cost)


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
