"""Google's client against its stand-in: one POST a submit, filters that look like success, plain errors."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from starlette.applications import Starlette
from starlette.requests import Request as Received
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

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
from activities.models.catalogue import Catalogue
from activities.models.provider import Delivered, Job, NotAccepted, Unanswered
from activities.models.providers.google import Google
from activities.models.providers.google.answers import failure
from activities.models.trial import telling
from tests.support.provider_contract import (
    Case,
    ProviderContract,
    bare,
    ended,
    everything_said,
    ordered,
    sent,
)
from tests.support.standing import Standins
from workflows.studio.facts import Aspect

CATALOGUE = Catalogue.load()
VEO, LITE = CATALOGUE.model("google-veo-3.1"), CATALOGUE.model("google-veo-3.1-lite")
IMAGE, PLANNER = CATALOGUE.model("google-gemini-3.1-flash-image"), CATALOGUE.model("google-gemini-3.5-flash")
REFUSALS = frozenset(CATALOGUE.providers["google"].refusals)
SECRET = "ya29.a-token-that-nobody-may-see"


def token() -> Credentials:
    return Credentials(token=SECRET)  # type: ignore[no-untyped-call]


def google(url: str, location: str = "us-central1") -> Google:
    return Google("acme-films", location, refusals=REFUSALS, base_url=url, credentials=token())


class TestGoogleContract(ProviderContract):
    case = Case("google", SECRET, google)


@asynccontextmanager
async def answering(answer: Callable[[Received], Response]) -> AsyncIterator[tuple[str, list[Received]]]:
    """A server that gives every POST this answer, and what it was sent."""
    seen: list[Received] = []

    async def posted(request: Received) -> Response:
        await request.body()
        seen.append(request)
        return answer(request)

    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{rest:path}", posted, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    server.should_exit = True
    await serving


def saying(status: int, message: str, details: list[Any] | None = None) -> Callable[[Received], Response]:
    body = {"error": {"code": status, "message": message, "status": "X", "details": details or []}}
    return lambda _: JSONResponse(body, status)


async def test_a_video_is_asked_for_in_googles_own_words(standins: Standins, tmp_path: Path) -> None:
    provider = google(standins.url("google"))
    call = await ordered(provider, VEO, tmp_path)
    job = await sent(provider, provider.request(call, "tag-1"))
    assert isinstance(job, Job)
    assert job.id.startswith(
        "projects/acme-films/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/"
    )
    (log,) = standins.log("google")
    assert (log["id"], log["tag"]) == (job.id, "tag-1")
    (instance,) = log["input"]["instances"]
    assert instance["prompt"] == call.prompt
    assert instance["image"]["mimeType"] == instance["lastFrame"]["mimeType"] == "image/png"
    assert log["input"]["parameters"] == {
        "durationSeconds": 4,
        "aspectRatio": "16:9",
        "resolution": "720p",
        "seed": 7,
        "sampleCount": 1,
        "generateAudio": False,
    }
    await provider.close()


async def test_gemini_is_asked_at_its_own_location(tmp_path: Path) -> None:
    made = {"candidates": [{"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}]}
    async with answering(lambda _: JSONResponse(made)) as (url, seen):
        provider = google(url)
        await sent(provider, provider.request(bare(PLANNER), "tag-1"))
        body = await seen[0].json()
        await provider.close()
    assert "/locations/global/publishers/google/models/gemini-3.5-flash:" in str(seen[0].url)
    assert body["systemInstruction"]["parts"] == [{"text": "Say a title."}]
    assert body["contents"] == [{"role": "user", "parts": [{"text": bare(PLANNER).prompt}]}]
    assert body["generationConfig"]["responseMimeType"] == "application/json"
    assert body["generationConfig"]["responseJsonSchema"]["required"] == ["title"]
    assert body["labels"] == {"reel-tag": "tag-1"}


async def test_a_name_is_all_that_another_process_needs(standins: Standins) -> None:
    first = google(standins.url("google"))
    job = await sent(first, first.request(bare(LITE), "tag-1"))
    assert isinstance(job, Job)
    await first.close()
    # Its settings may name another location by then.
    second = google(standins.url("google"), "europe-west4")
    done = await ended(second, LITE, Job(job.id))
    assert done.state == "succeeded"
    assert done.outputs[0].mime == "video/mp4" and done.outputs[0].data
    assert (await second.poll(LITE, Job(job.id.rpartition("/")[0] + "/gone"))).state == "gone"
    await second.close()


@pytest.mark.parametrize(
    ("fault", "kind"), [("content_random", ContentPolicy), ("capacity", RateLimited), ("failed", JobFailed)]
)
async def test_what_ends_without_a_video_costs_nothing(
    standins: Standins, fault: str, kind: type[StudioError]
) -> None:
    provider = google(standins.url("google"))
    standins.order("google", "submit", fault)
    job = await sent(provider, provider.request(bare(LITE), "t"))
    assert isinstance(job, Job)
    done = await ended(provider, LITE, job)
    assert done.state == "failed" and type(done.why) is kind and done.cost == 0
    await provider.close()


async def test_an_order_beyond_the_model_is_refused(standins: Standins) -> None:
    provider = google(standins.url("google"))
    others: list[Aspect] = ["1:1", "4:5"]
    for aspect in others:
        with pytest.raises(InvalidInput, match="16:9, 9:16"):
            provider.request(telling(bare(VEO), aspect=aspect), "t")
    assert standins.posts("google") == 0
    await provider.close()


async def test_a_redirect_is_no_second_post() -> None:
    async with answering(lambda request: RedirectResponse(request.url, 307)) as (url, seen):
        provider = google(url)
        for model in (VEO, IMAGE, PLANNER):
            with pytest.raises(Unanswered):
                await sent(provider, provider.request(bare(model), "t"))
        await provider.close()
    assert len(seen) == 3


async def test_an_unfinished_answer_is_not_continued() -> None:
    part = {"content": {"parts": [{"text": '{"ti'}]}, "finishReason": "CONTINUATION"}
    more = {"candidates": [{**part, "continuationToken": base64.b64encode(b"more").decode()}]}
    async with answering(lambda _: JSONResponse(more)) as (url, seen):
        provider = google(url)
        answer = await sent(provider, provider.request(bare(PLANNER), "t"))
        await provider.close()
    assert len(seen) == 1
    assert isinstance(answer, Delivered) and answer.outputs[0].data == b'{"ti'


async def test_a_server_that_says_the_token_back_is_not_quoted() -> None:
    async with answering(saying(400, f"what is {SECRET}?")) as (url, _):
        provider = google(url)
        with pytest.raises(NotAccepted) as said:
            await sent(provider, provider.request(bare(VEO), "t"))
        await provider.close()
    assert SECRET not in f"{said.value} {said.value!r} {said.value.why!r}"


async def test_an_answer_that_says_nothing_leaves_a_video_in_doubt() -> None:
    answers = [b"", b"<html>", b"[]", b"{}", b'{"name": 3}', b'{"candidates": 3}']
    job = Job("projects/p/locations/l/publishers/google/models/m/operations/o")
    async with answering(lambda _: Response(answers[len(seen) // 2 - 1])) as (url, seen):
        provider = google(url)
        for _ in answers:
            with pytest.raises(Unanswered):
                await sent(provider, provider.request(bare(VEO), "t"))
            with pytest.raises(ProviderUnavailable):
                await provider.poll(VEO, job)
        await provider.close()
    assert len(seen) == 2 * len(answers)


async def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    provider = Google("acme-films", "us-central1", refusals=REFUSALS)
    with pytest.raises(NotAccepted, match="GOOGLE_APPLICATION_CREDENTIALS") as said:
        await sent(provider, provider.request(bare(VEO), "t"))
    assert isinstance(said.value.why, Unauthorized)
    with pytest.raises(Unauthorized):
        await provider.poll(VEO, Job("o"))
    await provider.close()


class Withdrawn(Credentials):
    """Credentials whose account is no more."""

    def __init__(self, retryable: bool) -> None:
        super().__init__(token=None)  # type: ignore[no-untyped-call]
        self._again = retryable

    def refresh(self, request: object) -> None:
        raise RefreshError(f"invalid_grant for {SECRET}", retryable=self._again)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("retryable", "kind"), [(False, Unauthorized), (True, ProviderUnavailable)])
async def test_credentials_that_give_no_token_send_nothing(retryable: bool, kind: type[StudioError]) -> None:
    async with answering(saying(200, "")) as (url, seen):
        provider = Google("p", "l", refusals=REFUSALS, base_url=url, credentials=Withdrawn(retryable))
        with pytest.raises(NotAccepted) as said:
            await sent(provider, provider.request(bare(VEO), "t"))
        await provider.close()
    assert isinstance(said.value.why, kind) and not seen
    assert SECRET not in f"{said.value!s} {said.value!r} {said.value.why}"


async def test_a_stand_in_never_gets_real_credentials() -> None:
    async with answering(saying(503, "")) as (url, seen):
        provider = Google("acme-films", "us-central1", refusals=REFUSALS, base_url=url)
        with pytest.raises(Unanswered):
            await sent(provider, provider.request(bare(VEO), "t"))
        await provider.close()
    assert [each.headers["authorization"] for each in seen] == ["Bearer stand-in"]


MEANINGS: list[tuple[int, str, type[StudioError]]] = [
    (400, "Unsupported aspect ratio", InvalidInput),
    (400, "The prompt has sensitive words that violate Google's Responsible AI practices", ContentPolicy),
    (400, "the image violates Vertex AI's usage guidelines. Support codes: 17301594", ContentPolicy),
    (401, "invalid authentication", Unauthorized),
    (403, "Vertex AI API has not been used in project", Unauthorized),
    (404, "Publisher Model was not found", ModelGone),
    (400, "The model veo-2 is no longer supported", ModelGone),
    (400, "Output was blocked due to safety", ContentPolicy),
    (410, "Gone", ModelGone),
    (413, "too large", InvalidInput),
    (429, "Resource exhausted", RateLimited),
    (408, "timed out", ProviderUnavailable),
    (500, "Internal", ProviderUnavailable),
    (503, "Unavailable", ProviderUnavailable),
]


async def test_statuses_have_meanings() -> None:
    async with answering(lambda request: saying(*MEANINGS[(len(seen) - 1) // 2][:2])(request)) as (url, seen):
        provider = google(url)
        for status, message, kind in MEANINGS:
            assert type(failure(status, message, VEO)) is kind
            for model in (LITE, IMAGE):
                with pytest.raises(NotAccepted if status in REFUSALS else Unanswered) as refused:
                    await sent(provider, provider.request(bare(model), "t"))
                assert not isinstance(refused.value, NotAccepted) or type(refused.value.why) is kind
        await provider.close()
    assert len(seen) == 2 * len(MEANINGS)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, ProviderUnavailable), (401, Unauthorized), (403, Unauthorized), (429, RateLimited)],
)
async def test_a_question_that_is_refused_says_nothing_of_the_job(
    status: int, kind: type[StudioError]
) -> None:
    async with answering(saying(status, "no")) as (url, _):
        provider = google(url)
        with pytest.raises(kind):
            await provider.poll(VEO, Job("projects/p/locations/l/publishers/google/models/m/operations/o"))
        await provider.close()


async def test_no_error_of_a_poll_holds_the_token(standins: Standins) -> None:
    provider = google(standins.url("google"))
    job = await sent(provider, provider.request(bare(LITE), "t"))
    assert isinstance(job, Job)
    for fault in ("429_retry_after", "500", "drop_before", "drop_after"):
        standins.order("google", "poll", fault)
        with pytest.raises(StudioError) as failed:
            await provider.poll(LITE, job)
        assert not any(SECRET in words for words in everything_said(failed.value))
    assert standins.posts("google") == 1
    await provider.close()
