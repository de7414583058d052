"""What is sent to paid models, byte by byte, as it was when films were bought with it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.bought_calls import paid, recorded

#: Recorded on 2026-11-26. A finished film finds what it has bought by these keys, and the ledger knows jobs
#: again by these fingerprints: values are added, none is ever changed.
RECORDED = Path(__file__).with_name("requests_sent.json")


@cache
def before() -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text())
    return known


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return recorded(tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("model_id", before() if RECORDED.exists() else ())
def test_what_is_sent_is_what_was_sent(model_id: str, now: dict[str, dict[str, Any]]) -> None:
    assert now[model_id] == before()[model_id]


def test_every_paid_model_is_recorded() -> None:
    assert {model.id for model in paid()} <= before().keys()
