"""A film directed from a terminal: its newest cut in its place while it runs, and another after its end."""

from __future__ import annotations

import asyncio
import functools
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.reel import SMALL, prepared, ran

MUG = "A 5 second film about a ceramic coffee mug"
PAID = ("--profile", "draft", "--model", "planner=animatic-planner", "--no-music", "--id", "mug")


@pytest.mark.slow
async def test_the_newest_cut_lies_in_its_place(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    run = functools.partial(ran, home=house, folder=tmp_path, COLUMNS="200")
    poor = ("--budget", "0.05", "--output", file)
    async with prepared("make", MUG, *SMALL, *PAID, *poor, home=house, folder=tmp_path) as making:
        await making.until(r"Cut 1 can be watched: \S*film\.mp4")
        animatic = file.read_bytes()
        await making.until("waits for more budget")
        code, status = await run("status", "mug")
        assert code == 0 and "update execute --workflow-id mug --name set_budget" in status.out, status.text
        code, taken = await run("retake", "mug", "1", "--words", "a red mug", "--json")
        assert code == 0 and taken.json["started"] is False and "draft-2" in taken.json["answer"], taken.text
        code, granted = await run("budget", "mug", "5", "--json")
        assert code == 0 and granted.json["now"] == "It goes on.", granted.text
        assert await making.end() == 0, making.text
    assert "whole" in making.out and file.read_bytes() != animatic, making.text
    bought = file.read_bytes()

    code, told = await run("versions", "mug", "--json")
    (shot,) = told.json["shots"]
    shown = {one["name"]: one["shown"] for one in shot["versions"]}
    assert code == 0 and shown == {"animatic-1": False, "draft-1": False, "draft-2": True}, told.text
    code, wrong = await run("use", "mug", "2", "animatic", "--json")
    assert code == 2 and wrong.json["error"]["type"] == "NoSuchShot", wrong.text
    code, again = await run("upgrade", "mug", "1", "draft")
    assert code == 2 and "no shot stands below draft" in again.text, again.text
    code, used = await run("use", "mug", "1", "animatic")
    assert code == 0 and "cost $0.00" in used.out, used.text
    assert await asyncio.to_thread(file.read_bytes) != bought, "where the film lay"
    code, back = await run("use", "mug", "1", "draft-2", "--output", "other.mp4", "--json")
    assert code == 0 and back.json["whole"] and Decimal(back.json["cost_usd"]) == 0, back.text
    assert (tmp_path / "other.mp4").read_bytes() == bought
