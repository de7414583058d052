"""Knows a house whose workers are killed at random moments, wherever they are."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from tests.chaos.house import House
from tests.chaos.lives import Life

# A worker is killed at a random moment of this: long enough that most of a film gets made, short enough that
# every film meets a few deaths.
_BUYER_LIVES_S, _DESK_LIVES_S = (4.0, 25.0), (10.0, 40.0)


class Restless(House):
    """Its workers are killed at random moments, and all of them at once when somebody says so."""

    def _next(self, role: str) -> Life:
        limits = _DESK_LIVES_S if role == "desk" else _BUYER_LIVES_S
        limit = None if self.over else self.draw.uniform(*limits)
        return Life(len(self._lives) + 1, role, (), limit)

    def kill_workers(self) -> None:
        """All of them at once, wherever they are."""
        for life in self._lives.values():
            if life.pid and life.ready.is_set() and not life.ended.is_set():
                with suppress(ProcessLookupError):
                    os.kill(life.pid, signal.SIGKILL)
