"""`reel fork`: shown, edited in an editor, and made into a film of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from starter.live import STANDINS
from tests.support.reel import SMALL, ran

MUG = "A 15 second film about a ceramic coffee mug"
#: An editor that writes another title, and words that only the paid models are told.
EDITOR = """
import json, sys
path = sys.argv[1]
plan = json.load(open(path, encoding="utf-8"))
plan["beats"][0] |= {"title": "Made by hand", "action": "It turns by itself"}
json.dump(plan, open(path, "w", encoding="utf-8"))
"""


@pytest.mark.slow
async def test_a_film_is_forked_as_it_was_shown(house: Path, tmp_path: Path) -> None:
    profile = ("--profile", "draft", "--model", "planner=animatic-planner", "--no-music", "--id", "mug")
    code, first = await ran("make", MUG, *SMALL, *profile, home=house, folder=tmp_path)
    assert code == 0, first.text
    code, taken = await ran(
        "retake", "mug", "2", "--words", "a red mug", "--dry-run", home=house, folder=tmp_path, COLUMNS="200"
    )
    assert code == 0 and "as draft-2" in taken.out and "made again" in taken.out, taken.text
    assert "$0.113 more ($0.113 to $0.333)" in taken.out and STANDINS in taken.out, taken.text
    code, dear = await ran("upgrade", "mug", "1", "final", "--dry-run", "--json", home=house, folder=tmp_path)
    assert code == 0 and dear.json["price_usd"] == "0.37", dear.text
    code, wrong = await ran("use", "mug", "1", "final", "--dry-run", "--json", home=house, folder=tmp_path)
    assert code == 2 and wrong.json["error"]["type"] == "NoSuchVersion", wrong.text
    code, nothing = await ran("fork", "mug", "--set", "style=bold", home=house, folder=tmp_path)
    assert code == 2 and "style: a fork keeps it as it is" in " ".join(nothing.text.split()), nothing.text
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR)
    more = {"EDITOR": f"{sys.executable} {editor}", "VISUAL": "", "COLUMNS": "200"}
    code, shown = await ran(
        "fork", "mug", "--edit", "--dry-run", "--json", home=house, folder=tmp_path, **more
    )
    assert code == 0, shown.text
    again = [(each["row"], each["what"]) for each in shown.json["artifacts"] if each["state"] == "made again"]
    opening = shown.json["artifacts"][1]["row"]
    assert shown.json["price_usd"] == "0.11" and (opening, "chunk 1") in again
    assert (opening, "storyboard") not in again and shown.json["unused"]
    assert shown.json["request"]["source"]["film"] == "mug"
    code, forked = await ran(
        "fork", "mug", "--edit", "--output", "fork.mp4", home=house, folder=tmp_path, **more
    )
    assert code == 0 and (tmp_path / "fork.mp4").exists(), forked.text
    assert "made again" in forked.text and "$0.11 more ($0.11 to $0.33)" in forked.text, forked.text
    assert "cost $0.11" in forked.out and STANDINS in forked.out
    # By the id that it was shown under: forked once more, the other way.
    id = shown.json["id"]
    code, back = await ran("fork", id, "--drop", "2", "--dry-run", home=house, folder=tmp_path, COLUMNS="200")
    assert code == 0 and "Nothing more to pay" in back.out and "No longer used" in back.out, back.text
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"beats": [{"id": opening, "camera": "spin"}]}))
    code, wrong = await ran("fork", id, "--plan", plan, "--json", home=house, folder=tmp_path)
    fields = [one["field"] for one in wrong.json["error"]["fields"]]
    assert code == 2 and fields == ["plan.beats[0].camera"], wrong.text
