"""`reel watch` of several films, named or found: each is followed to its end, and told of."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest

from tests.conftest import Rig
from tests.support.plain import PLAN, Plain
from tests.support.reel import prepared
from workflows.film.contract import VideoRequest


@pytest.mark.slow
async def test_several_are_followed_and_whatever_is_found(
    rig: Rig, request_of_its_own: VideoRequest, theirs: dict[str, str], tmp_path: Path
) -> None:
    go = threading.Event()
    anna = request_of_its_own.model_copy(update={"plan": PLAN, "labels": ("of anna",)})
    home = tmp_path / "home"
    events = tmp_path / "told"
    tell = f"tee -a {events}"
    async with rig(Plain(hold={"chunk:hero_shot:0": go})) as (_, films):
        held = await films.start(anna, "film-held")
        quick = await films.start(
            anna.model_copy(update={"partial": "fail", "take": anna.take + 1}), "film-too"
        )
        async with (
            prepared(
                "watch", held.id, quick.id, "--exec", tell, home=home, folder=tmp_path, **theirs
            ) as named,
            prepared("watch", home=home, folder=tmp_path, **theirs) as found,
        ):
            for one in (named, found):
                await one.until(r"^film-held +\d+%  rendering")
                await one.until(r"^film-too +\d+%  rendering")
            go.set()
            assert await named.end() == 0, named.text
            assert sorted(line.split(" videos/")[0] for line in named.out.splitlines()[-2:]) == [
                "film-held completed",
                "film-too completed",
            ]
            await found.until(r"^film-held +\d+%  completed")
            await found.until(r"^film-too +\d+%  completed")
            # What begins meanwhile is found, too.
            later = await films.start(anna.model_copy(update={"take": anna.take + 2}), "film-later")
            await later.result()
            await found.until(r"^film-later +\d+%  completed")
            found.signal(signal.SIGINT)
            assert await found.end() == 130
    told = [json.loads(line) for line in events.read_text().splitlines()]
    ends = {one["subject"] for one in told if one["type"].endswith(".completed")}
    assert ends == {held.id, quick.id}, "one after the other, each whole"
