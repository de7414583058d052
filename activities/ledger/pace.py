"""Knows how often a job is asked how it stands: as its model takes, and no more than its provider reads."""

from __future__ import annotations

import contextlib
import time

from activities.faults import ProviderUnavailable
from activities.ledger.submissions import Submissions
from activities.ledger.times import Times
from activities.models import Catalogue, Model

# A job is asked about twenty times in the time that its model usually takes: what is ready waits for a
# fortieth of that, on average.
_LOOKS = 20
# Of what an account may be asked. A look is fixed at the one before it, when jobs that have begun since were
# not counted: a fifth more, where they begin as fast as providers let them.
_SHARE = 0.75
# Jobs come and go by seconds, and one count serves all jobs of a process: this many looks of the quickest.
_COUNTED_FOR = 3


class Pace:
    """Of one process. How many jobs are open is read from the ledger, so that all workers of an account
    together keep to its reads a minute, however many they are."""

    def __init__(self, submissions: Submissions, catalogue: Catalogue) -> None:
        self._submissions, self._catalogue, self._times = submissions, catalogue, submissions.times
        self._counts: dict[tuple[str, str], tuple[float, int]] = {}

    async def of(self, model: Model, account: str) -> float:
        """Seconds until a job of the model is to be asked about again."""
        entry = self._catalogue.providers.get(model.provider)
        reads = entry.reads_per_minute if entry else None
        usual_s = usual(model.typical_s, self._times)
        if reads is None:
            return usual_s
        return shared(usual_s, await self._open(model.provider, account), reads, self._times.second)

    async def _open(self, provider: str, account: str) -> int:
        whose, now = (provider, account), time.monotonic()
        at, count = self._counts.get(whose, (None, 0))
        if at is None or now - at >= _COUNTED_FOR * self._times.poll:
            # Marked first: of a thousand jobs that are due together one asks.
            self._counts[whose] = now, count
            with contextlib.suppress(ProviderUnavailable):
                self._counts[whose] = now, await self._submissions.running(provider, account)
        return self._counts[whose][1]


def usual(typical_s: float, times: Times) -> float:
    """Seconds between two looks at a job of a model that usually takes so long, where nothing else is under
    way: never more than a renewal apart, for what the catalogue calls usual is a guess."""
    return max(times.poll, min(typical_s * times.second / _LOOKS, times.renew_every))


def shared(usual_s: float, jobs: int, reads_per_minute: int, second: float = 1.0) -> float:
    """The same where an account follows so many jobs and answers so many questions a minute: all of them
    together ask no more than three quarters of that. `second` is one of the provider's."""
    return max(usual_s, jobs * 60 * second / (_SHARE * reads_per_minute))
