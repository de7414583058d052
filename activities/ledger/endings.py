"""Knows how a paid attempt ended: the errors that the ledger keeps, and who has to hear of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from activities.faults import (
    ContentPolicy,
    Held,
    InsufficientCredit,
    InvalidInput,
    JobFailed,
    ModelGone,
    OutputExpired,
    Permanent,
    RateLimited,
    StudioError,
    SubmitOutcomeUnknown,
    Unauthorized,
)
from activities.ledger.submissions import Kept, Submission
from workflows.studio import usd

E = TypeVar("E", bound=StudioError)
#: One block may be chance, two are the content's.
STABLE = 2
#: What failed three times in one run is not bad luck, and each may have been paid.
TRIES = 3
_LONGEST = 500
_PERMANENT: dict[str, type[Permanent]] = {
    error.__name__: error
    for error in (ContentPolicy, InsufficientCredit, InvalidInput, ModelGone, Unauthorized)
}


def kept(error: StudioError) -> Kept:
    """An error as the ledger keeps it."""
    said: Kept = {"type": type(error).__name__, "message": str(error)[:_LONGEST]}
    if isinstance(error, RateLimited):
        said["retry_after_s"] = error.retry_after_s
    return said


def is_policy(submission: Submission) -> bool:
    """Whether the content was refused."""
    return (submission.error or {}).get("type") == ContentPolicy.__name__


def refusal(ended: Sequence[Submission]) -> ContentPolicy | None:
    """Why a recipe that ended badly so is not sent again; None where another try may help."""
    refused = [one for one in ended if is_policy(one)]
    return ContentPolicy(str(error_of(refused[-1], ""))) if len(refused) >= STABLE else None


def error_of(submission: Submission, film: str) -> StudioError:
    """The error that the attempt ended with, with its payment where this film paid. What passes by itself,
    such as a provider that is full, is a job that failed: it was accepted, so another try is another buy."""
    said = submission.error or {}
    message = str(said.get("message") or f"{submission.model}: the job ended without a result")
    error: StudioError = _PERMANENT.get(str(said.get("type")), JobFailed)(message)
    return _paid(error, submission, film)


def bad_end(submission: Submission, film: str) -> StudioError | None:
    """What somebody who watched the attempt until it was open no longer has to raise; None where it may just
    go on. The film that paid hears of every end that may have cost something."""
    match submission.phase:
        case "failed" | "canceled":
            error = error_of(submission, film)
            return error if error.payment or isinstance(error, Permanent) else None
        case "written_off" | "expired" if submission.payer == film:
            return _paid(JobFailed(f"{submission.model}: what it made is given up"), submission, film)
        case _:
            return None


def held(submission: Submission, film: str) -> Held:
    """What a person is asked about."""
    at_risk, what = submission.payment.usd, f"{submission.model}: up to {usd(submission.payment.usd)}"
    error: Held
    if submission.job is None:
        message = f"{what} may have been paid: the answer to the request was lost, and nobody can say whether"
        error = SubmitOutcomeUnknown(f"{message} it was accepted", submission.name, at_risk)
    else:
        said = (submission.error or {}).get("message") or "its output is gone"
        error = OutputExpired(f"{what} were paid, and {said}", submission.name, at_risk)
    return _paid(error, submission, film)


def _paid(error: E, submission: Submission, film: str) -> E:
    if submission.payer == film:
        error.payment = submission.payment
    return error
