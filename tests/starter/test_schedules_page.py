"""What the page on schedules prints is run as it stands, and its runs answer to every command."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.printed import blocks, ran, shell
from tests.support.reel import prepared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "starter/docs/schedules.md").read_text()


@pytest.mark.slow
async def test_its_commands_make_a_film_by_the_clock(own_home: Path, tmp_path: Path) -> None:
    ours, theirs = blocks(PAGE)
    (sample,) = blocks(PAGE, "python")
    today = datetime.now(ZoneInfo("Europe/Berlin")).date()
    async with prepared("up", home=own_home, folder=tmp_path) as up:
        await up.until("Workers run")
        said = await up.until(r"export TEMPORAL_ADDRESS=(\S+)")
        environment = {"TEMPORAL_ADDRESS": said[1], "REEL_HOME": str(own_home)}

        async def run(*command: str) -> str:
            return await ran(*command, folder=ROOT, environment=environment)

        assert "morning" in await run("bash", "-ec", shell(ours))
        await run("bash", "-ec", shell(theirs))
        assert re.match(r"\d{4}-", await run(sys.executable, "-c", sample))
        listed = json.loads(await run("reel", "schedule", "list", "--json"))
        assert {"morning", "evening", "quarterly"} <= {one["name"] for one in listed["schedules"]}

        await run("temporal", "schedule", "trigger", "--schedule-id", "evening")
        for name in ("morning", "evening"):
            film = await last_run(name, run)
            assert re.fullmatch(rf"{name}-[-\dT:]+Z", film)
            result = json.loads(await run("temporal", "workflow", "result", "-w", film, "-o", "json"))
            told = json.loads(await run("reel", "status", film, "--json"))
            # Midnight may have passed since.
            assert any(str(today + timedelta(days=n)) in told["request"]["prompt"] for n in (0, 1))
            assert (result["status"], told["status"]) == ("COMPLETED", "completed")

        await run("reel", "versions", film, "--json")
        await run("reel", "save", film, str(tmp_path), "--json")
        await run("reel", "review", film, "--output", str(tmp_path), "--json")
        await run("reel", "retake", film, "1", "--dry-run", "--json")
    made = [path.name for path in tmp_path.rglob("*") if path.suffix in (".mp4", ".html")]
    assert len(made) >= 3 and not [name for name in made if ":" in name], "no file name has a colon"


async def last_run(name: str, run: Callable[..., Awaitable[str]]) -> str:
    """The id of the newest run of a schedule, once there is one."""
    while True:
        shown = json.loads(await run("reel", "schedule", "show", name, "--json"))
        if shown["runs"]:
            return str(shown["runs"][0]["id"])
        await asyncio.sleep(0.5)
