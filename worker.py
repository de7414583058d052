"""The composition root: which queues, which activities, which providers one process hosts.

`python -m worker` runs a worker by itself until SIGTERM or Ctrl-C; `--role`, or `--queue` (repeatable),
chooses what it hosts, so that each scales apart. `reel` hosts all of it in its own process. Exit codes: 0 it
was told to leave, 2 a setting or a queue cannot be used, 4 a server cannot be started or reached.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerTuner
from temporalio.workflow import NondeterminismError

from infra.extras import without_worker

try:
    import uvloop

    from activities.wiring import open_studio
except ImportError as error:
    # Whoever runs this without the extra is told which one, and by no traceback.
    if __name__ != "__main__" or (missing := without_worker(error)) is None:
        raise
    print(f"worker: {missing}", file=sys.stderr)
    raise SystemExit(4) from None

from activities.batch import Admission, BatchSteps, Reports
from activities.batch import stages as batch
from activities.estimates import ESTIMATES
from activities.film import FilmStudio
from activities.film import stages as film
from activities.library import Signing, Uploads, uploads
from activities.pipeline import stages as pipeline
from activities.running import underway
from activities.service import services
from activities.studio import EVERY_PROVIDER, AccountSteps, Studio, account, measuring, register
from activities.upkeep import Deletion, Sweep, Tell, Verify, deletion, ensure_sweeper, notices, sweep, verify
from infra.embedded import Stack, open_stack
from infra.errors import ServerError, SettingsError, StackError, Unreachable
from infra.garbage import settle
from infra.health import Standing, answering
from infra.log_lines import formatter_of, is_json
from infra.logging import log_here
from infra.refusals import unreachable
from infra.settings import Settings
from infra.slots import encode_slots, fixed, free_memory, waiting_slots
from infra.telemetry import runtime_of
from infra.temporal import connect
from infra.versioning import versioning_of
from workflows.batch import BatchWorkflow
from workflows.film import VideoWorkflow
from workflows.library import UploadWorkflow
from workflows.pipeline import PipelineWorkflow
from workflows.productions import PRODUCTIONS
from workflows.studio import GENERATION_QUEUE, MEDIA_QUEUE, QUEUES, STUDIO_QUEUE, generation_queue
from workflows.upkeep import DeleteWorkflow, NoticeWorkflow, SweepWorkflow, VerifyWorkflow

log = logging.getLogger(__name__)

#: Every activity that there is, and where it is hosted.
STAGES = (
    *(*film.STAGES, *batch.STAGES, *pipeline.STAGES, *account.STAGES),
    *(*sweep.STAGES, *notices.STAGES, *verify.STAGES, *uploads.STAGES, *deletion.STAGES),
)

#: Every workflow that there is.
WORKFLOWS: tuple[type[Any], ...] = (
    *(VideoWorkflow, BatchWorkflow, PipelineWorkflow),
    *(SweepWorkflow, NoticeWorkflow, VerifyWorkflow, UploadWorkflow, DeleteWorkflow),
)

#: What a worker is there for: to decide, to wait for providers, to compute, or all of it.
Role = Literal["workflows", "generation", "media", "all"]

#: What ends a run that is not to blame. One that does not replay would seem to run for ever; failed, it is
#: mended by starting it again. Not said of the workflows themselves: a Replayer would wait for ever, too.
FATAL = (NondeterminismError,)

# A chunk at 720p takes under ten seconds a core: most of what runs ends by itself within this. The rest
# is told to end (20 s at most), gives its claim back and is begun anew elsewhere. With the farewells to the
# servers a worker has left after a minute at the very most: that is the grace period to give a pod.
DRAIN = timedelta(seconds=10)
# Activities pace their own heartbeats (`activities/running/attempt.py`), and none is to be held back: the one
# with a provider's job id is the only copy of it while the database is away. By default it might be for 16 s.
_THROTTLE = timedelta(milliseconds=1)
# How a line of its log is laid out, where it is for people.
_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
#: Exit codes, as those of `reel`: a setting or an option cannot be used; a server cannot be used.
INVALID, UNAVAILABLE = 2, 4
# Steps that move small files use little of a core, and most of it is signing.
_LIGHT_SLOTS = 50
# A cached film is some hundred kilobytes; the default of 1,000 is for machines that do nothing else.
_CACHED_WORKFLOWS = 200


def queues_of(studio: Studio, role: Role = "all") -> tuple[str, ...]:
    """Every queue that this process can host in a role: the usual ones, and one a paid provider whose key it
    has."""
    sold = tuple(generation_queue(name) for name in studio.providers)
    hosts: Mapping[Role, tuple[str, ...]] = {
        "workflows": (STUDIO_QUEUE,),
        "generation": (GENERATION_QUEUE, *sold),
        "media": (MEDIA_QUEUE,),
        "all": (*QUEUES, *sold),
    }
    return hosts[role]


def make_workers(
    client: Client, studio: Studio, settings: Settings, queues: Sequence[str] | None = None
) -> list[Worker]:
    """One worker a queue, by default of all of them. Raises `SettingsError` for a queue that nobody knows,
    or that needs a key which is not set."""
    hosted = _hosted(studio, settings)
    wanted = tuple(hosted) if queues is None else queues
    for queue in wanted:
        if queue not in hosted:
            raise SettingsError(_not_hosted(queue, studio, hosted))
    versioning = versioning_of(settings)
    # What buys from them meets no client that takes a second to load. Who only asks how a film stands, does
    # without all of them.
    for name in studio.providers:
        if generation_queue(name) in wanted:
            studio.providers[name]
    return [
        Worker(
            client,
            task_queue=queue,
            workflows=WORKFLOWS if queue == STUDIO_QUEUE else (),
            # What is signed is answered to queries, and stands in no history.
            interceptors=[Signing(studio.store)] if queue == STUDIO_QUEUE else (),
            nexus_service_handlers=services(studio) if queue == STUDIO_QUEUE else (),
            activities=hosted[queue].activities,
            tuner=hosted[queue].slots,
            max_task_queue_activities_per_second=hosted[queue].per_second,
            max_cached_workflows=_CACHED_WORKFLOWS,
            graceful_shutdown_timeout=DRAIN,
            max_heartbeat_throttle_interval=_THROTTLE,
            default_heartbeat_throttle_interval=_THROTTLE,
            # Nothing is stored elsewhere: so many at once means a task for each payload that would be.
            max_workflow_task_external_storage_concurrency=1,
            workflow_failure_exception_types=FATAL,
            **versioning,
        )
        for queue in wanted
    ]


class _Hosted(NamedTuple):
    activities: list[Callable[..., Any]]
    slots: WorkerTuner
    per_second: float | None = None


def _hosted(studio: Studio, settings: Settings) -> dict[str, _Hosted]:
    films = FilmStudio.of(studio)
    steps = AccountSteps(
        studio.accounts,
        studio.memory,
        studio.buyer,
        films.planner,
        studio.roster.standins,
        films.inherit,
        notices="all" if settings.notify_url else "request" if settings.notify_secret else "",
    )
    batches = (BatchSteps.of(studio, PRODUCTIONS), Admission(studio, ESTIMATES), Reports(studio))
    own = (Sweep.of(studio), Tell.of(settings), Verify(studio), Uploads(studio.store), Deletion.of(studio))
    made = (*film.made(films), *pipeline.made(studio), *batches, steps, *own)

    def stages(queue: str) -> list[Callable[..., Any]]:
        return [stage.of(made) for stage in STAGES if queue in stage.queues]

    waits = 1 + len(studio.providers)
    free = free_memory()
    waiting = fixed(settings.waiting_slots or waiting_slots(free, waits))
    encodes = fixed(encode_slots(free, settings.media_slots))
    hosted = {
        STUDIO_QUEUE: _Hosted(stages(STUDIO_QUEUE), fixed(_LIGHT_SLOTS)),
        GENERATION_QUEUE: _Hosted(stages(GENERATION_QUEUE), waiting),
        MEDIA_QUEUE: _Hosted(stages(MEDIA_QUEUE), encodes),
    }
    for name in studio.providers:
        provider = studio.catalogue.providers[name]
        a_minute = settings.requests_per_minute or provider.requests_per_minute
        hosted[generation_queue(name)] = _Hosted(stages(EVERY_PROVIDER), waiting, a_minute / 60)
    return hosted


def _not_hosted(queue: str, studio: Studio, hosted: Iterable[str]) -> str:
    for name, provider in studio.catalogue.providers.items():
        if queue == generation_queue(name):
            return f"The task queue {queue} needs {' and '.join(provider.needs)}, which is not set here."
    return f"There is no task queue {queue}; known are {', '.join(hosted)}."


@asynccontextmanager
async def hosting(workers: Sequence[Worker]) -> AsyncIterator[None]:
    """Runs the workers side by side; at the end says so, and drains them side by side, as `DRAIN` says."""
    async with AsyncExitStack() as running:
        for one in workers:
            await running.enter_async_context(one)
        try:
            yield
        finally:
            still = underway().total()
            log.info("worker leaves; steps that run: %d, with %d s to end", still, DRAIN.seconds)
            await asyncio.gather(*(one.shutdown() for one in workers))


async def prepare(client: Client, stack: Stack, studio: Studio) -> None:
    """Furnishes the namespace with what productions need besides workers; one that is configured is its
    operator's to furnish."""
    if stack.temporal_embedded:
        for name, why in (await register(client)).items():
            if why:
                log.warning("The search attribute %s cannot be registered: %s", name, why)
    if studio.providers:
        await ensure_sweeper(client)


