"""Knows how often a job is asked how it stands: as its model takes, and no more than its provider reads."""

from __future__ import annotations

import contextlib
import math
import time

from activities.faults import ProviderUnavailable
from activities.ledger.submissions import Submissions
from activities.ledger.times import Times
from activities.models import Catalogue, Model

# A job is asked about twenty times in the time that its model usually takes: what is ready waits for a
# fortieth of that, on average.
_LOOKS = 20
# And more often while it is young: what is ready waits for a third of what it took at most.
_PART = 3
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

    async def of(self, model: Model, account: str, age_s: float = math.inf) -> float:
        """Seconds until a job of the model, submitted `age_s` ago, is to be asked about again."""
        entry = self._catalogue.providers.get(model.provider)
        reads = entry.reads_per_minute if entry else None
        usual_s, second = usual(model.typical_s, self._times, age_s), self._times.second
        if entry is None or reads is None:
            return usual_s
        count, since_s = await self._open(model.provider, account)
        jobs = count + may_have_begun(since_s, entry.requests_per_minute, second)
        return shared(usual_s, jobs, reads, second)

    async def _open(self, provider: str, account: str) -> tuple[int, float]:
        """How many jobs were open, and how many seconds ago."""
        whose, now = (provider, account), time.monotonic()
        at, count = self._counts.get(whose, (None, 0))
        if at is None or now - at >= _COUNTED_FOR * self._times.poll:
            # Marked first: of a thousand jobs that are due together one asks.
            self._counts[whose] = now, count
            with contextlib.suppress(ProviderUnavailable):
                self._counts[whose] = now, await self._submissions.running(provider, account)
        counted, count = self._counts[whose]
        return count, max(0.0, now - counted)


def usual(typical_s: float, times: Times, age_s: float = math.inf) -> float:
    """Seconds between two looks at a job of a model that usually takes so long, where nothing else is under
    way: never more than a renewal apart, for what the catalogue calls usual is a guess; less in the first
    seconds of its age, where a look each `Times.poll` would be all that it waits for."""
    part = typical_s * times.second / _LOOKS
    return min(max(times.poll, min(part, times.renew_every)), max(times.soon, part, age_s / _PART))


def may_have_begun(since_s: float, requests_per_minute: int, second: float = 1.0) -> float:
    """How many jobs may have begun so many seconds since they were counted: as many as a provider lets."""
    return since_s * requests_per_minute / (60 * second)


def shared(usual_s: float, jobs: float, reads_per_minute: int, second: float = 1.0) -> float:
    """The same where an account follows so many jobs and answers so many questions a minute: all of them
    together ask no more than three quarters of that. `second` is one of the provider's."""
    return max(usual_s, jobs * 60 * second / (_SHARE * reads_per_minute))
