"""A home whose files are broken, or whose disk is full: words to act on, and no secret in them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from infra.embedded.keys import Keys
from infra.errors import ServerError
from infra.logging import log_to
from tests.support.reel import ran

SECRETS = {
    "postgres_password": "hunter2-hunter2",
    "s3_access_key": "REELABCDEF0123456789",
    "s3_secret_key": "correct-horse-battery",
}
WHOLE = json.dumps(SECRETS).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (WHOLE[:-1], "no whole JSON object"),
        (WHOLE[:70], "no whole JSON object"),
        (b"", "no whole JSON object"),
        (b"null", "no whole JSON object"),
        (b"\xff" + WHOLE, "no whole JSON object"),
        (json.dumps({**SECRETS, "s3_access_key": 7}).encode(), "s3_access_key in it cannot be used"),
        (json.dumps({**SECRETS, "postgres_password": ""}).encode(), "postgres_password in it cannot be used"),
        (b'{"s3_secret_key": "correct-horse-battery"}', "postgres_password and s3_access_key in it"),
    ],
)
def test_broken_keys_are_told_without_a_word_of_them(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "secrets.json").write_bytes(content)
    with pytest.raises(ServerError, match=why) as told:
        Keys.of(tmp_path)
    assert str(tmp_path / "secrets.json") in str(told.value) and "backup" in str(told.value)
    assert not any(secret[:6] in str(told.value) for secret in SECRETS.values())
    assert (tmp_path / "secrets.json").read_bytes() == content, "whoever can mend it finds it as it was"


def test_keys_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").mkdir()
    with pytest.raises(ServerError, match="Is a directory"):
        Keys.of(tmp_path)


async def test_a_command_tells_a_person(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_bytes(WHOLE[:70])
    code, told = await ran("up", home=tmp_path, folder=tmp_path)
    words = " ".join(told.text.split())
    assert code == 4 and "no whole JSON object" in words
    assert "Traceback" not in words and "hunter" not in words


def test_a_log_on_a_full_disk_leaves_the_terminal_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reel.log").symlink_to("/dev/full")
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    try:
        log_to(tmp_path)
        logging.getLogger("reelwright.test").warning("it goes on")
        assert capsys.readouterr().err == ""
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
