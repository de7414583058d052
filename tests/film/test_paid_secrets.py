"""Films on every provider, with keys that look like keys: none of them is anywhere that people look."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials
from temporalio.client import Client

from activities.models.catalogue import Catalogue
from activities.models.provider import Provider
from activities.models.providers.fal import Fal
from activities.models.providers.google import Google
from activities.models.providers.openai import OpenAI
from activities.models.providers.replicate import Replicate
from infra.embedded.stack import Stack
from tests.support.leftovers import Text, everything_left, secrets_in
from tests.support.paid import PaidRig, asked
from tests.support.standing import Standins

SECRETS = {
    "the Replicate token": "r8_Yx7kQ2mVtZpL9sWc4RfHjN6bA3dE5gU8iO1",
    "the fal key": "5f2c9a1e-77d0-4b6e-9c3f-0a8b7d6e5f41:c1d2e3f4a5b6978890abcdef01234567",
    "the OpenAI key": "sk-proj-T7nWq4ZxkV2mB9sLr5YcHj8PdG3fA6uE",
    "the Google token": "ya29.a0AcM612xQz8LkVbN4tRwPjD7sYhG9fU",
}


def clients(standins: Standins) -> dict[str, Provider]:
    keys, known = list(SECRETS.values()), Catalogue.load().providers
    refusals = {name: frozenset(known[name].refusals) for name in known}
    return {
        "replicate": Replicate(keys[0], refusals=refusals["replicate"], base_url=standins.url("replicate")),
        "fal": Fal(keys[1], refusals=refusals["fal"], base_url=standins.url("fal")),
        "openai": OpenAI(keys[2], refusals=refusals["openai"], base_url=standins.url("openai")),
        "google": Google(
            "project",
            "us-central1",
            refusals=refusals["google"],
            base_url=standins.url("google"),
            credentials=Credentials(token=keys[3]),  # type: ignore[no-untyped-call]
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize("linked", [True, False], ids=["signed links", "uploads"])
async def test_no_secret_is_left_behind(
    paid_rig: PaidRig,
    standins: Standins,
    stack: Stack,
    client: Client,
    home: Path,
    caplog: pytest.LogCaptureFixture,
    linked: bool,
) -> None:
    caplog.set_level(logging.DEBUG, "activities")
    # Things go wrong, too: what is raised and retried is written down as well.
    standins.order("replicate", "poll", "500")
    standins.order("fal", "submit", "429_retry_after")
    standins.order("openai", "submit", "content_random", match="image")
    requests = [
        asked("hero_shot", image="fal-flux-schnell", video="replicate-wan-2.2-i2v-fast"),
        asked("hero_shot", image="openai-gpt-image-2.5-flare", video="fal-wan-2.2-a14b"),
        asked("hero_shot", image="google-gemini-3.1-flash-image", video="google-veo-3.1-lite"),
    ]
    async with paid_rig(clients(standins), stack.s3.endpoint if linked else None) as (_, films):
        started = [await films.start(request) for request in requests]
        results = await asyncio.gather(*(film.result() for film in started))
    assert [result.status for result in results] == ["completed"] * 3
    secret = stack.s3.secret_key
    wanted = SECRETS | ({"the bucket's key": secret.get_secret_value()} if secret else {})
    ours = {film.id for film in started}
    left = [
        text
        for text in await everything_left(client, home, stack.database_url)
        # What another test's caller wrote into its own request is that caller's to see.
        if not text.place.startswith(("the history of ", "the description of "))
        or text.place.rpartition(" ")[2] in ours
    ]
    assert len(left) > 10 and secrets_in(left, wanted) == []
    said = [Text("a log record", record.getMessage()) for record in caplog.records]
    assert secrets_in(said, wanted) == []
