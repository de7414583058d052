"""Spans of time as people type them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from starter.spans import span
from workflows.studio.requests import InvalidRequest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        (" 1H ", timedelta(hours=1)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_number_and_its_unit(typed: str, meant: timedelta) -> None:
    assert span(typed, "since") == meant


@pytest.mark.parametrize(
    "typed", ["", "7", "d", "0d", "-1d", "1.5h", "٧d", "7 days", "99999d", "1y", "yesterday"]
)
def test_nothing_else_is_one(typed: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^since: .* is no span of time"):
        span(typed, "since")