async def run(settings: Settings, role: Role = "all", queues: Sequence[str] | None = None) -> None:
    """Hosts the queues, by default all of the role, until SIGTERM or Ctrl-C, then drains; says meanwhile how
    it stands. Raises `SettingsError`, `Unreachable`, `StackError`, `ServerError`."""
    leave = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leave.set)
    standing = Standing("queues" if queues else role, running=underway)
    runtime = runtime_of(settings)
    meter = runtime.metric_meter if settings.metrics_port else None
    async with (
        answering(standing, settings.health_host, settings.health_port),
        open_stack(settings) as stack,
        open_studio(stack, settings, meter=meter) as studio,
    ):
        client = await connect(stack, role="worker", runtime=runtime)
        standing.queues = tuple(queues or queues_of(studio, role))
        standing.checks = {
            "temporal": client.service_client.check_health,
            "database": lambda: studio.storage.database.rows("SELECT 1"),
        }
        workers = make_workers(client, studio, settings, standing.queues)
        await prepare(client, stack, studio)
        # Who decides for productions also tells how they stand.
        told = meter if STUDIO_QUEUE in standing.queues else None
        async with hosting(workers), measuring(studio, client, told):
            settle()
            standing.state = "running"
            log.info("worker hosts %s", ", ".join(standing.queues))
            await leave.wait()
            standing.state = "draining"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="worker", description="Hosts the studio's task queues.")
    hosts = parser.add_mutually_exclusive_group()
    hosts.add_argument("--role", choices=get_args(Role), default="all", help="what to host; default: all")
    hosts.add_argument("--queue", action="append", help="instead of a role, a queue to host; may be repeated")
    parser.add_argument("--home", type=Path, help="data directory of the embedded servers")
    asked = parser.parse_args(arguments)
    try:
        settings = Settings.load(asked.home)
        log_here(formatter_of(settings, _LINE))
        # Python's own loop takes twice as long, a twelfth of all that a step costs.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, asked.role, asked.queue))
        code = 0
    except SettingsError as error:
        code = _refuse(error, INVALID)
    except (Unreachable, StackError, ServerError) as error:
        code = _refuse(error, UNAVAILABLE)
    except RPCError as error:
        code = _refuse(unreachable(error), UNAVAILABLE)
    # The SDK's runtime sometimes aborts an interpreter that ends by itself, after everything went well.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _refuse(error: Exception, code: int) -> int:
    """Says what went wrong, in a sentence; the exit code."""
    if is_json():
        log.critical("%s", error)
    else:
        print(f"worker: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
