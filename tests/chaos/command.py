"""Knows what every command here has in common: a log, nothing of the person who runs it, options, an end."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

#: How much quicker than usual: a lost answer settles within 11 s, a dead owner's lease within 6.5 s.
FACTOR = 10.0


def begin() -> None:
    """Logs to stderr from now on; forgets every setting of a server or a studio in the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "REEL_", "AWS_"))]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull


def options(module: str, about: str | None) -> argparse.ArgumentParser:
    """With the options that all of them take."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.chaos.{module}", description=about)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--factor", type=float, default=FACTOR, help="divides every time of the protocol")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "reel-chaos")
    return parser


def home_in(folder: Path, prefix: str) -> Path:
    """An empty home of one run."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))


def ended(wrong: Sequence[str], *homes: Path) -> int:
    """Prints what is wrong and returns the exit code; what went well leaves nothing behind."""
    for line in wrong:
        print(f"WRONG: {line}")
    for home in homes:
        if wrong:
            print(f"left for a look, with every log: {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    return 1 if wrong else 0


def leave(main: Callable[[], int]) -> NoReturn:
    """Runs a command to its exit code."""
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(code)
