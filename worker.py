"""The composition root: which queues, which activities, which providers one process hosts.

`python -m worker` runs a worker by itself until SIGTERM or Ctrl-C; `--queue` (repeatable) chooses what
it hosts, so that each queue scales apart. `reel` hosts all of them in its own process.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client
from temporalio.worker import Worker

from activities.assembly import Assembly
from activities.chunks import Chunks
from activities.delivery import Delivery
from activities.generation.catalogue import Catalogue
from activities.generation.provider import Computes
from activities.generation.providers.animatic.provider import Animatic
from activities.generation.render import Renderer
from activities.generation.threads import Threads
from activities.plan import Planning
from activities.soundtrack import Soundtrack
from activities.storage.cache import Cache
from activities.storage.ledger import Ledger
from activities.storage.objects import ObjectStore
from activities.storyboard import Storyboard
from activities.studio import Studio
from infra.schema import migrate
from infra.settings import Settings
from infra.stack import Stack, open_stack
from infra.temporal import connect
from workflows.steps import GENERATION_QUEUE, MEDIA_QUEUE, QUEUES, STUDIO_QUEUE
from workflows.video import VideoWorkflow

log = logging.getLogger(__name__)

ACTIVITIES: tuple[Callable[..., Any], ...] = (
    Planning.compose_plan,
    Storyboard.generate_storyboard_image,
    Chunks.generate_reference_chunk,
    Chunks.generate_continuation_chunk,
    Soundtrack.generate_soundtrack,
    Assembly.refine_segment,
    Assembly.render_transition,
    Assembly.stitch_film,
    Delivery.deliver_film,
)

# A chunk at 720p takes under ten seconds a core: most of what runs ends by itself within this. The rest
# is told to end (20 s at most), gives its claim back and is begun anew elsewhere. With the farewells to the
# servers a worker has left after a minute at the very most: that is the grace period to give a pod.
DRAIN = timedelta(seconds=10)
# Cancellation and pause reach an activity with its heartbeat; by default one is sent every 16 s.
_HEARTBEAT_EVERY = timedelta(seconds=2)
# Waiting costs no CPU, and every waiter is one small coroutine.
_WAITING_SLOTS = 50
# A cached film is some hundred kilobytes; the default of 1,000 is for machines that do nothing else.
_CACHED_WORKFLOWS = 200
# A database that is up takes a connection at once; asyncpg would wait a minute for one that is silent.
_CONNECT_S = 5.0
# How often the leases of processes that died are ended: a takeover then need not wait for them.
_MOURN_EVERY_S = 2.0


@asynccontextmanager
async def open_studio(
    stack: Stack, settings: Settings, providers: Mapping[str, Computes] | None = None
) -> AsyncIterator[Studio]:
    """The studio of this process on the given servers, their schema and bucket made ready."""
    await migrate(stack.database_url)
    async with AsyncExitStack() as stay:
        pool = await stay.enter_async_context(
            asyncpg.create_pool(stack.database_url, min_size=1, max_size=10, timeout=_CONNECT_S)
        )
        store = ObjectStore.of(stack.s3)
        stay.callback(store.close)
        await store.ensure_bucket()
        cache = Cache(settings.cache, settings.cache_bytes)
        stay.callback(cache.close)
        # As many threads as slots: work that waited for a thread would look hung.
        threads = Threads(settings.media_slots)
        stay.callback(threads.shutdown, wait=False, cancel_futures=True)
        ledger = Ledger(pool)
        mourning = asyncio.create_task(_mourn(stack, ledger))
        stay.callback(mourning.cancel)
        renderer = Renderer(ledger, store, cache, threads, instance=stack.instance)
        known: Mapping[str, Computes] = {Animatic.name: Animatic()} if providers is None else providers
        yield Studio(renderer, store, known)


async def _mourn(stack: Stack, ledger: Ledger) -> None:
    """Ends the leases of processes that died attached to the same stack, so that nobody waits for them."""
    while True:
        try:
            if gone := stack.gone:
                for instance in gone:
                    await ledger.release_instance(instance)
                await stack.forget(gone)
        except Exception:
            log.exception("the leases of dead processes could not be ended yet")
        await asyncio.sleep(_MOURN_EVERY_S)


def make_workers(
    client: Client, studio: Studio, settings: Settings, queues: Sequence[str] = QUEUES
) -> list[Worker]:
    """One worker a queue. Raises ValueError for a queue that nobody knows."""
    if unknown := set(queues) - set(QUEUES):
        raise ValueError(f"unknown task queue {', '.join(sorted(unknown))}; known are {', '.join(QUEUES)}")
    chunks, storyboard, sound = Chunks(studio), Storyboard(studio), Soundtrack(studio)
    planning, assembly = Planning(studio, Catalogue.load()), Assembly(studio)
    models: list[Callable[..., Any]] = [
        storyboard.generate_storyboard_image,
        chunks.generate_reference_chunk,
        chunks.generate_continuation_chunk,
        sound.generate_soundtrack,
    ]
    hosted: dict[str, tuple[list[Callable[..., Any]], int]] = {
        STUDIO_QUEUE: ([Delivery(studio).deliver_film], _WAITING_SLOTS),
        GENERATION_QUEUE: ([planning.compose_plan, *models], _WAITING_SLOTS),
        MEDIA_QUEUE: (
            [*models, assembly.refine_segment, assembly.render_transition, assembly.stitch_film],
            settings.media_slots,
        ),
    }
    return [
        Worker(
            client,
            task_queue=queue,
            workflows=[VideoWorkflow] if queue == STUDIO_QUEUE else [],
            activities=hosted[queue][0],
            max_concurrent_activities=hosted[queue][1],
            max_cached_workflows=_CACHED_WORKFLOWS,
            graceful_shutdown_timeout=DRAIN,
            max_heartbeat_throttle_interval=_HEARTBEAT_EVERY,
            default_heartbeat_throttle_interval=_HEARTBEAT_EVERY,
            build_id=_release(),
        )
        for queue in queues
    ]


def _release() -> str:
    # The SDK's own default reads and hashes the code of every loaded module: over a second at every start.
    try:
        return metadata.version("reelwright")
    except metadata.PackageNotFoundError:
        return "unreleased"


@asynccontextmanager
async def hosting(workers: Sequence[Worker]) -> AsyncIterator[None]:
    """Runs the workers side by side; at the end drains them side by side, as `DRAIN` says."""
    async with AsyncExitStack() as running:
        for one in workers:
            await running.enter_async_context(one)
        try:
            yield
        finally:
            await asyncio.gather(*(one.shutdown() for one in workers))


async def run(settings: Settings, queues: Sequence[str]) -> None:
    """Hosts the queues until SIGTERM or Ctrl-C, then drains."""
    leave = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leave.set)
    async with open_stack(settings) as stack, open_studio(stack, settings) as studio:
        client = await connect(stack, role="worker")
        async with hosting(make_workers(client, studio, settings, queues)):
            log.info("worker hosts %s", ", ".join(queues))
            await leave.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="worker", description="Hosts the studio's task queues.")
    parser.add_argument("--queue", action="append", choices=QUEUES, help="a queue to host; default: all")
    parser.add_argument("--home", type=Path, help="data directory of the embedded servers")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(run(Settings.load(asked.home), asked.queue or QUEUES))
    # The SDK's runtime sometimes aborts an interpreter that ends by itself, after everything went well.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
