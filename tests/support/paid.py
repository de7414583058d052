"""Films on the stand-ins, for tests: the real workflow, ledger and clients, protocol times divided."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from decimal import Decimal

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
from starter.films import Film, Films
from tests.support.standing import Standins
from worker import hosting, make_workers
from workflows.film.contract import BeatDraft, Models, PlanDraft, VideoRequest
from workflows.film.report import VideoResult
from workflows.studio.report import Progress

#: How much faster than usual: a lost answer is settled within ten seconds.
FACTOR = 20.0
# On a loaded machine a stand-in takes seconds to answer, and longer to draw: that must not look like a loss.
# Nor may an encode that waits for a core look as if it hung.
TIMES = replace(
    Times().divided(FACTOR),
    post_timeout=4.0,
    second=1.0,
    post_longest=Times().post_longest,
    lease=12.0,
    outage=12.0,
)
FLUX, WAN = "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"
IMAGE_USD, CHUNK_USD = Decimal("0.003"), Decimal("0.11")
#: An image and a chunk of 5 s.
BEAT_USD = IMAGE_USD + CHUNK_USD
PLANNER = "openai-gpt-5.4-mini"
#: All that is kept of a film's first run, by the column that names the film.
KEPT = {
    "film": "id",
    "film_profile": "film",
    "film_plan": "film",
    "film_wording": "film",
    "film_model": "film",
}
#: By test: the films that it has asked for so far.
_asked: Counter[str] = Counter()

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
    # The stand-ins keep no upload of another test, though the database remembers it.
    await connection.execute("DELETE FROM provider_upload")
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
            # Whole or nothing, and nothing drawn beside it: what is asked for is all that is made.
            "partial": "fail",
            "preview": False,
            "take": take or take_of_its_own(),
            **(
                {"plan": PlanDraft(beats=tuple(BeatDraft(id=beat, seconds=5) for beat in beats))}
                if beats
                else {}
            ),
            "models": Models(planner="animatic-planner", image=image, video=video),
            **more,
        }
    )


def take_of_its_own() -> int:
    """By the name of the test that asks: what is drawn for it is the same whatever ran before it in this
    process, and a join that shows in one run shows in every one. Apart from each other, for a retake of a
    whole film is the take after it."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    _asked[test] += 1
    return 5004 + 10 * (zlib.crc32(test.encode()) % 10**8 + _asked[test])


def made(standins: Standins) -> Counter[str]:
    """Accepted submits by the catalogue's name of the model."""
    names = {model.endpoint: model.id for model in Catalogue.load().models.values()}
    return Counter(names[str(one["model"])] for one in standins.log())


async def unfinished(film: Film) -> Progress:
    """The progress of a film that must not have ended."""
    progress = await film.progress()
    assert progress.status in ("planning", "rendering"), progress
    return progress


async def until(film: Film, wanted: str) -> Progress:
    """The progress, once the film waits for something that `wanted` is in."""
    while wanted not in ((progress := await unfinished(film)).waiting_for or ""):
        await asyncio.sleep(0.5)
    return progress


async def made_of(films: Films, request: VideoRequest, film: str) -> VideoResult:
    result = await (await films.start(request, film)).result()
    assert result.status == "completed"
    return result


async def forget(database_url: str, film: str) -> None:
    """Leaves of a film what a release left that kept nothing."""
    connection = await asyncpg.connect(database_url)
    for table, column in KEPT.items():
        await connection.execute(f"DELETE FROM {table} WHERE {column} = $1", film)
    await connection.close()


def planned_by(model: str, take: int) -> VideoRequest:
    """A film that costs nothing but its plan."""
    return VideoRequest(
        prompt="A 5 second film about a ceramic coffee mug",
        size="360p",
        fps=8,
        take=take,
        music=False,
        models=Models(planner=model),
    )
