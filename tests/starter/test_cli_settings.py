"""`reel settings` as a person types it: nothing is started, and nothing secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.reel import ran


@pytest.mark.slow
async def test_settings_are_printed_and_nothing_is_started(tmp_path: Path) -> None:
    home = tmp_path / "home"
    own = {"FAL_KEY": "hush", "REEL_MEDIA_SLOTS": "3", "REEL_MEDIA_SLOT": "3"}
    code, shown = await ran("settings", home=home, folder=tmp_path, **own)
    assert code == 0 and "hush" not in shown.text, shown.text
    assert "! REEL_MEDIA_SLOT (environment) is no setting: did you mean REEL_MEDIA_SLOTS?" in shown.out
    code, told = await ran("settings", "--json", home=home, folder=tmp_path, **own)
    assert code == 0 and "hush" not in told.text, told.text
    found = {one["name"]: one for one in told.json["settings"]}
    assert found["REEL_MEDIA_SLOTS"] == {"name": "REEL_MEDIA_SLOTS", "value": "3", "source": "environment"}
    assert told.json["file"] == {"path": str(home / "reel.env"), "exists": False}
    assert not (home / "stack.json").exists()
    code, wrong = await ran("settings", home=home, folder=tmp_path, REEL_MEDIA_SLOTS="no")
    assert (code, wrong.out) == (2, "") and "REEL_MEDIA_SLOTS is 'no'" in wrong.text
