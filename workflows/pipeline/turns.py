"""Knows in which order decisions about steps were sent: what is looked at for long is no newer for that."""

from __future__ import annotations

from collections.abc import Iterable


class Turns:
    """Of one run. Pure: whoever has decided something says so, once it is kept."""

    def __init__(self) -> None:
        self._sent = 0
        self._last: dict[str, int] = {}

    def sent(self) -> int:
        """The number of a decision that has just been sent, from 1."""
        self._sent += 1
        return self._sent

    def decided(self, steps: Iterable[str], number: int) -> None:
        """These steps are as that decision wants them."""
        self._last.update({one: max(number, self._last.get(one, 0)) for one in steps})

    def newer(self, steps: Iterable[str], number: int) -> list[str]:
        """Those of them about which something was decided that was sent later, each once."""
        return [one for one in dict.fromkeys(steps) if self._last.get(one, 0) > number]
