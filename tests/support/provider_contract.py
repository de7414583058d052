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
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.faults import (
    ContentPolicy,
    InvalidInput,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
)
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.provider import Job, NotAccepted, Provider, Request, Unanswered
from tests.support.provider_calls import (
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
    showing,
    signed,
    telling,
    with_pictures,
)
from workflows.studio.facts import Aspect

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

ASPECTS: tuple[Aspect, ...] = ("16:9", "9:16", "1:1", "4:5")


class Standins(Protocol):
    """What the suite asks of the stand-ins."""

    def url(self, provider: str) -> str: ...
    def order(self, provider: str, moment: str, kind: str, times: int = 1) -> object: ...
    def posts(self, provider: str) -> int: ...


@dataclass(frozen=True)
class Case:
    """One provider under the contract."""

    name: str
    secret: str
    build: Callable[[str], Provider]

    @property
    def models(self) -> list[Model]:
        return [model for model in Catalogue.load().models.values() if model.provider == self.name]

    @property
    def one_of_each_kind(self) -> list[Model]:
        return list({model.kind: model for model in reversed(self.models)}.values())


class ProviderContract:
    """The suite. Subclasses are named Test… and set `case`."""

    case: ClassVar[Case]

    @pytest_asyncio.fixture
    async def provider(self, standins: Standins) -> AsyncIterator[Provider]:
        provider = self.case.build(standins.url(self.case.name))
        yield provider
        await provider.close()

    def test_it_says_who_pays_without_the_secret(self, provider: Provider) -> None:
        assert provider.name == self.case.name
        assert provider.account
        assert self.case.secret not in f"{provider.account} {provider!r} {provider!s}"

    def test_a_request_is_pure(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.models:
            call = signed(model, tmp_path, tag := str(uuid4()))
            request, again = provider.request(call, tag), provider.request(call, tag)
            assert (request.body, request.fingerprint) == (again.body, again.fingerprint), model.id
            other = provider.request(telling(call, prompt="A lamp"), tag)
            assert other.fingerprint != request.fingerprint, model.id

    def test_a_request_shows_no_signature(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.models:
            request = provider.request(signed(model, tmp_path, str(uuid4())), str(uuid4()))
            assert "f00dfeed" not in f"{request!r} {request.shown}", model.id

    def test_a_signed_link_does_not_change_the_fingerprint(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.models:
            one, two = (signed(model, tmp_path, tag) for tag in ("one", "two"))
            assert provider.request(one, "t").fingerprint == provider.request(two, "t").fingerprint, model.id

    def test_what_a_model_does_not_take_is_refused_or_left_out(
        self, provider: Provider, tmp_path: Path
    ) -> None:
        """A last frame that would be ignored is refused; a seed is ours to give, and simply left out."""
        for model in self.case.models:
            call = signed(model, tmp_path, "t")
            if "last_frame" not in model.parameters:
                last = replace(picture(tmp_path, "red"), url=SIGNED)
                with pytest.raises(InvalidInput):
                    provider.request(showing(call, {**call.inputs, "last_frame": last}), "t")
            if "seed" not in model.parameters:
                assert provider.request(telling(call, seed=1), "t") == provider.request(call, "t")
            if model.kind == "video":
                with pytest.raises(InvalidInput):
                    provider.request(telling(call, seconds="7.77"), "t")
            with pytest.raises(InvalidInput):
                provider.request(telling(call, prompt="x" * (model.prompt_limit + 1)), "t")

    def test_every_aspect_has_a_request(self, provider: Provider, tmp_path: Path) -> None:
        for model in (each for each in self.case.models if each.kind == "image"):
            orders = [telling(signed(model, tmp_path, "t"), aspect=aspect) for aspect in ASPECTS]
            bodies = [repr(provider.request(call, "t").body) for call in orders]
            assert "aspect" not in model.parameters or len(set(bodies)) == len(ASPECTS), model.id

    async def test_a_model_of_each_kind_makes_what_is_asked(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.one_of_each_kind:
            files = await made(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            assert files and all(files), model.id

    async def test_every_model_is_known_by_its_parameters(self, provider: Provider, tmp_path: Path) -> None:
        """The stand-ins refuse what a model does not take, as the providers do."""
        for model in self.case.models:
            answer = await sent(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            if isinstance(answer, Job):
                # Films take their time to make, and nobody looks at these.
                await provider.cancel(model, answer)

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

    async def test_nothing_is_accepted_where_nobody_listens(self, tmp_path: Path) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            away = self.case.build(f"http://127.0.0.1:{unused.getsockname()[1]}")
        for model in self.case.one_of_each_kind:
            with pytest.raises(NotAccepted) as said:
                await sent(away, away.request(signed(model, tmp_path, "t"), "t"))
            assert isinstance(said.value.why, ProviderUnavailable)
            self._holds_no_secret(said.value)
        await away.close()

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

    async def test_a_cancelled_job_comes_to_an_end(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.one_of_each_kind:
            answer = await sent(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            if isinstance(answer, Job):
                await provider.cancel(model, answer)
                assert (await ended(provider, model, answer)).state in ("canceled", "succeeded")
                await provider.cancel(model, answer)

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

    async def test_the_same_file_may_be_given_twice(self, provider: Provider, tmp_path: Path) -> None:
        given = picture(tmp_path, "teal")
        for kept in (await provider.upload(given), await provider.upload(given)):
            assert kept is None or kept.url.startswith(("http://", "https://", "gs://"))

    def _holds_no_secret(self, error: BaseException) -> None:
        assert not any(self.case.secret in words for words in everything_said(error))
