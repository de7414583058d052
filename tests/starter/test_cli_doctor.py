"""`reel doctor` of a home that is well, and of one whose servers and settings are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import guarded
from tests.support.reel import processes_about, ran

#: Nobody listens there.
NOBODY = "127.0.0.1:9"


@pytest.mark.slow
async def test_a_new_home_is_well(tmp_path: Path) -> None:
    with guarded(tmp_path / "home") as home:
        code, told = await ran("doctor", "--json", home=home, folder=tmp_path)
        assert code == 0, told.text
        found = {one["name"]: one["state"] for one in told.json["findings"]}
        assert {"home", "ffmpeg", "Temporal", "database", "clock", "bucket"} <= {
            name for name, state in found.items() if state in ("well", "note")
        }
        assert told.json["well"] is True and "ill" not in found.values()
        code, shown = await ran("doctor", home=home, folder=tmp_path)
        assert code == 0 and shown.out.endswith("All is well.\n"), shown.text
        assert not processes_about(home)


@pytest.mark.slow
async def test_what_is_ill_is_said_with_what_to_do(tmp_path: Path) -> None:
    own = {
        "TEMPORAL_ADDRESS": NOBODY,
        "REEL_DATABASE_URL": f"postgresql://reel:hush@{NOBODY}/reel",
        "REEL_S3_ENDPOINT": f"http://{NOBODY}",
        "REEL_S3_ACCESS_KEY": "hush",
        "REEL_S3_SECRET_KEY": "hush",
        "REEL_MEDIA_SLOT": "3",
    }
    code, told = await ran("doctor", "--json", home=tmp_path / "home", folder=tmp_path, **own)
    assert code == 1 and "hush" not in told.text, told.text
    ill = {one["name"]: one for one in told.json["findings"] if one["state"] == "ill"}
    assert ill.keys() == {"settings", "Temporal", "database", "bucket"} and all(
        one["advice"] for one in ill.values()
    )
