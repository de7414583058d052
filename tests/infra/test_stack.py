"""The embedded stack with real servers and processes: attaching, leaving, and dying attached."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import infra.embedded.upkeep
from infra.embedded.process import Identity, free_port, spawn
from infra.embedded.servers import ObjectServer
from infra.embedded.stack import open_stack
from infra.embedded.state import Attached, Running, State, StateFile
from infra.errors import StackError
from infra.settings import Settings
from tests.conftest import guarded
from tests.guard import end_stack
from tests.support.homes import Neighbour, contents, pids, s3_client, servers_of, until


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose path has blanks, quotes and letters of other scripts, under a folder only we may enter.

    It is empty for the first test that asks, and nothing runs in it between two tests.
    """
    private = tmp_path_factory.mktemp("private")
    private.chmod(0o700)
    with guarded(private / "a film's home – Ταινίες") as home:
        yield home
    assert servers_of(home) == []


@pytest.fixture
def neighbour(place: Path) -> Iterator[Callable[[], Neighbour]]:
    """Starts attached processes, and ends those that the test did not."""
    started: list[Neighbour] = []

    def start() -> Neighbour:
        started.append(Neighbour(place))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.die()


async def test_two_at_once_on_a_fresh_home_share_one_stack(
    place: Path, neighbour: Callable[[], Neighbour]
) -> None:
    first, second = neighbour(), neighbour()
    one, other = await first.attached(), await second.attached()
    shared = ("temporal", "database", "s3")
    assert [one[name] for name in shared] == [other[name] for name in shared]
    assert one["instance"] != other["instance"]
    assert len([p for p in servers_of(place) if p.pid in pids(place).values()]) == 4
    assert len(servers_of(place)) == 4
    first.leave()
    assert len(servers_of(place)) == 4, "the other one is still attached"
    second.leave()
    assert servers_of(place) == []


async def test_who_dies_attached_is_noticed_and_the_servers_are_taken_over(
    place: Path, neighbour: Callable[[], Neighbour]
) -> None:
    first = neighbour()
    await first.attached()
    before = pids(place)
    first.die()
    async with open_stack(Settings.load(place)) as stack:
        assert pids(place) == before, "servers that answer are reused"
        assert stack.gone == (first.facts["instance"],)
        second = neighbour()
        await second.attached()
        assert first.facts["instance"] in second.facts["gone"], "until somebody has acted on it"
        await stack.forget(stack.gone)
        second.die()
        await until(lambda: stack.gone == (second.facts["instance"],))
    assert servers_of(place) == []


@asynccontextmanager
async def stranger(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with these words as its command line, that does nothing until it is killed."""
    one = await asyncio.create_subprocess_exec(
        *words, executable=sys.executable, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield one
    finally:
        one.kill()
        await one.wait()


async def test_strays_of_ours_are_ended_and_whoever_names_our_data_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    monkeypatch.setenv("REEL_DATABASE_URL", "postgresql://reel:pw@db.example/reel")
    server = ObjectServer(tmp_path, "REEL0123456789ABCDEF", "0123456789abcdef" * 2 + "01234567")
    await server.prepare()
    line, environment = server.command({"http": free_port()})
    # Started by somebody who died before it was written down.
    stray = spawn(line, environment, tmp_path / "stray.log")
    sleep = ("-c", "input()")
    async with (
        stranger("du", *sleep, str(server.data)) as reader,
        stranger("rclone", *sleep, "serve", "s3", str(server.data)) as backup,
        open_stack(Settings.load(tmp_path)),
    ):
        assert not stray.alive
        assert reader.returncode is None and backup.returncode is None
    assert servers_of(tmp_path) == []


async def test_state_that_names_strangers_harms_none_of_them(tmp_path: Path) -> None:
    # The pid of a dead server was given to somebody else since.
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=subprocess.PIPE)
    identity = Identity.of(stranger.pid)
    lived_before = Identity(pid=identity.pid, started=identity.started - 3600)
    file = StateFile(tmp_path)
    async with file.changing() as state:
        state.servers["s3"] = Running(process=lived_before, ports={"http": 15_001})
        state.attached = [Attached(instance="long-dead", process=lived_before)]
    await end_stack(tmp_path)
    assert file.read().gone == ["long-dead"] and file.read().servers == {}
    assert stranger.returncode is None and identity.alive
    await stranger.communicate(b"\n")


async def test_a_stack_that_was_killed_altogether_or_hangs_is_started_anew(
    place: Path, neighbour: Callable[[], Neighbour], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = neighbour()
    await one.attached()
    one.die()
    before = pids(place)
    os.kill(before["s3"], signal.SIGSTOP)
    os.kill(before["postgres"], signal.SIGKILL)
    os.kill(before["temporal"], signal.SIGKILL)
    os.kill(before["web"], signal.SIGSTOP)
    monkeypatch.setattr(infra.embedded.upkeep, "ANSWER_LIMIT_S", 0.5)
    monkeypatch.setattr(infra.embedded.upkeep, "STOP_PATIENCE_S", 0.5)
    async with open_stack(Settings.load(place)) as stack:
        assert not set(pids(place).values()) & set(before.values())
        assert stack.temporal_address == one.facts["temporal"], "where bookmarks and clients look for it"
        assert s3_client(stack).head_bucket(Bucket=stack.s3.bucket)
    assert servers_of(place) == []


async def test_a_server_that_cannot_start_says_why(place: Path) -> None:
    version = place / "postgres" / "PG_VERSION"
    true, _ = version.read_text(), version.write_text("7\n")
    with pytest.raises(StackError, match="not compatible"):
        async with open_stack(Settings.load(place)):
            pass
    version.write_text(true)
    assert servers_of(place) == [], "the others do not stay behind"


async def test_what_is_configured_is_not_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    monkeypatch.setenv("REEL_DATABASE_URL", "postgresql://reel:pw@db.example/reel")
    (tmp_path / "reel.env").write_text("REEL_S3_BUCKET=films\nREEL_S3_REGION=eu-central-1\n")
    async with open_stack(Settings.load(tmp_path)) as stack:
        assert stack.temporal_address == "temporal.example:7233" and not stack.temporal_embedded
        assert stack.database_url == "postgresql://reel:pw@db.example/reel"
        assert (stack.s3.bucket, stack.s3.region, stack.s3.endpoint) == ("films", "eu-central-1", None)
        assert stack.web_ui is None and stack.gone == ()
    assert contents(tmp_path) == ["reel.env"], "nothing of ours is left in the home"
    # As in a second terminal beside `reel up`, with the address that it printed.
    me = Identity.of(os.getpid())
    servers = {
        "temporal": Running(process=me, ports={"frontend": 7211}),
        "web": Running(process=me, ports={"http": 8211}),
    }
    StateFile(tmp_path).write(State(servers=servers))
    for address, page in (("127.0.0.1:7211", "http://127.0.0.1:8211"), ("127.0.0.1:7233", None)):
        monkeypatch.setenv("TEMPORAL_ADDRESS", address)
        async with open_stack(Settings.load(tmp_path)) as stack:
            assert stack.web_ui == page and not stack.temporal_embedded
