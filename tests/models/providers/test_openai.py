"""OpenAI behind the seam: the contract of all providers, and what only OpenAI does."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.faults import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    ModelGone,
    RateLimited,
    Unauthorized,
)
from activities.film.planning.answer import beat_call, plan_of
from activities.film.planning.answered import PlannerCall
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.models.catalogue import Catalogue
from activities.models.provider import Delivered, Job, JobStatus, NotAccepted, Unanswered
from activities.models.providers.openai import OpenAI
from activities.models.trial import showing, telling
from tests.support.canned import error, http, served
from tests.support.provider_contract import Case, ProviderContract, bare, ended, everything_said, picture
from tests.support.standing import Standins
from workflows.film.contract import VideoRequest

SECRET = "sk-proj-Zq3vT8xW5kL1nB7mC9dF2gH4"
CATALOGUE = Catalogue.load()
REFUSALS = frozenset(CATALOGUE.providers["openai"].refusals)
PLANNER = CATALOGUE.model("openai-gpt-5.4-mini")
PAINTER = CATALOGUE.model("openai-gpt-image-2.5-flare")


class TestOpenAIContract(ProviderContract):
    case = Case("openai", SECRET, lambda url: OpenAI(SECRET, refusals=REFUSALS, base_url=url))


@asynccontextmanager
async def answered(*answers: bytes | None) -> AsyncIterator[tuple[OpenAI, list[bytes]]]:
    """A provider whose server gives these answers, and what reached it."""
    async with served(*answers) as (url, seen):
        provider = OpenAI(SECRET, refusals=REFUSALS, base_url=url)
        yield provider, seen
        await provider.close()


# ---- submits


@pytest.mark.parametrize("model", [PLANNER, PAINTER], ids=lambda model: model.kind)
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (error(400, "moderation_blocked"), ContentPolicy),
        (error(400, "invalid_prompt"), ContentPolicy),
        (error(400, "invalid_value"), InvalidInput),
        (error(422, None), InvalidInput),
        (error(413, None), InvalidInput),
        (error(400, "billing_hard_limit_reached"), InsufficientCredit),
        (error(429, "insufficient_quota"), InsufficientCredit),
        (error(429, "rate_limit_exceeded"), RateLimited),
        (error(401, "invalid_api_key", f"Incorrect API key provided: {SECRET}"), Unauthorized),
        (error(403, "unsupported_country_region_territory"), Unauthorized),
        (error(404, "model_not_found"), ModelGone),
        (error(410, None), ModelGone),
        (error(400, None, "The model has been deprecated"), ModelGone),
        (http(404, b"<h1>Not Found</h1>"), ModelGone),
    ],
)
async def test_a_refusal_is_named_and_sent_once(model: Any, answer: bytes, why: type[Exception]) -> None:
    async with answered(answer) as (provider, seen):
        with pytest.raises(NotAccepted) as said:
            await provider.submit(provider.request(bare(model), "t"), 5)
        assert type(said.value.why) is why and said.value.status in REFUSALS
        assert len(seen) == 1
        assert not any(SECRET in words for words in everything_said(said.value))


@pytest.mark.parametrize("model", [PLANNER, PAINTER], ids=lambda model: model.kind)
@pytest.mark.parametrize(
    "answer",
    [
        error(408, None),
        error(409, None),
        error(500, None),
        error(503, None, "no", "x-should-retry: true"),
        http(200, b"<h1>Welcome</h1>"),
        http(200, {"data": None, "id": 7}),
        http(200, {}),
        http(200, [1]),
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n{x}",
        # A redirect followed would be a second paid request.
        http(307, {}, "location: /v1/elsewhere"),
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        None,
    ],
)
async def test_what_nobody_can_tell_is_said_so_and_sent_once(model: Any, answer: bytes | None) -> None:
    async with answered(answer) as (provider, seen):
        with pytest.raises(Unanswered) as said:
            # A body that ends early keeps the connection open, until the time is over.
            await provider.submit(provider.request(bare(model), "t"), 0.5)
        assert len(seen) == 1
        assert not any(SECRET in words for words in everything_said(said.value))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["retry-after: 7"], 7),
        (["retry-after-ms: 1500", "retry-after: 7"], 1.5),
        (["retry-after: Wed, 21 Oct 2026 07:28:00 GMT"], 20),
        (["retry-after: 99999"], 600),
        ([], 20),
    ],
)
async def test_it_waits_as_long_as_it_is_asked_to(headers: list[str], seconds: float) -> None:
    async with answered(error(429, "rate_limit_exceeded", "no", *headers)) as (provider, _):
        with pytest.raises(NotAccepted) as said:
            await provider.submit(provider.request(bare(PLANNER), "t"), 5)
        assert isinstance(said.value.why, RateLimited) and said.value.why.retry_after_s == seconds


async def test_a_plan_is_asked_for_in_the_background_and_bears_its_tag() -> None:
    async with answered(http(200, {"id": "resp_1", "object": "response", "status": "queued"})) as (
        provider,
        seen,
    ):
        request = provider.request(bare(PLANNER), "tag-1")
        assert await provider.submit(request, 5) == Job("resp_1")
        sent = json.loads(seen[0].partition(b"\r\n\r\n")[2])
    assert sent == request.body
    assert (sent["background"], sent["store"], sent["metadata"]) == (True, True, {"reel": "tag-1"})
    assert sent["text"]["format"]["strict"] is True
    assert sent["max_output_tokens"] == 8000


async def test_an_image_with_a_photo_and_edges_is_an_edit_of_both(tmp_path: Path) -> None:
    usage = {
        "input_tokens": 1100,
        "input_tokens_details": {"text_tokens": 100, "image_tokens": 1000},
        "output_tokens": 1500,
        "total_tokens": 2600,
    }
    drawn = http(
        200, {"created": 1, "data": [{"b64_json": base64.b64encode(b"PNG").decode()}], "usage": usage}
    )
    photo, edges = picture(tmp_path, "teal"), picture(tmp_path, "white")
    told = telling(bare(PAINTER), aspect="4:5", negative_prompt="text")
    async with answered(drawn) as (provider, seen):
        call = showing(told, {"image": photo, "control": edges})
        delivered = await provider.submit(provider.request(call, "t"), 5)
        plain = await provider.submit(provider.request(bare(PAINTER), "t"), 5)
    assert isinstance(delivered, Delivered) and isinstance(plain, Delivered)
    assert [(each.mime, each.data) for each in delivered.outputs] == [("image/png", b"PNG")]
    # 100 × 5 + 1,000 × 8 + 1,500 × 30 USD a million.
    assert delivered.cost == Decimal("0.0535")
    assert seen[0].startswith(b"POST /v1/images/edits ") and seen[1].startswith(
        b"POST /v1/images/generations "
    )
    assert seen[0].index(photo.path.read_bytes()) < seen[0].index(edges.path.read_bytes())
    assert b"1024x1280" in seen[0] and b"outlines" in seen[0]
    assert json.loads(seen[1].partition(b"\r\n\r\n")[2]) == {
        "model": "gpt-image-2.5-flare",
        "prompt": bare(PAINTER).prompt,
        "size": "1536x864",
        "n": 1,
        "quality": "medium",
        "output_format": "png",
    }


@pytest.mark.parametrize("data", [[], [{}], [{"b64_json": None}], [{"b64_json": "!"}], [7]])
async def test_an_answer_without_an_image_is_paid_for_and_empty(data: list[object]) -> None:
    async with answered(http(200, {"created": 1, "data": data})) as (provider, _):
        assert await provider.submit(provider.request(bare(PAINTER), "t"), 5) == Delivered([], None)


def test_what_is_shown_of_an_image_is_its_hash(tmp_path: Path) -> None:
    provider = OpenAI(SECRET, refusals=REFUSALS)
    request = provider.request(showing(bare(PAINTER), {"image": picture(tmp_path, "teal")}), "t")
    assert "base64" in json.dumps(dict(request.body)) and "base64" not in json.dumps(request.shown)


# ---- with the stand-in


async def asked(provider: OpenAI, parts: PlannerCall, tag: str = "t") -> JobStatus:
    """How the answer to a planner's order stands in the end."""
    call = telling(bare(PLANNER, parts.data), instructions=parts.instructions, schema=dict(parts.schema))
    job = await provider.submit(provider.request(call, tag), 10)
    assert isinstance(job, Job)
    return await ended(provider, PLANNER, job)


