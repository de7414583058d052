"""Why a step failed, in words for a caller: what happened and where, never a stack trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError, TimeoutType

from workflows.studio.facts import CannotBeMade
from workflows.studio.faults import clipped
from workflows.studio.report import Failure, Wait

#: The request itself has to change: the same one would fail again.
_WRONG_REQUEST = frozenset(
    {"InvalidInput", "InvalidPlan", "Miscast", "ModelGone", "UnknownModel", "ContentPolicy"}
)
#: Failures of what the studio runs on, its accounts and servers; they pass, or a person mends them.
_PASSING = frozenset(
    {
        "TimedOut",
        "Unauthorized",
        "InsufficientCredit",
        "ProviderUnavailable",
        "RateLimited",
        "ObjectMissing",
        "BucketMissing",
        "FactsUnreadable",
        # A broken encode of something deterministic is a full disk or too little memory.
        "EncodeFailed",
        # It is paid for and stored: the next run makes of it what this one could not.
        "Unfinished",
        "StillWaiting",
        "ModelResting",
    }
)
#: Why something is not there, by the type of what failed: no message, for those quote what a provider said,
#: and that may be somebody's prompt, or where something lies.
_WHY: Mapping[str, str] = {
    "InvalidInput": "its model cannot use what it is given",
    "InvalidPlan": "its plan breaks a rule",
    "Miscast": "no model that there is can make it",
    "UnknownModel": "its model is not in the catalogue",
    "ContentPolicy": "refused by the provider's content policy",
    "Unauthorized": "the provider does not know the key",
    "InsufficientCredit": "the account with the provider is empty",
    "ModelGone": "its model is gone",
    "OverBudget": "the budget did not allow it",
    "AtCap": "a cap on what all may spend did not allow it",
    "SubmitOutcomeUnknown": "the provider may have taken the order, and nobody decided about it",
    "OutputExpired": "it was made and paid, and the provider has deleted it since",
    "RateLimited": "the provider asked to wait, and then once more",
    "ProviderUnavailable": "the provider was away, or a server of the studio",
    "NoSuchHost": "the host of an image does not exist, or could not be found",
    "ModelResting": "its model failed too often, and is left alone for a while",
    "JobFailed": "it failed each time that it was tried",
    "FactsUnreadable": "what is kept of it cannot be read",
    "ObjectMissing": "a file that it is made from is not in the bucket",
    "BucketMissing": "the bucket is not there",
    "Expired": "the address of an image has expired",
    "Unfetchable": "an image could not be fetched from its address",
    "Unfinished": "it is bought, and could not be finished here",
    "StillWaiting": "somebody else was making it",
    "EncodeFailed": "its encode failed",
    "Unreadable": "what came back cannot be read",
    "WrongLength": "what came back is not as long as planned",
    "MixedEngines": "its pieces were made by several encoders",
    "MasteringFailed": "its sound cannot be mastered",
    "TimedOut": "it took longer than allowed",
    "GivenUp": "given up",
    "CancelledError": "stopped before it was there",
}
_UNFORESEEN = "it failed unexpectedly; the worker's log says where"
#: The same of what somebody waited for in vain.
_IN_VAIN: Mapping[str, str] = {
    "budget": _WHY["OverBudget"],
    "risk": _WHY["SubmitOutcomeUnknown"],
    "review": "nobody approved it",
    "cap": _WHY["AtCap"],
    "paused": "it was paused",
}
_KEPT = "What is finished is kept."
#: How Temporal begins to say that a run does not replay; no code of ours has a word in that.
NO_REPLAY = "[TMPRL1100]"
# Temporal refuses a failure over 2 MB, and nobody reads more than a paragraph of one.
_MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Cause:
    """`type` is the error's name in the taxonomy, or Temporal's own where no code of ours spoke."""

    type: str
    message: str
    details: tuple[Any, ...] = ()


def cause_of(error: BaseException) -> Cause:
    """The innermost failure that says something: an `ActivityError` alone only says that one failed."""
    while isinstance(error, ActivityError) and error.cause is not None:
        error = error.cause
    if isinstance(error, ApplicationError):
        return Cause(error.type or "ApplicationError", error.message[:_MESSAGE_LIMIT], tuple(error.details))
    if isinstance(error, TimeoutError):
        return Cause("TimedOut", _timeout(error))
    message = error.message if isinstance(error, FailureError) else f"{error}."
    return Cause(type(error).__name__, message[:_MESSAGE_LIMIT])


def _timeout(error: TimeoutError) -> str:
    if error.type == TimeoutType.HEARTBEAT:
        return "the worker stopped answering"
    return "it took longer than allowed; is a worker running for its task queue?"


class StepFailed(ApplicationError):
    """A failed step as the rest of the workflow knows it, with the activity's own error type. `step` is its
    name on the board, `model` the paid one that it was asked of."""

    def __init__(
        self, message: str, *details: Any, type: str, step: str, label: str, model: str | None = None
    ) -> None:
        asked_of = f" ({model})" if model and model not in message else ""
        super().__init__(f"{label}{asked_of}: {message}", *details, type=type, non_retryable=True)
        self.step, self.model = step, model


def step_failed(step: str, label: str, model: str | None, error: ActivityError) -> StepFailed:
    cause = cause_of(error)
    return StepFailed(cause.message, *cause.details, type=cause.type, step=step, label=label, model=model)


def is_done_without(error: ApplicationError) -> bool:
    """Whether a production may go on without what failed: the work could not be done, and another run could
    do no better. While a server of ours is away it fails, and the next run makes it whole."""
    return error.type not in _PASSING


def why_of(error: BaseException | Wait) -> str:
    """Why something is not there, in at most 200 characters that go on after a colon: nothing of a prompt, an
    address or a secret. Of a wait, why it is not there where nobody answered."""
    if isinstance(error, Wait):
        return _IN_VAIN[error.reason]
    if isinstance(error, CannotBeMade):
        return clipped(error)
    said = _WHY.get(cause_of(error).type, _UNFORESEEN)
    model = error.model if isinstance(error, StepFailed) else None
    return f"{said}: {model}" if model and said == _WHY["ModelGone"] else said


def _go_on(noun: str) -> str:
    return f"Start the same {noun} again to go on."


def other_release(noun: str) -> Failure:
    """What is said of a run that does not replay, in the place of `NO_REPLAY`."""
    return Failure(
        type="OtherRelease",
        problem=f"Another release of the studio began this {noun}, and went about it in another way.",
        advice=f"{_go_on(noun)} {_KEPT}",
    )


def failure_of(error: BaseException, noun: str) -> Failure | None:
    """Why a production, which people call a `noun`, fails; None where no step failed: it is a bug."""
    if not isinstance(error, FailureError | CannotBeMade):
        return None
    cause = cause_of(error)
    advice = "Change the request." if cause.type in _WRONG_REQUEST else _go_on(noun)
    step, model = (error.step, error.model) if isinstance(error, StepFailed) else (None, None)
    return Failure(
        type=cause.type,
        step=step,
        model=model,
        problem=f"{cause.message.rstrip('.')}.",
        advice=f"{advice} {_KEPT}",
    )


def production_failed(error: BaseException, noun: str) -> BaseException:
    """How a production's workflow fails: the step's own error type, and what to do.

    A bug is raised as it is: it fails the workflow *task*, which is tried again until a mended worker is
    deployed.
    """
    failure = failure_of(error, noun)
    if failure is None:
        return error
    details = cause_of(error).details
    fields = tuple(one for one in details if isinstance(one, dict) and "field" in one)
    # Who reads wrong fields reads nothing else there.
    details = fields or (*details, failure.model_dump(mode="json", include={"step", "model", "advice"}))
    return ApplicationError(failure.words, *details, type=failure.type, non_retryable=True)
