"""Films survive kill -9 of anything at any moment, and nothing finished is ever made a second time."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import av
import pytest

from infra.embedded.stack import open_stack
from infra.settings import Settings
from infra.temporal import connect
from starter.films import Films
from tests.conftest import guarded
from tests.support.reel import SMALL, Reel, finished_rows, processes_about, ran, reel, servers_of
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest

# Two chunks in a row and three bodies: something runs, waits and is finished at almost any moment.
PLAN = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=5),
        BeatDraft(id="detail_showcase", seconds=10),
        BeatDraft(id="call_to_action", seconds=5),
    )
)
FRAMES = 160
Rows = Mapping[str, tuple[object, str]]


def command(folder: Path, take: int) -> tuple[str, ...]:
    (folder / "plan.json").write_text(json.dumps(PLAN.model_dump(mode="json", exclude_defaults=True)))
    return ("make", "A film about a mug", "--plan", "plan.json", *SMALL, "--take", str(take))


async def some_moment(film: Reel, finished: int, draw: random.Random) -> None:
    """A little after so many steps were finished: drawn at random, alike in every run."""
    await film.until(r"  made$", count=finished)
    await asyncio.sleep(draw.uniform(0, 0.3))


async def kill_the_process(film: Reel, home: Path) -> None:
    film.signal(signal.SIGKILL)


async def cut_the_power(film: Reel, home: Path) -> None:
    film.signal(signal.SIGKILL)
    for server in servers_of(home).values():
        server.signal(signal.SIGKILL)


async def survives(
    home: Path, folder: Path, take: int, strike: Callable[[Reel, Path], Awaitable[None]]
) -> None:
    """The same command again, after the strike, makes what was not finished, and nothing else."""
    async with reel(*command(folder, take), home=home, folder=folder) as film:
        draw = random.Random(take)
        await some_moment(film, draw.randint(1, 5), draw)
        before = await finished_rows(home)
        await strike(film, home)
        assert await film.end() == -signal.SIGKILL
    assert before, "nothing was finished: this moment proves nothing"
    code, again = await ran(*command(folder, take), "--json", home=home, folder=folder)
    assert code == 0, again.text
    assert frames_of(Path(again.json["path"])) == FRAMES
    assert not processes_about(home), "a server outlived the last command"
    async with open_stack(Settings.load(home)):
        unchanged(before, await finished_rows(home))


def unchanged(before: Rows, after: Rows) -> None:
    again = {key for key in before if before[key] != after.get(key)}
    assert not again, f"{len(again)} finished steps were made again"
    assert len(after) > len(before)


def frames_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


async def heals(home: Path, folder: Path, take: int) -> None:
    """Every server is killed once while one film is made, which notices nothing."""
    draw = random.Random(take)
    async with reel(*command(folder, take), home=home, folder=folder) as film:
        before: Rows = {}
        for finished, name in zip((1, 3, 5), draw.sample(("temporal", "postgres", "s3"), 3), strict=True):
            await some_moment(film, finished, draw)
            before = await finished_rows(home)
            servers_of(home)[name].signal(signal.SIGKILL)
        assert await film.end() == 0, film.text
    assert frames_of(next(folder.glob("*.mp4"))) == FRAMES
    async with open_stack(Settings.load(home)):
        unchanged(before, await finished_rows(home))


@pytest.mark.slow
async def test_films_survive_the_kill_of_anything(tmp_path_factory: pytest.TempPathFactory) -> None:
    # Side by side: most of the time is Temporal's wait for the heartbeats of what was killed.
    with ExitStack() as homes:
        places = [
            (homes.enter_context(guarded(tmp_path_factory.mktemp("home"))), tmp_path_factory.mktemp("films"))
            for _ in range(3)
        ]
        await asyncio.gather(
            survives(*places[0], 1, kill_the_process),
            survives(*places[1], 2, cut_the_power),
            heals(*places[2], 3),
        )


@pytest.mark.slow
async def test_a_worker_drains_and_another_one_completes_the_film(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with guarded(tmp_path_factory.mktemp("drained")) as home:
        async with open_stack(Settings.load(home)) as stack:
            request = VideoRequest(prompt="A film about a mug", size="360p", fps=8, plan=PLAN)
            film = await Films(await connect(stack, role="test")).start(request)
            async with reel(home=home, folder=tmp_path, module="worker") as first:
                async for progress in film.watch(0.1):
                    if progress.made >= 3:
                        break
                first.signal(signal.SIGTERM)
                assert await first.end() == 0, first.text
            assert "Traceback" not in first.text
            pending = (await film.handle.describe()).raw_description.pending_activities
            assert pending, "the film was finished before the drain: nothing is proven"
            for activity in pending:
                details = [json.loads(one.data) for one in activity.heartbeat_details.payloads]
                assert [one["failures"] for one in details] in ([], [0])
            before = await finished_rows(home)
            async with reel(home=home, folder=tmp_path, module="worker") as second:
                result = await film.result()
                second.signal(signal.SIGTERM)
                assert await second.end() == 0, second.text
            assert (result.status, result.frames) == ("completed", FRAMES)
            unchanged(before, await finished_rows(home))
