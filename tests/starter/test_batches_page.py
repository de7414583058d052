"""What the page on batches prints is run as it stands, for nothing, and bought from stand-ins."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.homes import kept_up
from tests.support.printed import blocks, ran, shell
from tests.support.reel import prepared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "starter/docs/batches.md").read_text()
FREE, _, REVIEWED, CLOCK, THEIRS = blocks(PAGE)
Run = Callable[..., Awaitable[str]]


@asynccontextmanager
async def studio(home: Path, folder: Path) -> AsyncIterator[Run]:
    """Runs commands where the page was read, beside `reel up`."""
    async with prepared("up", home=home, folder=folder) as up:
        await up.until("Workers run")
        said = await up.until(r"export TEMPORAL_ADDRESS=(\S+)")
        environment = {"TEMPORAL_ADDRESS": said[1], "REEL_HOME": str(home)}

        async def run(*command: str) -> str:
            return await ran(*command, folder=ROOT, environment=environment)

        yield run


@pytest.mark.slow
async def test_a_file_becomes_films_also_by_the_clock_and_from_python(own_home: Path, tmp_path: Path) -> None:
    (sample,) = blocks(PAGE, "python")
    async with studio(own_home, tmp_path) as run:
        said = await run("bash", "-ec", shell(FREE))
        assert "Free." in said and said.count("completed") >= 6, said
        shown = json.loads(await run("reel", "batch", "show", "batch-products-6632f1", "--json"))
        assert shown["counts"]["completed"] == shown["items"] == 6 and set(shown["links"]) == {
            "report",
            "table",
        }
        saved = json.loads(await run("reel", "save", "batch-products-6632f1", str(tmp_path), "--json"))
        lines = [json.loads(each) for each in Path(saved["path"]).read_text().splitlines()]
        assert [one["lines"] for one in lines] == [[2], [3], [4], [5], [6], [7]]
        items = json.loads(await run("reel", "list", "--batch", "batch-products-6632f1", "--json"))
        assert {one["id"] for one in items} == {one["item"] for one in lines}

        assert re.match(r"completed 2 batches/", await run(sys.executable, "-c", sample))
        await run("bash", "-ec", shell(CLOCK))
        weekly = await last_run(run)
        result = json.loads(await run("temporal", "workflow", "result", "-w", weekly, "-o", "json"))["result"]
        # An id of a schedule's run has colons, which no key of an object has.
        assert result["counts"]["completed"] == 2 and re.fullmatch(
            r"batches/[\w-]+/results.jsonl", result["results"]
        )


async def last_run(run: Run) -> str:
    """The id of the newest run of the schedule, once there is one."""
    while True:
        shown = json.loads(await run("reel", "schedule", "show", "weekly", "--json"))
        if shown["runs"]:
            return str(shown["runs"][0]["id"])
        await asyncio.sleep(0.5)


@pytest.mark.slow
# Twenty commands, each a process, beside films that are drawn: on a busy machine four minutes are short.
@pytest.mark.timeout(480)
async def test_what_waits_is_looked_at_and_approved(on_standins: Path, tmp_path: Path) -> None:
    async with kept_up(on_standins, decides=False), studio(on_standins, tmp_path) as run:
        looked, approved = shell(REVIEWED).split("reel batch approve", 1)
        looked = looked.replace("reel batch review", f"reel batch review --output {tmp_path}")
        assert "6 waiting for approval" in await run("bash", "-ec", looked)
        (page,) = tmp_path.glob("*-review.html")
        assert page.read_text().count("<video") == 6
        said = await run("bash", "-ec", f"reel batch approve{approved}")
        assert "3 items go on" in said and "1 item goes on" in said
        shown = json.loads(await run("reel", "batch", "show", "batch-autumn-304418", "--json"))
        assert (shown["counts"]["completed"], shown["counts"]["awaiting_review"]) == (4, 2)
        assert {one["number"] for one in shown["notable"]} == {2, 6}
        told = json.loads(await run("reel", "report", "batch-autumn-304418", str(tmp_path), "--json"))
        assert "<b>2</b><span>waiting for approval" in Path(told["page"]).read_text()
        costs = json.loads(await run("reel", "costs", "batch-autumn-304418", "--json"))
        assert costs["total"]["usd"] == shown["spent_usd"] and costs["total"]["productions"] == 6
        looking = ("reel", "batch", "review", "batch-autumn-304418", "--output", str(tmp_path), "--json")
        assert json.loads(await run(*looking))["ends_at"]
        beyond = json.loads(await run(*looking, "--after", "6"))
        assert (beyond["items"], beyond["ends_at"]) == ([], None), "where there are no links, none ends"
        assert "has ended (completed)" in await refused(run, "reel batch stop batch-autumn-304418")
        assert "is a batch, and no film: name one of" in await refused(
            run, "reel use batch-autumn-304418 1 draft-1"
        )
        assert "has failed or come to" in await refused(run, "reel batch retry batch-autumn-304418")
        await stopped(run, tmp_path)
        await tried_again(run, tmp_path)


async def stopped(run: Run, folder: Path) -> None:
    """A batch that may cost less than its only film, so that it waits."""
    id = json.loads(await run(*running(folder, "dear"), "--budget", "0.001", "--json"))["id"]
    assert await run("reel", "batch", "stop", id) == f"{id} stopped\n"
    assert json.loads(await run("reel", "batch", "show", id, "--json"))["status"] == "stopped"


async def tried_again(run: Run, folder: Path) -> None:
    """A film that comes to the limit that is its own."""
    waiting = (*running(folder, "starved", budget_usd="0.01"), "--wait", "--json")
    said = await run("bash", "-c", f"{shlex.join(waiting)} || echo exit $?")
    ended, code = said.splitlines()
    one = json.loads(ended)
    assert (one["counts"]["over_budget"], one["whole"], code) == (1, False, "exit 3"), said
    retried = await run("reel", "batch", "retry", one["id"], "1", "--state", "over_budget")
    assert retried.startswith(f"{one['id']}: 1 item goes on"), retried


def running(folder: Path, name: str, **asked: str) -> tuple[str, ...]:
    """The command for a batch of one film."""
    film = {"prompt": "A 5 second film about a mug", "profile": "draft", "size": "360p", "fps": 8}
    file = folder / f"{name}.jsonl"
    file.write_text(json.dumps(film | asked) + "\n")
    return "reel", "batch", "run", str(file)


async def refused(run: Run, command: str) -> str:
    """What it says that refuses."""
    said = await run("bash", "-c", f"{command} 2>&1; echo exit $?")
    assert said.endswith("exit 2\n"), said
    return said


@pytest.mark.slow
async def test_another_client_approves_with_plain_json(on_standins: Path, tmp_path: Path) -> None:
    async with kept_up(on_standins, decides=False), studio(on_standins, tmp_path) as run:
        await run("bash", "-ec", shell(THEIRS))
        rows = json.loads(await run("reel", "batch", "results", "batch-breads", "--json"))["items"]
        assert [one["state"] for one in rows] == ["completed", "awaiting_review"]
        saving = ("reel", "batch", "review", "batch-breads", "--save", "--output", str(tmp_path), "--json")
        (waiting,) = json.loads(await run(*saving))["items"]
        assert (tmp_path / waiting["cut"]).read_bytes()[4:8] == b"ftyp"
        # A film's own command answers for a batch that has ended, too.
        assert "1 item goes on" in await run("reel", "approve", "batch-breads")
