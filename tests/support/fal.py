"""What the tests of fal share: a provider with a key that must never be seen, and a scripted fal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.models.catalogue import Catalogue
from activities.models.providers.fal import Fal
from tests.support.scripted import Scripted, scripted

SECRET = "a1b2c3d4-key:s3cr3t-of-fal"
REFUSALS = frozenset(Catalogue.load().providers["fal"].refusals)
MODELS = [model for model in Catalogue.load().models.values() if model.provider == "fal"]
FLUX = Catalogue.load().model("fal-flux-schnell")
KLING = Catalogue.load().model("fal-kling-2.5-turbo-pro")
WAN = Catalogue.load().model("fal-wan-2.2-a14b")
TEXT = {"detail": "something of fal's"}
POLICY = {"loc": ["body", "prompt"], "msg": "Content flagged", "type": "content_policy_violation"}
#: Where nobody listens; for what needs no answer.
NOWHERE = "http://127.0.0.1:9"


def fal(url: str = NOWHERE) -> Fal:
    return Fal(SECRET, refusals=REFUSALS, base_url=url)


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[Fal, Scripted]]:
    """A provider and the fal that it talks to."""
    async with scripted() as script:
        provider = fal(script.url)
        yield provider, script
        await provider.close()
