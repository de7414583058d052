"""Knows what every command here begins with: a log, and nothing of the person who runs it."""

from __future__ import annotations

import logging
import os
import sys


def begin() -> None:
    """Logs to stderr from now on; forgets every setting of a server or a studio in the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "REEL_", "AWS_"))]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull
