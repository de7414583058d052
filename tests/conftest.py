"""What every test may ask for: one home, one embedded stack of real servers, and clients of them."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.internal.conjecture.providers as providers
import pytest
import pytest_asyncio
from botocore.loaders import create_loader
from temporalio.client import Client
from temporalio.worker._workflow import _WorkflowWorker

from activities.models.local import LocalModel
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack, open_stack
from infra.schema import migrate
from infra.settings import Settings
from infra.temporal import connect
from starter.films import Films
from tests.support.paid import paid_rig as paid_rig
from tests.support.paid import take_of_its_own
from tests.support.standing import _standins as _standins
from tests.support.standing import standins as standins
from worker import hosting, make_workers
from workflows.film.contract import VideoRequest

# What a test that takes too long has to end its workers and servers, before pytest-timeout ends it.
_CLEANUP_S = 30.0


# What takes minutes, longest first: a file begun last keeps one runner busy while the others rest.
_LONG = (
    "test_chaos.py",
    "test_forks.py",
    "test_shown_edits.py",
    "test_batches_page.py",
    "test_kept_decisions.py",
    "test_always_a_film.py",
    "test_readme.py",
    "test_cli_shots.py",
    "test_films.py",
    "test_cli_fork.py",
)


# No test says how fast this machine is, whatever else it does. And every run draws the same examples: one
# that nobody had met would refuse a change that has nothing to do with it. Who looks for such draws
# others each time: `uv run pytest -n 0 --hypothesis-profile search FILES`.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, derandomize=False)


def pytest_configure(config: pytest.Config) -> None:
    """Keeps compiled modules where this machine keeps none, for this run and the next: the tests start some
    hundred processes, and compiling what each imports takes longer than running it."""
    if not config.getoption("--hypothesis-profile"):
        hypothesis.settings.load_profile("same")
        # Hypothesis also draws what the modules of ours hold that happen to be imported by then.
        providers._get_local_constants = lambda: providers._local_constants
    if sys.dont_write_bytecode and hasattr(config, "cache"):
        kept = str(config.cache.mkdir("bytecode"))
        # For this process, and for all that it starts: the runners of xdist, too.
        sys.dont_write_bytecode, sys.pycache_prefix = False, kept
        os.environ["PYTHONPYCACHEPREFIX"] = kept
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of the slow tests only those files are read that have any: each of three runners reads them all."""
    if config.option.markexpr == "slow" and collection_path.name.startswith("test_"):
        return True if "mark.slow" not in collection_path.read_text() else None
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes is begun first, and what is as long stays in its order."""
    items.sort(key=lambda item: _LONG.index(item.path.name) if item.path.name in _LONG else len(_LONG))
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _in_time(item.obj, _limit_s(item) - _CLEANUP_S)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: to go through all of them once more, whenever enough has
    been made since, took a twelfth of a run's time."""
    gc.collect()
    gc.freeze()


def _limit_s(item: pytest.Function) -> float:
    own = item.get_closest_marker("timeout")
    return float(own.args[0] if own else item.config.getini("timeout"))


def _in_time(test: Callable[..., Awaitable[None]], limit_s: float) -> Callable[..., Awaitable[None]]:
    """The same test, cancelled where it waits once that is over. pytest-timeout would raise in the loop, and
    leave the test's workers running: the SDK refuses those of every later test beside them."""

    @functools.wraps(test)
    async def limited(*given: object, **named: object) -> None:
        async with asyncio.timeout(limit_s):
            await test(*given, **named)

    return limited


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> Iterator[None]:
    """No test may reach a server, or read a configuration, of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "REEL_", "AWS_"))]:
            patch.delenv(name)
        patch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")
        yield


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """What botocore knows of S3, which a process reads once, and a test run would for each of its studios."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(create_loader))
        yield


@pytest.fixture(scope="session", autouse=True)
def _patient_workers() -> Iterator[None]:
    """The SDK takes a workflow that holds up its thread for two seconds for one that hangs. On a machine that
    stalls for so long each does: a replay would fail for it, and a history show a failed task."""
    made = _WorkflowWorker.__init__

    def patient(self: _WorkflowWorker, **given: Any) -> None:
        made(self, **given)
        self._deadlock_timeout_seconds = 30

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WorkflowWorker, "__init__", patient)
        yield


@contextmanager
def guarded(home: Path) -> Iterator[Path]:
    """A home in which no server outlives this run, however the run ends."""
    # The guard reads a pipe whose other end is ours, and so learns even of our kill -9.
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.guard", str(home)], stdin=subprocess.PIPE, start_new_session=True
    )
    yield home
    guard.communicate()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data directory of the run's one stack."""
    with guarded(tmp_path_factory.mktemp("home")) as folder:
        yield folder


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """The run's settings: everything embedded."""
    return Settings.load(home)


@pytest_asyncio.fixture(scope="session")
async def stack(settings: Settings) -> AsyncIterator[Stack]:
    """The run's one stack: Temporal, PostgreSQL and S3, for real."""
    async with open_stack(settings) as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def database_url(stack: Stack) -> str:
    """The run's ledger, with the schema as released."""
    await migrate(stack.database_url)
    return stack.database_url


@pytest_asyncio.fixture(scope="session")
async def client(stack: Stack) -> Client:
    """A Temporal client with the product's plugin; workers made from it inherit that."""
    return await connect(stack, role="test")


#: Opens a studio with a provider of the test's own: workers on every queue, and the typed client.
Rig = Callable[[LocalModel], AbstractAsyncContextManager[tuple[Studio, Films]]]


@pytest.fixture
def rig(stack: Stack, settings: Settings, client: Client) -> Rig:
    @asynccontextmanager
    async def opened(provider: LocalModel) -> AsyncIterator[tuple[Studio, Films]]:
        async with (
            open_studio(stack, settings, Parts(local_models={provider.name: provider})) as studio,
            hosting(make_workers(client, studio, settings)),
        ):
            yield studio, Films(client)

    return opened


@pytest.fixture
def request_of_its_own() -> VideoRequest:
    """A small film that shares no recipe with any other test's: its take seeds every picture anew."""
    return VideoRequest(
        prompt="A 15 second film about a ceramic coffee mug", size="360p", fps=8, take=take_of_its_own()
    )
