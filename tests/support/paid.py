"""Films on the stand-ins, for tests: the real workflow, ledger and clients, protocol times divided."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest_asyncio
from temporalio.client import Client

from activities.ledger.times import Times
from activities.models.available import open_providers
from activities.models.breaker import Rests
from activities.models.catalogue import Catalogue
from activities.models.provider import Provider
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.support.standing import Standins
from worker import hosting, make_workers
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest

#: How much faster than usual: a lost answer is settled within ten seconds.
FACTOR = 20.0
# On a loaded machine a stand-in takes seconds to answer, and longer to draw: that must not look like a loss.
TIMES = replace(Times().divided(FACTOR), post_timeout=4.0, second=1.0, post_longest=Times().post_longest)
_takes = itertools.count(1)

#: Opens a studio on the stand-ins: workers on every queue, and the typed client. Takes clients of its own
#: instead of the usual ones, where providers reach the bucket, and a catalogue of another release.
PaidRig = Callable[..., AbstractAsyncContextManager[tuple[Studio, Films]]]


@pytest_asyncio.fixture
async def paid_rig(
    stack: Stack, settings: Settings, client: Client, standins: Standins, database_url: str
) -> PaidRig:
    # What models failed for other tests, which share the ledger, would rest them here.
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM provider_health")
    await connection.close()
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})
    near = replace(stack, standins=standins.root)

    @asynccontextmanager
    async def opened(
        sold: Mapping[str, Provider] | None = None,
        public_url: str | None = None,
        catalogue: Catalogue | None = None,
    ) -> AsyncIterator[tuple[Studio, Films]]:
        parts = Parts(
            providers=open_providers(quick, standins.root) if sold is None else sold,
            times=TIMES,
            rests=Rests().divided(FACTOR),
            catalogue=catalogue,
        )
        here = quick.model_copy(update={"s3_public_url": public_url})
        async with open_studio(near, here, parts) as studio, hosting(make_workers(client, studio, here)):
            yield studio, Films(client)

    return opened


def asked(*beats: str, image: str, video: str, take: int | None = None, **more: object) -> VideoRequest:
    """A small film of 5 s beats, by default one that shares no recipe with any other test's."""
    return VideoRequest.model_validate(
        {
            "prompt": "A film about a ceramic coffee mug",
            "size": "360p",
            "fps": 8,
            "music": False,
            "take": take or 5000 + next(_takes),
            **(
                {"plan": PlanDraft(beats=tuple(BeatDraft(id=beat, seconds=5) for beat in beats))}
                if beats
                else {}
            ),
            "models": Models(planner="animatic-planner", image=image, video=video),
            **more,
        }
    )
