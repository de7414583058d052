"""Why a step failed, in words for a caller: what happened and where, never a stack trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError, TimeoutType

from workflows.timeline import CannotCover

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


def film_failed(error: BaseException) -> BaseException:
    """How a workflow of the studio fails: the step's own error type, and what to do.

    What is no failure of a step is a bug: raised as it is, it fails the workflow *task*, which is tried
    again until a mended worker is deployed.
    """
    if not isinstance(error, FailureError | CannotCover):
        return error
    cause = cause_of(error)
    what_now = "What is finished is kept: start the same film again to go on from there."
    return ApplicationError(
        f"{cause.message.rstrip('.')}. {what_now}",
        *cause.details,
        type=cause.type,
        non_retryable=True,
    )
