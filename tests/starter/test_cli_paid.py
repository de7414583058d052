"""The `reel` command with paid models, on the stand-ins: priced, made, and free the second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from starter.live import STANDINS
from tests.conftest import guarded
from tests.support.homes import kept_up
from tests.support.reel import SMALL, ran

MUG = "A 5 second film about a ceramic coffee mug"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REEL_STANDINS", "1")
    monkeypatch.setenv("REEL_STANDINS_SPEED", "20")
    with guarded(tmp_path / "home") as folder:
        yield folder


async def test_a_film_is_priced_made_and_free_the_second_time(house: Path, tmp_path: Path) -> None:
    command = ("make", MUG, *SMALL, "--profile", "draft", "--no-music")
    async with kept_up(house):
        code, priced = await ran(*command, "--dry-run", "--json", home=house, folder=tmp_path)
        assert code == 0, priced.text
        assert priced.json["standins"] is True
        assert 0 < float(priced.json["price_usd"]) < 1 and not any(
            one["found"] for one in priced.json["steps"]
        )
        code, poor = await ran(*command, "--dry-run", "--budget", "0.01", home=house, folder=tmp_path)
        assert re.search(r"would wait for `reel budget film-\S+ 0\.\d\d`", " ".join(poor.out.split())), (
            poor.text
        )
        code, made = await ran(*command, "--json", home=house, folder=tmp_path)
        assert code == 0, made.text
        paid = float(made.json["cost_usd"])
        assert 0 < paid <= float(priced.json["price_usd"]) and made.json["standins"] is True
        code, again = await ran(*command, "--dry-run", home=house, folder=tmp_path)
        assert code == 0 and f"Nothing more to pay; ${paid:.2f} of $5.00 are spent" in again.text, again.text
        assert STANDINS in again.text
    keys = {"REPLICATE_API_TOKEN": "r8_none", "OPENAI_API_KEY": "sk-none"}
    code, real = await ran(*command, home=house, folder=tmp_path, REEL_STANDINS="0", **keys)
    assert code == 2 and "would pass for bought" in real.text, real.text


async def test_what_cannot_be_bought_is_refused_before_anything_starts(house: Path, tmp_path: Path) -> None:
    for wrong in (
        ("--model", "video=nope"),
        ("--model", "veo"),
        ("--budget", "abc"),
        ("--model", "video=google-veo-3.1", "--aspect", "4:5"),
    ):
        code, refused = await ran("make", MUG, "--profile", "draft", *wrong, home=house, folder=tmp_path)
        assert code == 2, refused.text
    assert not (house / "postgres").exists()
