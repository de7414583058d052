"""A day has a cap of its own, and ends while a test is under way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime


async def within_a_day(act: Callable[[], Awaitable[None]]) -> None:
    """Once more where it went wrong because midnight, of UTC, came into it."""
    while True:
        day = datetime.now(UTC).date()
        try:
            return await act()
        except (AssertionError, TimeoutError):
            if datetime.now(UTC).date() == day:
                raise
