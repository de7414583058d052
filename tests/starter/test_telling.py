"""`reel watch --exec` runs a command at what `notify` tells of, and gives it the event and nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from temporalio import activity
from temporalio.client import Client

from starter.errors import FilmFailed
from starter.run import Run
from starter.telling import Telling, telling, words_of
from tests.conftest import Rig
from tests.support.capped import CappedTill, selling
from tests.support.homes import until
from tests.support.plain import PLAN, Plain
from tests.support.poster import POSTER, PosterRequest
from workflows.film.contract import VideoRequest
from workflows.film.production import FILM
from workflows.studio import account as accounts
from workflows.studio.facts import Findable
from workflows.studio.report import Progress
from workflows.studio.requests import InvalidRequest

#: Writes down what it was told, and ends with a code of its own.
TOLD = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read()); sys.exit(7)"

#: A film that no server knows: what is told of it is all that is asked here.
NOBODYS: Run[Any] = Run("film-of-nobody", False, Any, FILM)  # type: ignore[arg-type]


@pytest.mark.parametrize("command", ["", "  ", "'unclosed", "no-such-program-anywhere --now"])
def test_what_cannot_be_run_is_refused_at_once(command: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        words_of(command)
    assert refused.value.fields[0].field == "exec"


def test_its_words_are_parted_as_a_shell_parts_them() -> None:
    assert words_of(f"{sys.executable} 'a b' $HOME") == [sys.executable, "a b", "$HOME"]


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_whoever_leaves_ends_the_command_that_runs(tmp_path: Path) -> None:
    words = ["sh", "-c", 'echo $$ > "$0.part"; mv "$0.part" "$0"; exec sleep 600', str(tmp_path / "pid")]
    said = list[str]()
    told = Telling(NOBODYS, ("a run", Findable()), words, said.append)
    told.show(Progress(status="completed"))
    await until((tmp_path / "pid").exists)
    await told.leave()
    await until(lambda: not psutil.pid_exists(int((tmp_path / "pid").read_text())))
    assert not said


async def test_events_are_told_in_their_order(tmp_path: Path) -> None:
    told = Telling(NOBODYS, ("a run", Findable()), ["tee", "-a", str(tmp_path / "told")], print)
    for number in range(1, 6):
        told.show(Progress(status="rendering", cut=number))
    told.show(Progress(status="stopped", cut=5))
    await told.end()
    assert [one["data"]["cut"] for one in events(tmp_path / "told")] == [1, 2, 3, 4, 5, 5]


def kinds(heard: list[dict[str, Any]]) -> list[str]:
    return [one["type"].removeprefix("reelwright.production.") for one in heard]


@pytest.mark.slow
async def test_a_command_is_told_of_cuts_and_the_end(
    rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path
) -> None:
    asked = {"plan": PLAN, "user": "$(touch owned)", "labels": ("studio of Anna",)}
    path, said = tmp_path / "told", list[str]()
    async with rig(Plain()) as (_, films):
        film = await films.start(request_of_its_own.model_copy(update=asked))
        async with telling(film, [sys.executable, "-c", TOLD, str(path)], said.append) as told:
            async for progress in film.watch():
                told.show(progress)
            told.ended(await film.result())
        heard, video = events(path), (await film.result()).video
    assert kinds(heard) == ["cut", "completed"]
    data = heard[-1]["data"]
    assert (heard[-1]["subject"], data["kind"], data["user"]) == (film.id, "film", "$(touch owned)")
    assert (data["delivered"], data["labels"]) == (video, ["studio of Anna"])
    assert len(said) == 2 and all("ended with 7" in one for one in said)
    assert not Path("owned").exists()


class Till(CappedTill):
    """Has no place before somebody has seen that it is waited for."""

    def __init__(self, *, places: int) -> None:
        super().__init__(places=places)
        self.seen = asyncio.Event()

    @activity.defn(name="await_place")
    async def place(self, step: accounts.AwaitPlace) -> accounts.Recorded:
        await self.seen.wait()
        told: accounts.Recorded = await super().place(step)
        return told


@pytest.mark.slow
async def test_it_is_told_of_a_wait_that_was_there_before(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "told"
    till = Till(places=1)
    async with selling(client, till) as posters:
        run = await posters.start(POSTER, PosterRequest(words="Bread that is waited for"))
        async with telling(run, [sys.executable, "-c", TOLD, str(path)], lambda words: None) as told:
            async for progress in run.watch():
                told.show(progress)
                if progress.waits:
                    till.seen.set()
            told.ended(await run.result())
    heard = events(path)
    assert kinds(heard) == ["waits", "completed"]
    assert heard[0]["data"]["waits"][0]["reason"] == "cap"


@pytest.mark.slow
async def test_it_is_told_how_it_failed(rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path) -> None:
    request = request_of_its_own.model_copy(update={"plan": PLAN, "partial": "fail"})
    path = tmp_path / "told"
    async with rig(Plain(("chunk:hero_shot:0",))) as (_, films):
        film = await films.start(request)
        with pytest.raises(FilmFailed):
            async with telling(film, [sys.executable, "-c", TOLD, str(path)], lambda words: None):
                await film.result()
    (failed,) = events(path)
    assert failed["type"] == "reelwright.production.failed"
    assert failed["data"]["error"]["type"] == "InvalidInput"
