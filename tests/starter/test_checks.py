"""What no film can be made of is told before it is started, also where films were made before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import guarded
from tests.support.reel import SMALL, ran


@pytest.mark.slow
async def test_missing_keys_and_unknown_hosts_are_told_before_a_film_starts(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with guarded(tmp_path_factory.mktemp("checks")) as home:
        small = (*SMALL, "--no-music")
        scenes = ("A film about a mug", "--method", "keyframes", "--duration", "8", "--scene-s", "2")
        code, first = await ran("make", *scenes, *small, "--json", home=home, folder=tmp_path)
        assert code == 0, first.text
        assert [beat["frames"] for beat in first.json["beats"]] == [16] * 4 and first.json["frames"] == 64
        mug = ("make", "A 5 second film about a mug", *small)
        photo = ("--product", "https://nowhere.invalid/mug.png", "--reference", "http://127.0.0.1:9999/a.png")
        wrong = (*mug, "--id", "never", "--profile", "draft", *photo)
        code, told = await ran(*wrong, "--json", home=home, folder=tmp_path)
        assert code == 2 and told.json["error"]["type"] == "InvalidRequest", told.text
        fields = {one["field"]: one for one in told.json["error"]["fields"]}
        assert "no server has the name" in fields["product"]["problem"]
        assert "not on the public internet" in fields["references[0].image"]["problem"]
        assert "REPLICATE_API_TOKEN" in fields["models.video"]["suggestion"]
        code, dry = await ran(*mug, *photo, "--dry-run", home=home, folder=tmp_path)
        assert code == 2 and "product: no server has the name" in dry.text, dry.text
        code, unknown = await ran("status", "never", home=home, folder=tmp_path)
        assert code == 2 and "There is no film, batch or pipeline never" in unknown.text, (
            "it was never started"
        )
