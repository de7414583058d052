"""What the tests of commands may ask for: a home whose paid models are the stand-ins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio

from infra.embedded.stack import Stack
from tests.conftest import guarded
from tests.support.homes import kept_up

#: There is no build of it for every Python that the rest runs on; `reel export` then says so.
collect_ignore = [] if find_spec("opentimelineio") else ["test_interchange.py", "test_cli_export.py"]


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Path]:
    """A home of which no server runs yet, and in which nothing is ever bought."""
    with guarded(tmp_path / "home") as folder:
        yield folder


@pytest.fixture
def on_standins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of which no server runs yet; its stand-ins are twenty times quicker than providers."""
    monkeypatch.setenv("REEL_STANDINS", "1")
    monkeypatch.setenv("REEL_STANDINS_SPEED", "20")
    with guarded(tmp_path / "home") as folder:
        yield folder


@pytest_asyncio.fixture
async def house(on_standins: Path) -> AsyncIterator[Path]:
    """The same, with its servers up while commands come and go."""
    async with kept_up(on_standins):
        yield on_standins


@pytest.fixture
def theirs(stack: Stack) -> dict[str, str]:
    """The environment of a process for which every server is somebody else's."""
    assert stack.s3.endpoint and stack.s3.access_key and stack.s3.secret_key
    return {
        "TEMPORAL_ADDRESS": stack.temporal_address,
        "REEL_DATABASE_URL": stack.database_url,
        "REEL_S3_ENDPOINT": stack.s3.endpoint,
        "REEL_S3_ACCESS_KEY": stack.s3.access_key,
        "REEL_S3_SECRET_KEY": stack.s3.secret_key.get_secret_value(),
    }
