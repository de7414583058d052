"""Knows a bucket that refuses for a while, in every worker of a house at the same time.

What it answers stands in a file of the house, or nothing: the file is not there as long as it is well.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from activities.storage.objects import ObjectStore
from tests.support.refusals import REFUSALS, refusing

# It is refused this long, and then well for this long, in seconds at full times.
_REFUSES_S, _WELL_S = (10.0, 60.0), (60.0, 240.0)
# The part of the time that only what is put is refused, as by a key that may no longer write.
_PUTS_ONLY = 0.6


class Gate:
    """Lets the bucket refuse, and be well again. One a house."""

    def __init__(self, path: Path, draw: random.Random, factor: float) -> None:
        self._path, self._draw, self._factor = path, draw, factor
        #: How often it refused, by what it said.
        self.said: list[str] = []

    @property
    def shut(self) -> bool:
        return self._path.exists()

    def well_s(self) -> float:
        """Seconds until it refuses again."""
        return self._draw.uniform(*_WELL_S) / self._factor

    def shut_for_s(self) -> float:
        """Refuses from now on; returns for how many seconds it should."""
        kind = REFUSALS[len(self.said) % len(REFUSALS)]
        self.said.append(kind)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps({"kind": kind, "puts_only": self._draw.random() < _PUTS_ONLY}))
        # By rename: whoever reads it reads all of it.
        draft.replace(self._path)
        return self._draw.uniform(*_REFUSES_S) / self._factor

    def open(self) -> None:
        self._path.unlink(missing_ok=True)


def bucket_of(home: Path) -> Path:
    """Where a house says what its bucket answers."""
    return home / "bucket-refuses.json"


def refused_by(path: Path) -> None:
    """From now on every store of this process is refused as the file says."""
    original = ObjectStore.__init__

    def now(operation: str) -> str | None:
        try:
            said = json.loads(path.read_text())
        except FileNotFoundError:
            return None
        puts = operation.startswith(("PutObject", "CopyObject"))
        return said["kind"] if puts or not said["puts_only"] else None

    def opened(self: ObjectStore, **given: Any) -> None:
        original(self, **given)
        refusing(self, now)

    ObjectStore.__init__ = opened  # type: ignore[method-assign]
