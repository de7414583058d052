"""One suite that every provider of paid models has to pass: the house's own, and those that packages bring.

A package's tests add one class, and pytest (with pytest-asyncio) collects the whole suite through it:

    class TestAcmeContract(ProviderContract):
        case = Case(
            "acme",                                       # the name in the catalogue
            SECRET,                                       # the key: must never be seen anywhere
            lambda url: Acme(SECRET, base_url=url),
            entries=ENTRIES,                              # as its `OwnProvider` has them
            url="http://127.0.0.1:9000",                  # where it is asked: a server that bills nothing
        )

Pictures are given as the provider wants them: by the URL of its own `upload`, or, where that returns None, as
bytes. What it does where answers are lost is for its own tests: `activities/models/provider.py` says what is
to be raised.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.faults import InvalidInput, ProviderUnavailable
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.kinds import ImageModel, VideoModel
from activities.models.own import Source, merged
from activities.models.provider import Job, NotAccepted, Provider
from activities.models.trial import (
    SIGNED,
    ended,
    everything_said,
    made,
    ordered,
    picture,
    sent,
    showing,
    signed,
    telling,
)
from workflows.studio import RATIO, Aspect

ASPECTS: Sequence[Aspect] = tuple(RATIO)


@dataclass(frozen=True)
class Case:
    """One provider under the contract. `build` makes it at any base URL: the suite also points it at a closed
    port, unless it `is_here`, in this process, and asks no server. Without `entries` its models are those of
    the built-in catalogue."""

    name: str
    secret: str
    build: Callable[[str], Provider]
    entries: str = ""
    url: str = ""
    is_here: bool = False

    @property
    def models(self) -> list[Model]:
        known = Catalogue.load()
        if self.entries:
            known = merged((Source(self.name, self.entries, self.name),))
        return [model for model in known.models.values() if model.provider == self.name]

    @property
    def one_of_each_kind(self) -> list[Model]:
        return list({model.kind: model for model in reversed(self.models)}.values())


class ProviderContract:
    """The suite. Subclasses are named Test… and set `case`."""

    case: ClassVar[Case]

    @pytest.fixture
    def url(self) -> str:
        """Where it is asked."""
        return self.case.url

    @pytest_asyncio.fixture
    async def provider(self, url: str) -> AsyncIterator[Provider]:
        provider = self.case.build(url)
        yield provider
        await provider.close()

    def test_it_says_who_pays_without_the_secret(self, provider: Provider) -> None:
        assert self.case.models, "the catalogue has no model of it"
        assert provider.name == self.case.name
        assert provider.account
        assert self.case.secret not in f"{provider.account} {provider!r} {provider!s}"

    def test_a_request_is_pure(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.models:
            call = signed(model, tmp_path, tag := str(uuid4()))
            request, again = provider.request(call, tag), provider.request(call, tag)
            assert (request.body, request.fingerprint) == (again.body, again.fingerprint), model.id
            other = provider.request(telling(call, prompt="A lamp"), tag)
            assert (other.fingerprint != request.fingerprint) == model.worded, model.id

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
            if isinstance(model, VideoModel):
                with pytest.raises(InvalidInput):
                    provider.request(telling(call, seconds="7.77"), "t")
            with pytest.raises(InvalidInput):
                provider.request(telling(call, prompt="x" * (model.prompt_limit + 1)), "t")

    def test_every_aspect_has_a_request(self, provider: Provider, tmp_path: Path) -> None:
        for model in (each for each in self.case.models if isinstance(each, ImageModel)):
            known = getattr(model, "aspects", {}) if self.case.entries else ASPECTS
            orders = [telling(signed(model, tmp_path, "t"), aspect=aspect) for aspect in known]
            bodies = [repr(provider.request(call, "t").body) for call in orders]
            assert "aspect" not in model.parameters or len(set(bodies)) == len(known), model.id

    @pytest.mark.asyncio
    async def test_a_model_of_each_kind_makes_what_is_asked(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.one_of_each_kind:
            files = await made(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            assert files and all(files), model.id

    @pytest.mark.asyncio
    async def test_every_model_is_known_by_its_parameters(self, provider: Provider, tmp_path: Path) -> None:
        """What it is asked at refuses what a model does not take, as the provider does."""
        for model in self.case.models:
            answer = await sent(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            if isinstance(answer, Job):
                # Films take their time to make, and nobody looks at these.
                await provider.cancel(model, answer)

    @pytest.mark.asyncio
    async def test_nothing_is_accepted_where_nobody_listens(self, tmp_path: Path) -> None:
        if self.case.is_here:
            return
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            away = self.case.build(f"http://127.0.0.1:{unused.getsockname()[1]}")
        for model in self.case.one_of_each_kind:
            with pytest.raises(NotAccepted) as said:
                await sent(away, away.request(signed(model, tmp_path, "t"), "t"))
            assert isinstance(said.value.why, ProviderUnavailable)
            self._holds_no_secret(said.value)
        await away.close()

    @pytest.mark.asyncio
    async def test_a_cancelled_job_comes_to_an_end(self, provider: Provider, tmp_path: Path) -> None:
        for model in self.case.one_of_each_kind:
            answer = await sent(provider, provider.request(await ordered(provider, model, tmp_path), "t"))
            if isinstance(answer, Job):
                await provider.cancel(model, answer)
                assert (await ended(provider, model, answer)).state in ("canceled", "succeeded")
                await provider.cancel(model, answer)

    @pytest.mark.asyncio
    async def test_the_same_file_may_be_given_twice(self, provider: Provider, tmp_path: Path) -> None:
        given = picture(tmp_path, "teal")
        for kept in (await provider.upload(given), await provider.upload(given)):
            assert kept is None or kept.url.startswith(("http://", "https://", "gs://"))

    def _holds_no_secret(self, error: BaseException) -> None:
        assert not any(self.case.secret in words for words in everything_said(error))
