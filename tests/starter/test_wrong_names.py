"""Servers that are somebody else's, each with a wrong name in turn: the message names the setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.embedded.stack import Stack
from tests.support.reel import ran

WRONG: dict[str, tuple[dict[str, str], int, tuple[str, ...]]] = {
    "namespace": ({"TEMPORAL_NAMESPACE": "nowhere"}, 4, ("nowhere", "TEMPORAL_NAMESPACE")),
    "port": ({"TEMPORAL_ADDRESS": "127.0.0.1:9"}, 4, ("127.0.0.1:9", "TEMPORAL_")),
    "configuration": ({"TEMPORAL_CONFIG_FILE": __file__}, 2, ("Temporal's own configuration",)),
    "database": ({"REEL_DATABASE_URL": "{database}x"}, 4, ('"reelwrightx"', "REEL_DATABASE_URL")),
    "password": ({"REEL_DATABASE_URL": "postgresql://reel:half/hidden@127.0.0.1:1/x"}, 4, ("%40",)),
    "bucket's key": ({"REEL_S3_SECRET_KEY": "x" * 40}, 4, ("SignatureDoesNotMatch", "REEL_S3_SECRET_KEY")),
    "half a key": ({"REEL_S3_SECRET_KEY": ""}, 2, ("REEL_S3_ACCESS_KEY", "REEL_S3_SECRET_KEY")),
    "endpoint": ({"REEL_S3_ENDPOINT": "127.0.0.1:9000"}, 2, ("REEL_S3_ENDPOINT", "https://")),
}


#: Tried for as long as a server may take to come back.
PATIENT = "port"


@pytest.mark.parametrize(
    "wrong",
    # In one order in every process: tests are collected in each of several, and compared.
    [pytest.param(each, marks=[pytest.mark.slow] * (each == PATIENT)) for each in WRONG],
)
async def test_a_worker_says_which_setting_is_wrong(
    wrong: str, theirs: dict[str, str], stack: Stack, tmp_path: Path
) -> None:
    changed, code, words = WRONG[wrong]
    own = theirs | {name: value.format(database=stack.database_url) for name, value in changed.items()}
    ended, worker = await ran(module="worker", home=tmp_path / "home", folder=tmp_path, **own)
    assert ended == code, worker.text
    assert all(word in worker.text for word in words), worker.text
    assert "Traceback" not in worker.text and "half" not in worker.text
    if secret := theirs["REEL_S3_SECRET_KEY"]:
        assert secret not in worker.text and stack.database_url.split("@")[0] not in worker.text


@pytest.mark.parametrize(
    ("queue", "words"),
    [("reel-medai", "reel, reel-generation, reel-media"), ("reel-generation.fal", "FAL_KEY")],
)
async def test_a_queue_that_a_worker_cannot_host_is_named(
    queue: str, words: str, theirs: dict[str, str], tmp_path: Path
) -> None:
    ended, worker = await ran(
        "--queue", queue, module="worker", home=tmp_path / "home", folder=tmp_path, **theirs
    )
    assert ended == 2, worker.text
    assert queue in worker.text and words in worker.text and "Traceback" not in worker.text


@pytest.mark.parametrize(
    "command", [("status", "film-x"), ("make", "A film about a mug"), ("pause", "film-x")]
)
async def test_a_wrong_namespace_is_no_missing_film(
    command: tuple[str, ...], theirs: dict[str, str], tmp_path: Path
) -> None:
    own = theirs | {"TEMPORAL_NAMESPACE": "nowhere"}
    ended, one = await ran(*command, home=tmp_path / "home", folder=tmp_path, **own)
    assert ended == 4, one.text
    assert "nowhere" in one.text and "TEMPORAL_NAMESPACE" in one.text and "no film" not in one.text
