"""What a command answers without a server: its version, its help, and an amount that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.reel import ran
from workflows.studio.requests import number

#: Slow to import, and of no use to a command that answers from what it is told.
HEAVY = (
    "temporalio.client",
    "temporalio.worker",
    "cv2",
    "av",
    "boto3",
    "openai",
    "google.genai",
    "PIL",
    "httpx",
)


def test_help_loads_nothing_that_only_a_running_command_needs() -> None:
    script = f"import sys, starter.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


async def test_the_version_is_printed(tmp_path: Path) -> None:
    code, said = await ran("--version", home=tmp_path / "home", folder=tmp_path)
    assert code == 0 and said.out.startswith("reelwright "), said.text


@pytest.mark.parametrize("amount", ["abc", "5_0", "٥", "inf", "-1", "1e9", ""])
async def test_an_amount_that_is_none_is_told_before_any_server_starts(amount: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, said = await ran("budget", "film-x", amount, "--home", home, home=home, folder=tmp_path)
    assert code == 2 and "is no amount of USD" in said.text, said.text
    assert not home.exists()


@pytest.mark.parametrize(
    ("option", "typed", "words"),
    [
        ("--budget", "abc", "abc is no amount of USD"),
        ("--max-running", "0", "'--max-running': Input should be greater"),
    ],
)
async def test_what_a_batch_cannot_be_run_with_is_told_before_any_server_starts(
    option: str, typed: str, words: str, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "mugs.jsonl"
    file.write_text('{"prompt": "A film about a mug"}\n')
    code, said = await ran(
        *("batch", "run", file, option, typed, "--home", home, "--json"), home=home, folder=tmp_path
    )
    assert code == 2 and words in json.loads(said.out)["error"]["message"], said.text
    assert not home.exists()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15", 15),
        (" 7.50 ", 7.5),
        ("-3", -3),
        ("1e2", 100.0),
        ("1e999", None),
        ("9" * 5000, None),
        ("0x10", None),
    ],
)
def test_numbers_are_read_as_json_writes_them(typed: str, read: float | None) -> None:
    assert number(typed) == read
