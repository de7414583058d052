"""Real models and stand-ins never share a home: what these made would be found, and pass for bought."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.errors import SettingsError
from infra.settings import Settings
from starter.homes import check_sellers
from tests.support.reel import ran


@pytest.mark.parametrize(
    ("there", "standins", "sells", "refused"),
    [
        ((), True, False, False),
        ((), False, True, False),
        (("postgres",), False, True, False),
        (("postgres",), True, True, True),
        (("postgres", "standins"), True, True, False),
        (("postgres", "standins"), False, False, False),
        (("postgres", "standins"), False, True, True),
    ],
)
def test_a_home_is_of_one_kind(
    there: tuple[str, ...], standins: bool, sells: bool, refused: bool, tmp_path: Path
) -> None:
    for name in there:
        (tmp_path / name).mkdir()
    settings = Settings.load(tmp_path).model_copy(update={"standins": standins})
    if refused:
        with pytest.raises(SettingsError, match="pass for bought"):
            check_sellers(settings, sells)
    else:
        check_sellers(settings, sells)


@pytest.mark.parametrize("faults", ["nope", "submit:nope=1", "submit:503=often"])
async def test_faults_that_there_are_not_are_a_wrong_setting(faults: str, tmp_path: Path) -> None:
    own = {"REEL_STANDINS": "1", "REEL_STANDINS_FAULTS": faults}
    code, told = await ran("make", "A film", home=tmp_path / "home", folder=tmp_path, **own)
    assert code == 2 and "REEL_STANDINS_FAULTS cannot be used" in told.text, told.text
    assert "lively" in told.text and "usage:" not in told.text and not (tmp_path / "home").exists()


def test_a_ledger_of_somebody_elses_is_that_ones_business(tmp_path: Path) -> None:
    (tmp_path / "standins").mkdir()
    settings = Settings.load(tmp_path).model_copy(update={"database_url": "postgresql://db/reel"})
    check_sellers(settings, sells=True)
