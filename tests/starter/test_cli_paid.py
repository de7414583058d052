"""The `reel` command with paid models, on the stand-ins: priced, made, and free the second time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from starter.live import STANDINS
from tests.support.homes import kept_up
from tests.support.reel import SMALL, ran

MUG = "A 5 second film about a ceramic coffee mug"


@pytest.mark.slow
async def test_a_film_is_priced_made_and_free_the_second_time(on_standins: Path, tmp_path: Path) -> None:
    command = ("make", MUG, *SMALL, "--profile", "draft", "--no-music")
    async with kept_up(on_standins, decides=False):
        code, priced = await ran(*command, "--dry-run", "--json", home=on_standins, folder=tmp_path)
        assert code == 0, priced.text
        assert priced.json["standins"] is True
        assert 0 < float(priced.json["price_usd"]) < 1 and not any(
            one["found"] for one in priced.json["steps"]
        )
        code, poor = await ran(*command, "--dry-run", "--budget", "0.01", home=on_standins, folder=tmp_path)
        assert re.search(r"would wait for `reel budget film-\S+ 0\.\d\d`", " ".join(poor.out.split())), (
            poor.text
        )
        code, made = await ran(*command, "--json", home=on_standins, folder=tmp_path)
        assert code == 0, made.text
        paid = float(made.json["cost_usd"])
        assert 0 < paid <= float(priced.json["price_usd"]) and made.json["standins"] is True
        code, again = await ran(*command, "--dry-run", home=on_standins, folder=tmp_path)
        assert code == 0 and f"Nothing more to pay; ${paid:.2f} of $5.00 are spent" in again.text, again.text
        assert STANDINS in again.text
        # Who keeps the servers up hosts nothing, and the film has ended: it is hosted to be asked.
        code, stands = await ran("status", made.json["id"], "--json", home=on_standins, folder=tmp_path)
        assert code == 0 and float(stands.json["spent_usd"]) == paid, stands.text
    keys = {"REPLICATE_API_TOKEN": "r8_none", "OPENAI_API_KEY": "sk-none"}
    code, real = await ran(*command, home=on_standins, folder=tmp_path, REEL_STANDINS="0", **keys)
    assert code == 2 and "would pass for bought" in real.text, real.text


async def test_what_cannot_be_bought_is_refused_before_anything_starts(
    on_standins: Path, tmp_path: Path
) -> None:
    for wrong in (
        ("--model", "video=nope"),
        ("--model", "veo"),
        ("--budget", "abc"),
        ("--model", "video=google-veo-3.1", "--aspect", "4:5"),
    ):
        code, refused = await ran(
            "make", MUG, "--profile", "draft", *wrong, home=on_standins, folder=tmp_path
        )
        assert code == 2, refused.text
    assert not (on_standins / "postgres").exists()
