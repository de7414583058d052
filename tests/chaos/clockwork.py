"""Knows a house in which a worker is killed every few seconds, whatever it is doing."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

from tests.chaos.house import House
from tests.chaos.lives import Life


class Clockwork(House):
    """Its workers live until their turn comes."""

    def _next(self, role: str) -> Life:
        return Life(len(self._lives) + 1, role, (), None)

    async def kill_every(self, seconds: float) -> None:
        """Kills one of those that live, until it is cancelled."""
        while True:
            await asyncio.sleep(seconds)
            living = [one for one in self._lives.values() if one.ready.is_set() and not one.ended.is_set()]
            if living:
                with suppress(ProcessLookupError):
                    os.kill(self.draw.choice(living).pid, signal.SIGKILL)
