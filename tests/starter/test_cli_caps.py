"""`reel caps`: set, read back, lifted; what cannot be read is refused before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import guarded
from tests.support.reel import ran


async def test_what_is_no_cap_starts_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for words in (("caps", "user"), ("caps", "user", "many"), ("caps", "provider:fal", "3")):
        code, told = await ran(*words, home=home, folder=tmp_path)
        assert code == 2 and len(told.lines) == 1, told.text
    assert not (home / "stack.json").exists()


@pytest.mark.slow
async def test_a_cap_is_set_read_and_lifted(tmp_path: Path) -> None:
    with guarded(tmp_path / "home") as home:
        code, told = await ran(
            "caps", "user:anna", "15/day", "--json", home=home, folder=tmp_path, REEL_CAPS="studio=3"
        )
        assert code == 0, told.text
        (one,) = told.json["caps"]
        assert (one["scope"], one["name"], one["kind"], one["most"]) == ("user", "anna", "day", "15")
        assert (one["used"], one["said_by"]) == ("0", "person")
        code, told = await ran("caps", home=home, folder=tmp_path)
        assert code == 0 and "$15.00 a day" in told.out, told.text
        code, told = await ran("caps", "user:anna", "none/day", home=home, folder=tmp_path)
        assert code == 0 and "lifted" in told.out, told.text
