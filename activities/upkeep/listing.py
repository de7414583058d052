"""Knows whether a job appears in its provider's listing, how soon, and what the listing says of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities.faults import ProviderUnavailable, RateLimited, StudioError
from activities.ledger import Submissions
from activities.models import ListedJob, Model, Provider

# How often the limit is waited for before a job counts as one that is never listed: two minutes.
_PATIENCE = 4
# How much further back than any clock may be off: a clock that is worse is to be told apart from no listing.
_WIDE = 4


@dataclass(frozen=True)
class Sight:
    """What a listing has shown of a job: `found` None where it never did. `missing_s` and `seen_s` are the
    age of the job, or of its end, at the last look without it and the first one with it; `apart_s` how far
    the provider's clock is ahead of ours at least (behind, where negative). `why` says why it could not be
    asked."""

    found: ListedJob | None = None
    missing_s: float = 0.0
    seen_s: float = 0.0
    apart_s: float = 0.0
    why: str = ""


class Watch:
    """Looks for the job of one recipe in its provider's listing."""

    def __init__(self, submissions: Submissions, model: Model, provider: Provider, key: str) -> None:
        self._submissions, self._model, self._provider, self._key = submissions, model, provider, key
        self._limit_s = submissions.times.listing

    async def beside(self) -> Sight:
        """From the moment on in which the ledger knows the job."""
        while True:
            survey = await self._submissions.survey(self._key)
            if survey and survey.open and survey.open.job:
                return await self._until_seen(survey.open.n, survey.open.age_s)
            if survey and survey.row.made_by:
                made = await self._submissions.submission(self._key, survey.row.made_by)
                return await self._until_seen(survey.row.made_by, made.age_s if made else 0.0)
            await asyncio.sleep(self._submissions.times.poll)

    async def after(self) -> Sight:
        """Of a job that has just ended."""
        survey = await self._submissions.survey(self._key)
        if survey is None or survey.row.made_by is None:
            return Sight(why="the ledger does not know its job")
        return await self._until_seen(survey.row.made_by, 0.0)

    async def _until_seen(self, n: int, age_s: float) -> Sight:
        mine = await self._submissions.submission(self._key, n)
        assert mine is not None and mine.job is not None, "it was seen a moment ago"
        known = datetime.now(UTC)
        since = mine.intent_at - timedelta(seconds=_WIDE * self._submissions.times.adrift)
        began, missing_s = time.monotonic() - age_s, 0.0
        latest = time.monotonic() + _PATIENCE * self._limit_s
        while True:
            looked_s, why = time.monotonic() - began, ""
            try:
                listed = await self._provider.listed(self._model, since)
                for one in listed:
                    if one.job.id == mine.job.id:
                        apart_s = seconds_apart(one.created_at, mine.intent_at, known)
                        return Sight(one, missing_s, looked_s, apart_s)
                missing_s = looked_s
            except (RateLimited, ProviderUnavailable) as error:
                why = str(error)
            except StudioError as error:
                return Sight(why=str(error))
            if time.monotonic() > latest:
                return Sight(missing_s=missing_s, why=why)
            await asyncio.sleep(self._submissions.times.poll)


def seconds_apart(theirs: datetime, earliest: datetime, latest: datetime) -> float:
    """How far a clock is off that says `theirs` of a moment between the other two, in seconds, at least."""
    if theirs > latest:
        return (theirs - latest).total_seconds()
    return min(0.0, (theirs - earliest).total_seconds())
