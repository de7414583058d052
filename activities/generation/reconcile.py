"""Knows how a job is found whose id was lost: in the provider's listing, by its tag or by what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from activities.generation.catalogue import Model
from activities.generation.waits import Job, Listed, Waits
from activities.storage.attempts import Attempts, Submission

_PICTURES = frozenset({"image", "control", "last_frame"})


@dataclass(frozen=True)
class Search:
    """What one listing said of a lost job. `proof`: where it was not found, it was never accepted, provided
    that the listing was begun after the attempt had settled."""

    job: Job | None
    proof: bool


async def search(attempts: Attempts, provider: Waits, model: Model, submission: Submission) -> Search:
    """Asks the provider for the job of an attempt. Raises what `listed` raises: a listing that failed says
    nothing at all."""
    if not model.listed:
        return Search(None, proof=False)
    since = submission.intent_at - timedelta(seconds=attempts.times.skew)
    listed = await provider.listed(model, since)
    known = await attempts.known(submission.provider, submission.account, [each.job.id for each in listed])
    unknown = [each for each in listed if each.job.id not in known]
    doubtful = any(_may_be_ours(each, model, submission) for each in unknown)
    # Another account's jobs say nothing about this one's.
    proof = model.ledger == "lists" and not doubtful and provider.account == submission.account
    return Search(_match(unknown, submission), proof)


def _may_be_ours(listed: Listed, model: Model, submission: Submission) -> bool:
    """A job without a tag may be ours where its input is gone, and where it began after our intent with an
    image that was uploaded: nobody promises that a provider lists the address as it was sent."""
    if listed.tag is not None:
        return False
    shown = not _PICTURES.isdisjoint(model.parameters)
    return listed.fingerprint is None or (shown and listed.created_at >= submission.intent_at)


def _match(unknown: Sequence[Listed], submission: Submission) -> Job | None:
    """By tag, else by fingerprint; a job with another attempt's tag is that one's, whatever was sent."""
    for each in unknown:
        if each.tag == submission.tag:
            return each.job
    alike = [each for each in unknown if each.tag is None and each.fingerprint == submission.fingerprint]
    # Should there be several, the first one came of this request: any other waits to be told apart.
    return min(alike, key=lambda each: each.created_at).job if alike and submission.fingerprint else None
