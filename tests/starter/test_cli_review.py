"""`reel review` and `reel report` of a film that has ended: a page, and the film beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from starter.review_page import OURS
from tests.conftest import guarded
from tests.support.homes import kept_up
from tests.support.reel import SMALL, ran

MUG = "A 5 second film about a ceramic coffee mug"


@pytest.mark.slow
async def test_a_page_is_written_and_replaced_and_nothing_else(tmp_path: Path) -> None:
    with guarded(tmp_path / "home") as house:
        async with kept_up(house):
            code, made = await ran("make", MUG, *SMALL, "--no-music", "--json", home=house, folder=tmp_path)
            assert code == 0, made.text
            id = made.json["id"]
            name = id.removeprefix("film-")
            mine = tmp_path / f"{name}-review.html"
            mine.write_text("my own notes")
            for _ in range(2):
                code, told = await ran("review", id, "--json", home=house, folder=tmp_path)
                assert code == 0, told.text
            code, seen = await ran("review", id, home=house, folder=tmp_path)
            assert code == 0 and "animatic-1" in seen.text, seen.text
            for _ in range(2):
                code, kept = await ran("report", id, "--json", home=house, folder=tmp_path)
                assert code == 0, kept.text
    assert mine.read_text() == "my own notes"
    page = tmp_path / told.json["page"]
    html = page.read_text()
    assert page.name == f"{name}-review-2.html" and html.startswith(OURS)
    assert sorted(one.suffix for one in tmp_path.iterdir() if one.is_file()).count(".html") == 3
    assert html.count("data:image/jpeg") == 2 and len(told.json["shots"]) == 1, "its shot, and the player's"
    film = tmp_path / told.json["video"]
    assert film.name == f"{name}-cut-1.mp4" and f'src="{film.name}"' in html
    report = tmp_path / kept.json["page"]
    assert report.name == f"{name}-report.html" and kept.json["total"]["jobs"] == 0
    assert any(bar["work"] == "computed" and bar["how"] == "ended" for bar in kept.json["ran"])
    assert "Nothing: all of it was made here" in report.read_text()
    assert told.json["shots"][0]["words"] and not told.json["waits"]
