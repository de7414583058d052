"""`reel doctor --live`: what it would cost, what differs, what is written down, and that a day pays once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.homes import kept_up
from tests.support.reel import ran

TRUE, LYING = "replicate-flux-schnell", "fal-flux-schnell"
LIVE = ("doctor", "--live", "--model", TRUE, "--model", LYING)


@pytest.mark.slow
async def test_what_is_not_asked_well_starts_nothing(own_home: Path, tmp_path: Path) -> None:
    for wrong in (("--live",), ("--dry-run",), ("--live", "--dry-run", "--model", TRUE)):
        code, told = await ran("doctor", *wrong, home=own_home, folder=tmp_path)
        assert code == 2 and len(told.lines) == 1, told.text
    code, told = await ran("doctor", "--live", "--dry-run", "--json", home=own_home, folder=tmp_path)
    assert code == 0 and told.json["models"] == [], told.text
    assert not (own_home / "stack.json").exists()


@pytest.mark.slow
async def test_what_differs_is_said_written_down_and_paid_once(
    on_standins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the two only fal says what it charges.
    monkeypatch.setenv("REEL_STANDINS_FAULTS", "submit:wrong_cost=1")
    code, priced = await ran(*LIVE, "--dry-run", "--json", home=on_standins, folder=tmp_path)
    assert code == 0 and priced.json["usd"] == "0.006" and not (on_standins / "stack.json").exists()
    assert [one["verified"] for one in priced.json["models"]] == [None, None]
    async with kept_up(on_standins):
        code, told = await ran(*LIVE, "--budget", "0.01", "--json", home=on_standins, folder=tmp_path)
        assert code == 1 and told.json["usd"] == "0.003" and told.json["standins"] is True, told.text
        states = {one["model"]: one["state"] for one in told.json["verdicts"]}
        assert states == {TRUE: "verified", LYING: "differs"}
        code, again = await ran(*LIVE, "--budget", "0", home=on_standins, folder=tmp_path)
        assert code == 1 and "seen was $0" in " ".join(again.out.split()), again.text
        code, due = await ran(*LIVE, "--dry-run", "--json", home=on_standins, folder=tmp_path)
        assert code == 0 and due.json["usd"] == "0", due.text
        code, models = await ran("models", "--json", home=on_standins, folder=tmp_path)
        assert code == 0, models.text
        every = {one["id"]: one for one in models.json["models"]}
        assert every[TRUE]["verified"] and not every[TRUE]["differed"]
        assert [one["field"] for one in every[LYING]["differed"]] == ["bill"]
        code, costs = await ran("costs", "--by", "phase", "--json", home=on_standins, folder=tmp_path)
        assert {(row["name"], row["jobs"]) for row in costs.json["rows"]} == {("checks", 2)}, costs.text