async def test_a_film_is_planned_from_end_to_end(standins: Standins) -> None:
    request, library = VideoRequest(prompt="A film about a ceramic mug", duration_s=30), Library.default()
    provider = OpenAI(SECRET, refusals=REFUSALS, base_url=standins.url("openai"))
    standing = await asked(provider, beat_call(request, library, (), 30), "tag-7")
    plan = plan_of(standing.outputs[0].data or b"", request, library, ())
    assert plan.seconds == 30 and standing.cost and 0 < standing.cost < PLANNER.price_usd
    assert [one["tag"] for one in standins.log("openai")] == ["tag-7"]
    await provider.close()


@pytest.mark.parametrize("fault", ["bad_plan", "injected_plan"])
async def test_a_film_that_was_planned_badly_is_mended(standins: Standins, fault: str) -> None:
    request, library = VideoRequest(prompt="A film about a ceramic mug", duration_s=30), Library.default()
    provider = OpenAI(SECRET, refusals=REFUSALS, base_url=standins.url("openai"))
    standins.order("openai", "submit", fault)
    first = (await asked(provider, beat_call(request, library, (), 30))).outputs[0].data or b""
    with pytest.raises(InvalidPlan) as refused:
        plan_of(first, request, library, ())
    parts = beat_call(request, library, (), 30, first, refused.value.fields)
    again = (await asked(provider, parts)).outputs[0].data or b""
    assert plan_of(again, request, library, ()).seconds == 30
    await provider.close()


async def test_the_stand_in_asks_for_a_key_and_a_strict_schema(standins: Standins) -> None:
    provider = OpenAI(SECRET, refusals=REFUSALS, base_url=standins.url("openai"))
    loose = telling(bare(PLANNER), schema={"type": "object", "properties": {"title": {"type": "string"}}})
    with pytest.raises(NotAccepted, match="Invalid schema"):
        await provider.submit(provider.request(loose, "t"), 5)
    await provider.close()
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{standins.url('openai')}/responses", json={})).status_code == 401


async def test_nothing_is_logged_of_the_key_or_the_prompt(
    standins: Standins,
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider = OpenAI(SECRET, refusals=REFUSALS, base_url=standins.url("openai"))
    with caplog.at_level(logging.INFO):
        await provider.submit(provider.request(bare(PLANNER, "A secret recipe"), "t"), 5)
    await provider.close()
    assert SECRET not in caplog.text and "secret recipe" not in caplog.text
