"""`reel costs` and `reel models` of a home with a bought film, and of one in which nothing was ever made."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from starter.live import STANDINS
from tests.support.reel import SMALL, ran

MUG = "A 5 second film about a ceramic coffee mug"


@pytest.mark.slow
async def test_what_a_film_cost_and_how_its_models_did(house: Path, tmp_path: Path) -> None:
    words = ("--profile", "draft", "--no-music", "--user", "ann", "--label", "acme")
    code, made = await ran("make", MUG, *SMALL, *words, "--json", home=house, folder=tmp_path)
    assert code == 0, made.text
    spent = Decimal(made.json["spent_usd"])
    for by, names in {
        "film": {made.json["id"]},
        "phase": {"plan", "images", "chunks"},
        "model": {"openai-gpt-5.4-mini", "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"},
        "user": {"ann"},
        "label": {"acme"},
    }.items():
        code, told = await ran("costs", "--by", by, "--since", "1d", "--json", home=house, folder=tmp_path)
        assert code == 0, told.text
        assert {row["name"] for row in told.json["rows"]} == names
        assert sum(Decimal(row["usd"]) for row in told.json["rows"]) == spent
        assert Decimal(told.json["total"]["usd"]) == spent and told.json["standins"] is True
    code, shown = await ran("costs", home=house, folder=tmp_path)
    assert code == 0 and "in all" in shown.out and STANDINS in shown.out, shown.text
    code, models = await ran("models", "--json", home=house, folder=tmp_path)
    assert code == 0, models.text
    every = {one["id"]: one for one in models.json["models"]}
    flux = every["replicate-flux-schnell"]
    assert (flux["role"], flux["provider"], flux["price"]) == ("image", "replicate", "$0.003")
    assert flux["checked"] and (flux["tries"], flux["success"]) == (1, 1.0) and flux["median_s"] > 0
    assert every["google-veo-3.1"]["tries"] == 0 and every["google-veo-3.1"]["success"] is None


@pytest.mark.slow
async def test_where_nothing_was_made_nothing_is_started(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, costs = await ran("costs", home=home, folder=tmp_path)
    assert (code, costs.out) == (0, "Nothing was ever bought here.\n"), costs.text
    code, models = await ran("models", home=home, folder=tmp_path)
    assert code == 0 and "fal sells nothing here: set FAL_KEY." in models.out, models.text
    code, wrong = await ran("costs", "--since", "7", home=home, folder=tmp_path)
    assert code == 2 and "since: '7' is no span of time" in wrong.text, wrong.text
    assert not (home / "stack.json").exists()


async def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    own = {"REEL_DATABASE_URL": "postgresql://reel:hush@127.0.0.1:9/reel", "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    own |= {"REEL_S3_ENDPOINT": "http://127.0.0.1:9"}
    code, costs = await ran("costs", "--by", "day", home=tmp_path / "home", folder=tmp_path, **own)
    assert code == 4 and "REEL_DATABASE_URL" in costs.text and "hush" not in costs.text, costs.text
    assert len(costs.lines) == 1
