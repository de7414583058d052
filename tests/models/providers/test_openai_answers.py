"""How OpenAI's answers are read: plans at every stage, what they cost, and answers that are none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.responses import Response

from activities.faults import ContentPolicy, JobFailed, ProviderUnavailable, RateLimited, Unauthorized
from activities.models.catalogue import Catalogue
from activities.models.provider import Job
from activities.models.providers.openai import OpenAI
from activities.models.providers.openai.answers import job_status_of
from tests.support.canned import error, http, served
from tests.support.provider_contract import everything_said

SECRET = "sk-proj-Zq3vT8xW5kL1nB7mC9dF2gH4"
CATALOGUE = Catalogue.load()
REFUSALS = frozenset(CATALOGUE.providers["openai"].refusals)
PLANNER = CATALOGUE.model("openai-gpt-5.4-mini")
PAINTER = CATALOGUE.model("openai-gpt-image-2.5-flare")


@asynccontextmanager
async def answered(*answers: bytes | None) -> AsyncIterator[tuple[OpenAI, list[bytes]]]:
    """A provider whose server gives these answers, and what reached it."""
    async with served(*answers) as (url, seen):
        provider = OpenAI(SECRET, refusals=REFUSALS, base_url=url)
        yield provider, seen
        await provider.close()


def response(**fields: object) -> dict[str, object]:
    return {"id": "resp_1", "object": "response", "status": "completed", "output": [], **fields}


def construct(**fields: Any) -> Response:
    """As the client reads it: unchecked."""
    answer: dict[str, Any] = response(**fields)
    return Response.construct(**answer)


def failed(code: str, message: str = "x") -> dict[str, object]:
    return response(status="failed", error={"code": code, "message": message})


def incomplete(reason: str) -> dict[str, object]:
    return response(status="incomplete", incomplete_details={"reason": reason})


def message(**content: object) -> dict[str, object]:
    return {"type": "message", "role": "assistant", "content": [content]}


USAGE = {
    "input_tokens": 4000,
    "input_tokens_details": {"cached_tokens": 1000},
    "output_tokens": 2000,
    "output_tokens_details": {"reasoning_tokens": 500},
    "total_tokens": 6000,
}


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        (response(status="queued"), "queued", None),
        (response(status="in_progress"), "running", None),
        (response(status="thinking_hard"), "running", None),
        (response(status=None), "running", None),
        (response(output=[message(type="output_text", text="{}")]), "succeeded", None),
        (response(output=[{"type": "reasoning"}, message(type="output_text", text="{}")]), "succeeded", None),
        (response(output=[message(type="refusal", refusal="I will not")]), "failed", ContentPolicy),
        (response(), "succeeded", None),
        (failed("server_error"), "failed", JobFailed),
        (failed("rate_limit_exceeded"), "failed", JobFailed),
        (failed("invalid_prompt"), "failed", ContentPolicy),
        (response(status="failed", error=None), "failed", JobFailed),
        (incomplete("max_output_tokens"), "failed", JobFailed),
        (incomplete("content_filter"), "failed", ContentPolicy),
        (response(status="cancelled"), "canceled", None),
    ],
)
async def test_how_a_plan_stands(answer: object, state: str, why: type[Exception] | None) -> None:
    async with answered(http(200, answer)) as (provider, _):
        standing = await provider.poll(PLANNER, Job("resp_1"))
        assert standing.state == state and type(standing.why) is (why or type(None))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response(output=[message(type="refusal", refusal="I will not plan that")]), "I will not plan that"),
        (failed("server_error", f"It broke {SECRET}"), "It broke"),
        (failed("invalid_prompt", "Flagged as x"), "Flagged as x"),
    ],
)
async def test_why_a_plan_failed_is_said_in_openais_words(answer: object, words: str) -> None:
    async with answered(http(200, answer)) as (provider, _):
        why = (await provider.poll(PLANNER, Job("resp_1"))).why
    assert words in str(why) and SECRET not in str(why)


async def test_a_plan_costs_what_its_tokens_cost() -> None:
    answers = [
        response(output=[message(type="output_text", text="{}")], usage=usage) for usage in (USAGE, None)
    ]
    async with answered(*(http(200, answer) for answer in answers)) as (provider, _):
        standing = await provider.poll(PLANNER, Job("resp_1"))
        # 3,000 × 0.75 + 1,000 × 0.075 + 2,000 × 4.50 USD a million.
        assert standing.cost == Decimal("0.011325")
        assert (await provider.poll(PLANNER, Job("resp_1"))).cost is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (error(401, "invalid_api_key", SECRET), Unauthorized),
        (error(429, "insufficient_quota"), RateLimited),
        (error(500, None), ProviderUnavailable),
        (http(200, b"<h1>Welcome</h1>"), ProviderUnavailable),
        (None, ProviderUnavailable),
    ],
)
async def test_a_poll_that_fails_is_asked_once(answer: bytes | None, why: type[Exception]) -> None:
    async with answered(answer) as (provider, seen):
        with pytest.raises(why) as said:
            await provider.poll(PLANNER, Job("resp_1"))
        assert len(seen) == 1
        assert not any(SECRET in words for words in everything_said(said.value))


async def test_a_plan_that_openai_forgot_is_gone_and_may_be_cancelled() -> None:
    async with answered(error(404, None)) as (provider, _):
        assert (await provider.poll(PLANNER, Job("resp_1"))).state == "gone"
        await provider.cancel(PLANNER, Job("resp_1"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "content", "code", "reason", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(
    status=st.sampled_from(["queued", "completed", "failed", "incomplete", "cancelled", 7]),
    fields=st.dictionaries(
        st.sampled_from(["output", "usage", "error", "incomplete_details"]), ANYTHING, max_size=4
    ),
)
@settings(max_examples=150, deadline=None)
def test_no_answer_whatever_stops_a_poll(status: object, fields: dict[str, Any]) -> None:
    standing = job_status_of(construct(status=status, **fields), PLANNER)
    assert standing.state in ("queued", "running", "succeeded", "failed", "canceled")
