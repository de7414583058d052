"""Records the histories that `test_replay.py` replays: `python -m tests.record_histories [NAME …]`.

Name those that are new: what is recorded stays for ever, because films of that release may still run, and a
change of the workflow's commands is guarded with `workflow.patched` until they all replay. Without names it
records every one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from temporalio.client import Client, WorkflowHandle

from activities.models.available import open_providers
from activities.wiring import Parts, open_studio
from infra.embedded.stack import open_stack
from infra.schema import migrate
from infra.settings import Settings
from infra.temporal import connect
from starter.edits import Edits, edited
from starter.films import FilmFailed, Films
from tests.support.anchored_market import RECORDINGS as ANCHORED
from tests.support.batch_recordings import RECORDINGS as OF_BATCHES
from tests.support.budget_recordings import RECORDINGS as OF_BUDGETS
from tests.support.cap_recordings import RECORDINGS as OF_CAPS
from tests.support.cut_recordings import RECORDINGS as OF_CUTS
from tests.support.delete_recordings import RECORDINGS as OF_DELETIONS
from tests.support.directed_recordings import RECORDINGS as DIRECTED
from tests.support.keyframe_recordings import RECORDINGS as OF_KEYFRAMES
from tests.support.market import Market
from tests.support.on_market import BUDGET, SEED, attended, open_market
from tests.support.on_market import asked as bought
from tests.support.paid import TIMES
from tests.support.patched_recordings import RECORDINGS as OF_PATCHES
from tests.support.pipeline_recordings import RECORDINGS as OF_PIPELINES
from tests.support.plain import PLAN, Plain
from tests.support.poster_recording import RECORDINGS as OF_POSTERS
from tests.support.recordings import RECORDINGS as ON_MARKETS
from tests.support.sheet_recordings import RECORDINGS as OF_SHEETS
from tests.support.upload_recordings import RECORDINGS as OF_UPLOADS
from tests.support.verify_recordings import RECORDINGS as OF_VERIFIED
from worker import hosting, make_workers
from workflows.film.contract import Source, VideoRequest
from workflows.film.naming import film_id
from workflows.film.planned import PlannedFilm
from workflows.studio.calls import STUDIO_QUEUE
from workflows.upkeep.sweep import SWEEPER

Handle = WorkflowHandle[Any, Any]
#: Takes the root of stand-ins, too, where something is bought of real clients.
Rig = Callable[..., AbstractAsyncContextManager[Films]]
FOLDER = Path(__file__).parent / "histories"


def asked(take: int) -> VideoRequest:
    return VideoRequest(prompt="A film about a ceramic coffee mug", size="360p", fps=8, take=take, plan=PLAN)


async def film(rig: Rig, _: Client) -> Handle:
    async with rig(Plain()) as films:
        made = await films.start(asked(1))
        assert (await made.result()).status == "completed"
        return made.handle


async def paused_and_stopped(rig: Rig, _: Client) -> Handle:
    provider = Plain(hold={"chunk:hero_shot:0": threading.Event()})
    async with rig(provider) as films:
        made = await films.start(asked(2))
        while not provider.begun["chunk:hero_shot:0"]:
            await asyncio.sleep(0.05)
        await made.pause()
        await asyncio.sleep(1)
        await made.resume()
        await asyncio.sleep(1)
        await made.stop()
        assert (await made.result()).status == "stopped"
        return made.handle


async def image_failed(rig: Rig, _: Client) -> Handle:
    async with rig(Plain(failing=["storyboard:detail_showcase"])) as films:
        made = await films.start(asked(3))
        result = await made.result()
        assert result.status == "completed" and result.warnings
        return made.handle


async def failed_without_music(rig: Rig, _: Client) -> Handle:
    async with rig(Plain(failing=["chunk:hero_shot:0"])) as films:
        made = await films.start(asked(4).model_copy(update={"music": False}))
        with suppress(FilmFailed):
            await made.result()
        assert (await made.progress()).status == "failed"
        return made.handle


async def canceled(rig: Rig, _: Client) -> Handle:
    provider = Plain(hold={"chunk:hero_shot:0": threading.Event()})
    async with rig(provider) as films:
        made = await films.start(asked(5))
        while not provider.begun["chunk:hero_shot:0"]:
            await asyncio.sleep(0.05)
        await made.handle.cancel()
        with suppress(FilmFailed):
            await made.result()
        assert (await made.progress()).status == "canceled"
        return made.handle


async def paid(_: Rig, client: Client) -> Handle:
    """One that waits for money and for people, climbs the ladder and moves to other models."""
    market, request = Market(SEED), bought(1, "hero_shot", "call_to_action")
    books = market.film(film_id(request), BUDGET)
    async with open_market(client, market) as films:
        made = await films.start(request)
        await attended(made, books, random.Random(SEED))
    assert books.refused and books.choices and books.limit > BUDGET
    return made.handle


async def forked(rig: Rig, _: Client) -> Handle:
    """One without a beat of the film before, and with other words in another."""
    async with rig(Plain()) as films:
        first = await films.start(asked(6))
        result = await first.result()
        assert result.plan is not None
        source = Source(film=first.id, plan=await _plan_of(first.handle))
        edits = Edits(drop=["2"], shot="1", words={"title": "Made by hand"})
        made = await films.start(edited(asked(6), source, result.plan, edits).request)
        assert [beat.id for beat in (await made.result()).beats] == [PLAN.beats[0].id, PLAN.beats[-1].id]
        return made.handle


async def _plan_of(handle: Handle) -> str:
    """The key of the plan that a film was made by."""
    async for event in handle.fetch_history_events():
        for payload in event.activity_task_completed_event_attributes.result.payloads:
            with suppress(ValidationError):
                return PlannedFilm.model_validate_json(payload.data).artifact.key
    raise LookupError(f"{handle.id} was not planned")


async def swept_again(rig: Rig, client: Client) -> Handle:
    """Two sweeps in one run; `swept.json` is of a release whose runs ended after one."""
    async with rig(Plain()):
        sweep = await client.start_workflow("SweepWorkflow", id=f"{SWEEPER}-1", task_queue=STUDIO_QUEUE)
        for signal in ("sweep", "stop"):
            await asyncio.sleep(2)
            await sweep.signal(signal)
        await sweep.result()
        return sweep


RECORDINGS: tuple[Callable[[Rig, Client], Awaitable[Handle]], ...] = (
    film,
    paused_and_stopped,
    image_failed,
    failed_without_music,
    canceled,
    paid,
    forked,
    swept_again,
    *ON_MARKETS,
    *OF_BUDGETS,
    *OF_POSTERS,
    *OF_BATCHES,
    *OF_CUTS,
    *OF_CAPS,
    *OF_UPLOADS,
    *OF_VERIFIED,
    *OF_DELETIONS,
    *DIRECTED,
    *OF_PATCHES,
    *ANCHORED,
    *OF_KEYFRAMES,
    *OF_PIPELINES,
    *OF_SHEETS,
)


async def main(names: Collection[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.load(Path(home))
        async with open_stack(settings) as stack:
            client = await connect(stack)
            await migrate(stack.database_url)

            @asynccontextmanager
            async def rig(provider: Plain, standins: str | None = None) -> AsyncIterator[Films]:
                here, parts = settings, Parts(local_models={provider.name: provider})
                if standins is not None:
                    here = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})
                    parts = replace(parts, providers=open_providers(here, standins), times=TIMES)
                near = replace(stack, standins=standins)
                async with (
                    open_studio(near, here, parts) as studio,
                    hosting(make_workers(client, studio, here)),
                ):
                    yield Films(client)

            for record in RECORDINGS:
                if not names or record.__name__ in names:
                    await _save(record.__name__, await record(rig, client))


async def _save(name: str, handle: Handle) -> None:
    history = await handle.fetch_history()
    (FOLDER / f"{name}.json").write_text(history.to_json())
    print(f"{name}: {len(history.events)} events", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    os._exit(0)
