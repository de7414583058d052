"""What Vertex AI says, read without a wire: filters that look like success, refusals, quotas, tokens."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from google.genai import types

from activities.faults import (
    ContentPolicy,
    InvalidInput,
    JobFailed,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.catalogue import Catalogue
from activities.models.provider import JobStatus
from activities.models.providers.google.answers import delivered, failure, job_status

CATALOGUE = Catalogue.load()
VEO = CATALOGUE.model("google-veo-3.1")
IMAGE, PLANNER = CATALOGUE.model("google-gemini-3.1-flash-image"), CATALOGUE.model("google-gemini-3.5-flash")


@pytest.mark.parametrize(
    ("headers", "details", "wait"),
    [
        ({"retry-after": "7"}, None, 7),
        ({}, {"error": {"details": [{"@type": "RetryInfo", "retryDelay": "12.5s"}]}}, 12.5),
        ({"retry-after": "Wed, 21 Oct"}, {"error": {"details": [{"retryDelay": 3}]}}, 60),
        ({"retry-after": "999999"}, None, 600),
        ({}, None, 60),
    ],
)
def test_a_quota_says_when_to_come_again(headers: dict[str, str], details: object, wait: float) -> None:
    why = failure(429, "Resource exhausted", VEO, details, headers)
    assert isinstance(why, RateLimited) and why.retry_after_s == wait


def operation(**facts: Any) -> types.GenerateVideosOperation:
    return types.GenerateVideosOperation.from_api_response({"name": "o", **facts}, is_vertex_ai=True)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (3, "Unsupported duration", InvalidInput),
        (3, "violates Google's Responsible AI practices", ContentPolicy),
        (400, "violates Google's Responsible AI practices", ContentPolicy),
        (7, "permission", Unauthorized),
        (8, "high load", RateLimited),
        (429, "high load", RateLimited),
        (13, "internal", JobFailed),
        (2, "unknown", JobFailed),
        (14, "unavailable", ProviderUnavailable),
        (None, None, JobFailed),
    ],
)
def test_an_operation_says_why_it_failed(code: int, message: str, kind: type[StudioError]) -> None:
    done = job_status(operation(done=True, error={"code": code, "message": message}), VEO)
    assert done.state == "failed" and type(done.why) is kind and done.cost == 0


def test_done_is_not_success() -> None:
    assert job_status(operation(), VEO).state == "running"
    assert job_status(operation(done=True, error={"code": 1}), VEO).state == "canceled"
    held = job_status(operation(done=True, response={"raiMediaFilteredCount": 1}), VEO)
    assert held.state == "failed" and type(held.why) is ContentPolicy and held.cost == 0
    empty: list[Any] = [None, {}, {"videos": []}, {"videos": [{}]}, {"videos": [{"mimeType": "video/mp4"}]}]
    for nothing in empty:
        # Nobody says what became of it, and nobody that it was not charged.
        assert job_status(operation(done=True, response=nothing), VEO) == JobStatus("succeeded", [])
    inline = {"bytesBase64Encoded": base64.b64encode(b"film").decode(), "mimeType": "video/mp4"}
    done = job_status(operation(done=True, response={"videos": [inline]}), VEO)
    assert (done.state, done.outputs[0].data, done.cost) == ("succeeded", b"film", None)


def said(**facts: Any) -> types.GenerateContentResponse:
    return types.GenerateContentResponse.model_validate_json(json.dumps(facts))


def parts(*given: dict[str, Any], ended: str = "STOP") -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": list(given)}, "finishReason": ended}]}


PNG = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(b"png").decode()}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, ContentPolicy),
        ({"promptFeedback": {"blockReason": "MODEL_ARMOR"}}, ContentPolicy),
        ({"candidates": [{"finishReason": "SAFETY"}]}, ContentPolicy),
        ({"candidates": [{"finishReason": "IMAGE_SAFETY"}]}, ContentPolicy),
        ({"candidates": [{"finishReason": "NO_IMAGE"}]}, ContentPolicy),
        (parts(PNG, ended="IMAGE_PROHIBITED_CONTENT"), ContentPolicy),
        (parts({"text": "I cannot draw that."}), ContentPolicy),
    ],
)
def test_a_refused_image_says_so(answer: dict[str, Any], kind: type[StudioError]) -> None:
    refused = delivered(said(**answer), IMAGE)
    assert type(refused.why) is kind and not refused.outputs and refused.cost is None
    # Whoever has written nothing has drawn nothing; what was thought is charged, whatever came of it.
    assert delivered(said(**answer, usageMetadata={"promptTokenCount": 2000}), IMAGE).cost == 0
    thought = {"promptTokenCount": 2000, "thoughtsTokenCount": 100}
    assert delivered(said(**answer, usageMetadata=thought), IMAGE).cost is None


@pytest.mark.parametrize(
    "answer",
    [
        {"candidates": [{"finishReason": "IMAGE_OTHER"}]},
        {"candidates": []},
        {},
        parts({"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thought": True}),
    ],
)
def test_an_answer_without_anything_costs_what_it_says(answer: dict[str, Any]) -> None:
    silent = delivered(said(**answer), IMAGE)
    assert not silent.outputs and silent.cost is None and silent.why is None
    drawn = delivered(said(**answer, usageMetadata={"candidatesTokenCount": 1120}), IMAGE)
    assert not drawn.outputs and drawn.cost is None
    thought = {"promptTokenCount": 1000, "candidatesTokenCount": 0, "thoughtsTokenCount": 1000}
    plan = delivered(said(**answer, usageMetadata=thought), PLANNER)
    assert not plan.outputs and plan.cost == (Decimal("1.50") + Decimal("9")) / 1000


def test_an_answer_gives_its_last_image_and_what_its_words_cost() -> None:
    sketch = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(b"sketch").decode()}}
    image = delivered(said(**parts(sketch | {"thought": True}, {"text": "Here"}, PNG)), IMAGE)
    assert ([each.data for each in image.outputs], image.cost) == ([b"png"], None)
    used = {"promptTokenCount": 3000, "cachedContentTokenCount": 1000, "candidatesTokenCount": 900}
    plan = parts({"text": "hm", "thought": True}, {"text": '{"title":'}, {"text": '"x"}'}, ended="MAX_TOKENS")
    paid = delivered(said(**plan, usageMetadata={**used, "thoughtsTokenCount": 100}), PLANNER)
    assert paid.outputs[0].data == b'{"title":"x"}'
    assert paid.cost == (2000 * Decimal("1.50") + 1000 * Decimal("0.15") + 1000 * Decimal("9")) / 1_000_000
