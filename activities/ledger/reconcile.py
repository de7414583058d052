"""Knows how a job is found whose id was lost: in the provider's listing, by its tag or by what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from activities.ledger.orphan_rows import Sent
from activities.ledger.submissions import Submission, Submissions
from activities.models import ROLES, Job, ListedJob, Model, Provider


@dataclass(frozen=True)
class Search:
    """What one listing said of a lost job. `proof`: where it was not found, it was never accepted, provided
    that the listing was begun after the attempt had settled."""

    job: Job | None
    proof: bool


async def search(
    submissions: Submissions, provider: Provider, model: Model, submission: Submission
) -> Search:
    """Asks the provider for the job of an attempt. Raises what `listed` and `poll` raise: a listing that
    failed says nothing at all."""
    if not model.listed:
        return Search(None, proof=False)
    # Wide, for its clock is not ours: a window that begins too late would prove that our job is not there.
    since = submission.intent_at - timedelta(seconds=submissions.times.adrift)
    listed = await provider.listed(model, since)
    known = await submissions.known(submission.provider, submission.account, [each.job.id for each in listed])
    unknown = [each for each in listed if each.job.id not in known]
    for each in unknown:
        if each.tag == submission.tag:
            return Search(each.job, proof=False)
    # A job with another attempt's tag is that one's, whatever was sent.
    untagged = [each for each in unknown if each.tag is None]
    others = await _others(submissions, submission, untagged)
    if job := await _alike(provider, model, submission, untagged, others):
        return Search(job, proof=False)
    doubtful = any(_may_be_ours(each, model, submission, others) for each in untagged)
    # Another account's jobs say nothing about this one's.
    proof = model.ledger == "lists" and not doubtful and provider.account == submission.account
    return Search(None, proof)


async def _others(submissions: Submissions, mine: Submission, untagged: Sequence[ListedJob]) -> list[Sent]:
    """The other attempts that have sent what the listing shows."""
    shown = [each.fingerprint for each in untagged if each.fingerprint]
    sent = await submissions.meant(mine.provider, mine.account, shown) if shown else []
    return [one for one in sent if one.tag != mine.tag]


async def _alike(
    provider: Provider, model: Model, mine: Submission, untagged: Sequence[ListedJob], others: Sequence[Sent]
) -> Job | None:
    """The job that was made of the same request, where that tells whose it is."""
    alike = [each for each in untagged if mine.fingerprint and each.fingerprint == mine.fingerprint]
    # Should there be several, the first one came of this request: any other waits to be told apart.
    alike.sort(key=lambda each: each.created_at)
    former = [one for one in others if one.fingerprint == mine.fingerprint and one.phase == "written_off"]
    if not former:
        return alike[0].job if alike else None
    # A risk was taken before with the same request, and only clocks could tell whose job this is. One that
    # has succeeded does for both; to take over another's failure would be to buy again beside our own.
    for each in alike:
        if (await provider.poll(model, each.job)).state == "succeeded":
            return each.job
    return None


def _may_be_ours(listed: ListedJob, model: Model, mine: Submission, others: Sequence[Sent]) -> bool:
    """A job without a tag may be ours where its input is gone, and where an image was uploaded for it, unless
    another attempt has sent the very same: nobody promises that a provider lists the address as it was
    sent."""
    if listed.fingerprint is None or listed.fingerprint == mine.fingerprint:
        return True
    theirs = any(one.fingerprint == listed.fingerprint for one in others)
    return not theirs and not ROLES.keys().isdisjoint(model.parameters)
