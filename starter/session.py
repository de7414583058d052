"""One `reel` process: the servers it uses, and the studio and workers that it hosts where it needs them."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError

from activities.models import hosted
from activities.service import ensure_endpoint
from activities.studio import register
from infra.embedded import Stack, open_stack
from infra.errors import ServerError, StackError, Unreachable
from infra.log_lines import formatter_of
from infra.logging import LINE, log_to
from infra.refusals import unreachable
from infra.settings import Settings
from infra.temporal import connect
from starter.batches import Batches
from starter.errors import FilmEnded, NoAnswer
from starter.films import Films
from starter.homes import check_sellers
from starter.productions import Productions
from starter.run import Run
from starter.schedules import Schedules
from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE
from workflows.service import ENDPOINT
from workflows.studio import STUDIO_QUEUE, Progress
from workflows.upkeep import Deleted

if TYPE_CHECKING:
    from activities.storage import ObjectStore
    from activities.studio import Studio

# A configured server that is up answers at once; longer, and a person should be told.
_REACH_S = 5.0
# By then a worker that begins takes work, also on a machine that has much else to do.
_BEGINS_S = 60.0
#: With which each kind is begun, and goes on.
_COMMANDS = {FILM.workflow: "reel make", BATCH.workflow: "reel batch run", PIPELINE.workflow: "reel run"}


class Session:
    """This process among the users of its servers. Make it with `open_session`."""

    def __init__(self, settings: Settings, stack: Stack, client: Client, stay: AsyncExitStack) -> None:
        self.settings = settings
        self.stack = stack
        self.films, self.productions = Films(client), Productions(client)
        self.batches = Batches(client, self.open_store)
        self.schedules = Schedules(client, self.productions, self.progress)
        self.client = client
        self._stay = stay
        self._studio: Studio | None = None
        self._store: ObjectStore | None = None
        #: The queues that it hosts already: none has two workers of one process.
        self._hosts: set[str] = set()
        #: Until when its workers may still be beginning, by the monotonic clock.
        self._begins_until = 0.0

    @property
    def studio(self) -> Studio:
        """The studio of a session that hosts."""
        assert self._studio is not None, "call host() first"
        return self._studio

    async def host(self, queues: Sequence[str] | None = None) -> None:
        """Runs workers for these queues, by default all, until the session ends, which drains them. Raises
        `Unreachable`."""
        # What makes films takes as long to load as all else: who only asks does without.
        from worker import hosting, make_workers, prepare, queues_of

        studio = await self.open_studio()
        await prepare(self.client, self.stack, studio)
        wanted = [queue for queue in queues or queues_of(studio) if queue not in self._hosts]
        self._hosts.update(wanted)
        self._begins_until = time.monotonic() + _BEGINS_S
        await self._stay.enter_async_context(
            hosting(make_workers(self.client, studio, self.settings, wanted))
        )

    async def register(self) -> dict[str, str]:
        """Registers by what productions are found, as far as the namespace has room. Returns for each that it
        lacked why it could not be; empty where it was. Raises `Unreachable`."""
        try:
            return await register(self.client)
        except RPCError as error:
            raise unreachable(error) from error

    async def open_studio(self) -> Studio:
        """The studio without workers: to look things up. Raises `Unreachable`."""
        from activities.wiring import open_studio

        if self._studio is None:
            self._studio = await self._stay.enter_async_context(open_studio(self.stack, self.settings))
        return self._studio

    async def open_store(self) -> ObjectStore:
        """The bucket, without a database where none is open yet. Raises `Unreachable`."""
        if self._studio is not None:
            return self._studio.store
        # Who only asks Temporal does without S3's client, a quarter of all that such a command loads.
        from activities.opening import open_store

        if self._store is None:
            self._store = await self._stay.enter_async_context(open_store(self.stack, self.settings))
        return self._store

    async def open_to_namespaces(self) -> str | None:
        """Lets workflows of other namespaces ask for films, by the endpoint of this name; None where the
        Temporal server is somebody else's, who decides about that. Raises `RPCError`."""
        if not self.stack.temporal_embedded:
            return None
        await ensure_endpoint(self.client)
        return ENDPOINT

    async def progress(self, run: Run[Any]) -> Progress:
        """How it stands; hosts its workflow where nobody else does. Raises `NoSuchFilm`, `NoAnswer`."""
        await self._host_if_alone()
        hosts = STUDIO_QUEUE in self._hosts
        try:
            return await run.progress()
        except NoAnswer:
            # Whoever else is attached may host nothing either.
            if not hosts and (self._studio is not None or not self.stack.temporal_embedded):
                raise
        if not hosts:
            await self.host((STUDIO_QUEUE,))
        # It is on its way.
        return await run.progress_soon(self._begins_until - time.monotonic())

    async def steer(self, id: str, how: Literal["pause", "resume", "stop"]) -> str:
        """Sends the signal and returns how the production stands then. Raises `NoSuchFilm`, `FilmEnded`."""
        run = await self._running(id)
        await {"pause": run.pause, "resume": run.resume, "stop": run.stop}[how]()
        if how != "stop":
            progress = await self.progress(run)
            return "paused" if progress.paused else progress.status
        await self._host_if_alone()
        return str((await run.result()).status)

    async def decide(self, id: str, ask: Callable[[Run[Any]], Awaitable[str]]) -> str:
        """Sends an update, hosting the workflow where nobody else does, and returns its answer. Raises
        `NoAnswer`, and what `Run.give_up` raises."""
        run = await self._running(id)
        # An update waits for a worker without end: whether one answers is asked before.
        await self.progress(run)
        return await ask(run)

    async def delete(self, id: str, **more: bool) -> Deleted:
        """As `Productions.delete`; hosts the workflow where nobody else does."""
        if self.stack.temporal_embedded:
            # Whoever else is attached may host nothing, and a second worker is no harm.
            await self.host((STUDIO_QUEUE,))
        return await self.productions.delete(id, **more)

    async def _running(self, id: str) -> Run[Any]:
        """A production that can be steered. Raises `NoSuchFilm`, and `FilmEnded` with how it ended."""
        run = await self.productions.find(id)
        status = (await run.describe()).status
        if status is None or status == WorkflowExecutionStatus.RUNNING:
            return run
        how = status.name.lower()
        if status == WorkflowExecutionStatus.COMPLETED:
            # A stop ends it in order, so that Temporal calls it completed.
            how = (await run.result()).status
        command = _COMMANDS.get(run.production.workflow, "reel make")
        onward = "" if how == "completed" else f": its `{command}` command, given again, goes on with it"
        raise FilmEnded(f"The {run.production.noun} {id} has ended ({how}){onward}.")

    async def _host_if_alone(self) -> None:
        """A production answers, and ends, only where its workflow is hosted."""
        if self._studio is None and self.stack.temporal_embedded and self.stack.alone:
            await self.host((STUDIO_QUEUE,))

    @property
    def ends_servers(self) -> bool:
        """Whether the Temporal server, and its Web UI with it, ends when this session does."""
        return self.stack.temporal_embedded and self.stack.alone

    @property
    def ends_bucket(self) -> bool:
        """Whether the bucket's server ends when this session does, and every link to it."""
        return not self.settings.s3_configured and self.stack.alone

    def web_page(self, id: str) -> str | None:
        """The page of a production in the Web UI; None where the Temporal server is somebody else's."""
        return self._web(f"/{quote(id, safe='')}")

    def web_list(self, query: str) -> str | None:
        """The page of all that a query finds, as `web_page`."""
        return self._web(f"?query={quote(query, safe='')}")

    def _web(self, page: str) -> str | None:
        if self.stack.web_ui is None:
            return None
        namespace = quote(self.client.namespace, safe="")
        return f"{self.stack.web_ui}/namespaces/{namespace}/workflows{page}"


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[Session]:
    """Of a command: what it logs goes to a file. Raises what `attached` raises."""
    check_sellers(settings, bool(hosted(settings)))
    # Only of a home that is its to use.
    log_here(settings)
    async with attached(settings) as session:
        yield session


@asynccontextmanager
async def attached(settings: Settings) -> AsyncIterator[Session]:
    """Attaches to the home's servers, starting what is not configured; drains what it hosts at the end.

    Raises `Unreachable`, and `SettingsError` for a home that real models and stand-ins would share.
    """
    check_sellers(settings, bool(hosted(settings)))
    async with AsyncExitStack() as stay:
        try:
            stack = await stay.enter_async_context(open_stack(settings))
        except (StackError, ServerError) as error:
            raise Unreachable(str(error)) from error
        yield Session(settings, stack, await connected(stack), stay)


async def connected(stack: Stack) -> Client:
    """A client of its Temporal server. Raises `Unreachable`."""
    return await (connect(stack) if stack.temporal_embedded else connect(stack, patience_s=_REACH_S))


def log_here(settings: Settings) -> None:
    """Everything goes to a file: the terminal belongs to the film's progress, stdout to its result."""
    log_to(settings.logs, formatter_of(settings, LINE))
    logging.captureWarnings(True)
    # By default the SDK's core prints its warnings on stdout.
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    core = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding)
    runtime = Runtime(telemetry=TelemetryConfig(logging=core))
    Runtime.set_default(runtime, error_if_already_set=False)
