"""How caps are written: what one reads is what another writes, and what is no cap is refused in words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.caps import Cap, cap_of, caps_of
from infra.errors import SettingsError
from infra.settings import Settings

NAMES = st.text(
    st.characters(blacklist_characters=",", blacklist_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=9
)
MONEY = st.none() | st.decimals(0, 999_999, places=6)
MANY = st.none() | st.integers(0, 999_999).map(Decimal)
OTHERS = st.one_of(
    st.builds(Cap, st.just("studio"), st.just(""), st.just("day"), MONEY),
    st.builds(Cap, st.just("studio"), st.just(""), st.just("once"), MANY),
    st.builds(Cap, st.sampled_from(("user", "label")), NAMES | st.just(""), st.just("day"), MONEY),
    st.builds(Cap, st.sampled_from(("user", "label")), NAMES | st.just(""), st.just("once"), MANY),
    st.builds(Cap, st.just("provider"), NAMES | st.just(""), st.just("day"), MONEY),
)


@given(OTHERS)
def test_what_is_written_is_read(cap: Cap) -> None:
    assert cap_of(cap.what, cap.limit) == cap


@given(st.lists(OTHERS, max_size=6, unique_by=lambda one: (one.what, one.kind)))
def test_a_setting_names_as_many_as_one_likes(caps: list[Cap]) -> None:
    assert caps_of(", ".join(map(str, caps))) == tuple(caps)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("user", "is no cap"),
        ("user=-1", "is no cap"),
        ("user=1e3/day", "is no cap"),
        ("studio:one=3", "there is one studio"),
        ("provider:fal=3", "no production runs at a provider"),
        ("user=2, user=3", "it says twice"),
    ],
)
def test_what_is_no_cap_is_refused_in_words(
    wrong: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REEL_CAPS", wrong)
    with pytest.raises(SettingsError, match=f"REEL_CAPS: .*{said}"):
        Settings.load(tmp_path)
