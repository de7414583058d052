"""One suite that every provider of paid models has to pass, its real client talking HTTP to its stand-in.

A provider's own test file adds one class, and pytest collects the whole suite through it:

    class TestReplicateContract(ProviderContract):
        case = Case(
            "replicate",                                  # the name in the catalogue and of the stand-in
            SECRET,                                       # the key: must never be seen anywhere
            lambda url: Replicate(SECRET, refusals=REFUSALS, base_url=url),
        )

`case.build` makes the provider at any base URL: the suite also points it at a closed port. The models are
those of the catalogue; the `standins` fixture is that of `tests/support/standing.py`. Images are given as the
provider wants them: by the URL of its own `upload`, or, where that returns None, as bytes.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from PIL import Image

from activities.faults import (
    ContentPolicy,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
)
from activities.media.inspection import measured
from activities.models.call import ModelCall
from activities.models.contract import Case
from activities.models.contract import ProviderContract as OpenContract
from activities.models.enhancers import BackgroundRemover, Enhancer
from activities.models.provider import Job, NotAccepted, Provider, Request, Unanswered
from activities.models.trial import (
    PATIENCE_S,
    SIGNED,
    bare,
    ended,
    everything_said,
    failure,
    made,
    ordered,
    picture,
    sent,
    signed,
    with_pictures,
)

__all__ = [
    "SIGNED",
    "Case",
    "ProviderContract",
    "bare",
    "ended",
    "everything_said",
    "ordered",
    "picture",
    "sent",
    "signed",
    "with_pictures",
]


def _is_changed(call: ModelCall, model: Enhancer, data: bytes, path: Path) -> None:
    """As many times as large, of as many frames; or transparent."""
    ((_, given),) = call.files()
    path.write_bytes(data)
    before, after = measured(given.path), measured(path)
    factor = call.params.get("factor", 1)
    assert isinstance(factor, int) and before.width and before.height
    assert (after.width, after.height) == (before.width * factor, before.height * factor), model.id
    assert after.frames == before.frames and after.fps == before.fps
    if isinstance(model, BackgroundRemover):
        with Image.open(path) as picture:
            assert picture.mode == "RGBA", model.id


class Standins(Protocol):
    """What the suite asks of the stand-ins."""

    def url(self, provider: str) -> str: ...
    def order(self, provider: str, moment: str, kind: str, times: int = 1) -> object: ...
    def posts(self, provider: str) -> int: ...


class ProviderContract(OpenContract):
    """The suite for all, and what stand-ins do to a provider. Subclasses are named Test… and set `case`."""

    @pytest.fixture
    def url(self, standins: Standins) -> str:
        return standins.url(self.case.name)

    async def test_what_is_changed_has_the_size_or_the_holes_that_were_asked(
        self, provider: Provider, tmp_path: Path
    ) -> None:
        for model in self.case.one_of_each_kind:
            if isinstance(model, Enhancer):
                call = await ordered(provider, model, tmp_path)
                files = await made(provider, provider.request(call, "t"))
                _is_changed(call, model, files[0], tmp_path / "made")

    @pytest.mark.parametrize("fault", ["drop_before", "drop_after", "timeout", "500", "503", "503_after"])
    async def test_a_lost_answer_is_sent_once_and_said_so(
        self, provider: Provider, standins: Standins, tmp_path: Path, fault: str
    ) -> None:
        for model in self.case.one_of_each_kind:
            request = provider.request(await ordered(provider, model, tmp_path), str(uuid4()))
            before = standins.posts(self.case.name)
            standins.order(self.case.name, "submit", fault)
            with pytest.raises(Unanswered) as said:
                await provider.submit(request, 1.0 if fault == "timeout" else PATIENCE_S)
            assert standins.posts(self.case.name) - before == 1, model.id
            self._holds_no_secret(said.value)

    @pytest.mark.parametrize("fault", ["429", "429_retry_after"])
    async def test_a_full_queue_is_sent_once_and_not_accepted(
        self, provider: Provider, standins: Standins, tmp_path: Path, fault: str
    ) -> None:
        for model in self.case.one_of_each_kind:
            request = provider.request(await ordered(provider, model, tmp_path), str(uuid4()))
            before = standins.posts(self.case.name)
            standins.order(self.case.name, "submit", fault)
            with pytest.raises(NotAccepted) as said:
                await sent(provider, request)
            assert standins.posts(self.case.name) - before == 1, model.id
            assert isinstance(said.value.why, RateLimited) and said.value.why.retry_after_s > 0
            self._holds_no_secret(said.value)

    async def test_a_lost_submit_is_found_by_listing(
        self, provider: Provider, standins: Standins, tmp_path: Path
    ) -> None:
        for model in (each for each in self.case.one_of_each_kind if each.ledger == "lists"):
            since = datetime.now(UTC) - timedelta(seconds=5)
            call = await ordered(provider, model, tmp_path, prompt=f"A mug {uuid4()}")
            request = provider.request(call, str(uuid4()))
            standins.order(self.case.name, "submit", "drop_after")
            with pytest.raises(Unanswered):
                await sent(provider, request)
            async with asyncio.timeout(PATIENCE_S):
                while not (found := await self._found(provider, request, since)):
                    await asyncio.sleep(0.05)
            assert len(found) == 1
            # It is the job itself, and no film need be made to see it.
            await provider.cancel(model, found[0])
            assert (await ended(provider, model, found[0])).state in ("canceled", "succeeded")

    async def _found(self, provider: Provider, request: Request, since: datetime) -> list[Job]:
        listed = await provider.listed(request.model, since)
        return [each.job for each in listed if each.fingerprint == request.fingerprint]

    async def test_refused_content_is_named(
        self, provider: Provider, standins: Standins, tmp_path: Path
    ) -> None:
        for model in self.case.one_of_each_kind:
            request = provider.request(await ordered(provider, model, tmp_path), str(uuid4()))
            standins.order(self.case.name, "submit", "content_random")
            why = await failure(provider, request)
            assert isinstance(why, ContentPolicy), model.id
            # What to do about it stands behind a colon or a semicolon.
            assert any(advice in str(why) for advice in ("change the wording", "use milder words")), model.id

    async def test_a_model_that_is_no_more_is_named(
        self, provider: Provider, standins: Standins, tmp_path: Path
    ) -> None:
        for model in self.case.models:
            endpoint = model.endpoint[:-1] + ("2" if model.endpoint.endswith("1") else "1")
            retired = model.model_copy(update={"endpoint": endpoint})
            before = standins.posts(self.case.name)
            with pytest.raises(NotAccepted) as said:
                await sent(provider, provider.request(await ordered(provider, retired, tmp_path), "t"))
            assert type(said.value.why) is ModelGone and "choose another" in str(said.value.why), model.id
            assert standins.posts(self.case.name) - before == 1

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [("429", RateLimited), ("503", ProviderUnavailable), ("drop_before", ProviderUnavailable)],
    )
    async def test_a_poll_that_fails_says_nothing_of_the_job(
        self, provider: Provider, standins: Standins, tmp_path: Path, fault: str, kind: type[StudioError]
    ) -> None:
        for model in self.case.one_of_each_kind:
            answer = await sent(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            if isinstance(answer, Job):
                standins.order(self.case.name, "poll", fault)
                with pytest.raises(kind) as said:
                    await provider.poll(model, answer)
                self._holds_no_secret(said.value)
                assert (await ended(provider, model, answer)).state == "succeeded"
