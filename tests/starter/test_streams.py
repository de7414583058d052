"""A command whose reader has gone, or cannot keep what it says: it ends in order, without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Ends as a command does that has told a person, or a program, that all went well.
TOLD = "from starter.outcome import *; line('words'); line('more words'); end(MADE)"
ERRORS_TOLD = "from starter.outcome import *; err.print('on the way'); line('words'); end(MADE)"
FULL = "No space left on device"


def reel(
    *command: str, stdout: int | str = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> tuple[int, str]:
    """Its exit code, and what it wrote on either stream that somebody still reads."""
    ended = subprocess.run([sys.executable, *command], stdout=stdout, stderr=stderr, text=True, timeout=60)  # type: ignore[arg-type]
    return ended.returncode, (ended.stdout or "") + (ended.stderr or "")


@pytest.fixture
def gone() -> int:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(
    "command",
    [("-m", "starter.cli", "schema"), ("-m", "starter.cli", "--version"), ("-c", TOLD)],
    ids=["json", "version", "words"],
)
def test_nobody_reads_the_result(gone: int, command: tuple[str, ...]) -> None:
    assert reel(*command, stdout=gone) == (0, "")


def test_nobody_reads_the_help(gone: int) -> None:
    assert reel("-m", "starter.cli", "make", "--help", stdout=gone)[1] == ""


def test_nobody_reads_what_is_said_on_the_way(gone: int) -> None:
    assert reel("-c", ERRORS_TOLD, stderr=gone) == (0, "words\n")


def test_streams_that_were_closed_before_the_start() -> None:
    closed = f"exec {sys.executable} -m starter.cli schema >&-"
    ended = subprocess.run(["sh", "-c", closed], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_result_that_could_not_be_written_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        for command in (("-m", "starter.cli", "schema"), ("-m", "starter.cli", "--version")):
            code, words = reel(*command, stdout=full.fileno())
            assert code == 1 and FULL in words and "Traceback" not in words


def test_a_full_disk_is_said_in_words() -> None:
    fails = "async def work(): raise OSError(28, 'No space left on device', '/films/stack.json')"
    code, words = reel("-c", f"from starter.outcome import *\n{fails}\nrun(work)")
    assert code == 4 and "No space is left on the disk for /films/stack.json" in " ".join(words.split())
    assert "Traceback" not in words
