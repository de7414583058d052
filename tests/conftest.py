"""What every test may ask for: one home, one embedded stack of real servers, and clients of them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from activities.models.local import LocalModel
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack, open_stack
from infra.schema import migrate
from infra.settings import Settings
from infra.temporal import connect
from starter.films import Films
from tests.support.paid import paid_rig as paid_rig
from tests.support.standing import _standins as _standins
from tests.support.standing import standins as standins
from worker import hosting, make_workers
from workflows.film.contract import VideoRequest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What kills workers waits for timeouts of Temporal's for minutes: begun last, all would wait for it."""
    items.sort(key=lambda item: item.path.name != "test_chaos.py")


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> Iterator[None]:
    """No test may reach a server, or read a configuration, of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "REEL_", "AWS_"))]:
            patch.delenv(name)
        patch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")
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


_takes = itertools.count(1)


@pytest.fixture
def request_of_its_own() -> VideoRequest:
    """A small film that shares no recipe with any other test's: its take seeds every picture anew."""
    return VideoRequest(
        prompt="A 15 second film about a ceramic coffee mug", size="360p", fps=8, take=1000 + next(_takes)
    )
