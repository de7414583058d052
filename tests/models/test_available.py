"""The paid providers that a process has are known by their keys; a client is opened when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr

from activities.models.available import Available, hosted, open_providers
from activities.models.catalogue import Catalogue
from activities.wiring import open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from infra.temporal import connect
from worker import make_workers
from workflows.studio.calls import STUDIO_QUEUE, generation_queue

KEYS: Mapping[str, Mapping[str, Any]] = {
    "replicate": {"replicate_api_token": SecretStr("r8_x")},
    "fal": {"fal_key": SecretStr("id:x")},
    "openai": {"openai_api_key": SecretStr("sk-x")},
    "google": {"google_cloud_project": "studio"},
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_makes_its_provider_available(name: str) -> None:
    settings = Settings().model_copy(update=KEYS[name])
    here = open_providers(settings, None)
    assert [*here] == [name] == [*hosted(settings)] and name in here and not here.opened


async def test_a_client_is_opened_once_and_when_it_is_asked_for() -> None:
    settings = Settings(standins=True)
    every = open_providers(settings, "http://127.0.0.1:1")
    assert {*every} == {*Catalogue.load().providers} == {*KEYS} == hosted(settings)
    assert len(every) == 4 and "nobody" not in every and every.get("nobody") is None and not every.opened
    assert every["replicate"] is every["replicate"] and [*every.opened] == ["replicate"]
    await every["replicate"].close()


async def test_who_only_decides_opens_no_client(stack: Stack, settings: Settings) -> None:
    """As a command that asks how a film stands, where nobody else hosts its workflow."""
    own = settings.model_copy(update=KEYS["replicate"])
    async with open_studio(stack, own) as studio:
        sold = studio.providers
        assert isinstance(sold, Available) and len(sold) == 1
        # Of their own: a client takes one worker a queue, and these are never run.
        make_workers(await connect(stack), studio, own, [STUDIO_QUEUE])
        assert not sold.opened
        make_workers(await connect(stack), studio, own, [generation_queue("replicate")])
        assert [*sold.opened] == ["replicate"]
