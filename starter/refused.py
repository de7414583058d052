"""Knows what it means when Temporal, or a production itself, turns a call of the client down."""

from __future__ import annotations

import asyncio

from temporalio.client import (
    WorkflowFailureError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError
from temporalio.service import RPCError, RPCStatusCode

from activities.starting import TOO_LATE
from infra.refusals import no_namespace, passes, unreachable
from starter.errors import (
    Away,
    CannotUpgrade,
    FilmFailed,
    InDoubt,
    InvalidAnswer,
    LedgerRestored,
    NoSuchFilm,
    NoSuchShot,
    NoSuchVersion,
    NotDone,
    NotPlanned,
    NotWaiting,
    StillRuns,
)
from workflows.studio import NO_REPLAY, cause_of, other_release
from workflows.upkeep import NO_PRODUCTION, RESTORED, STILL_RUNS

# With these a production refuses an update before anything has changed.
_REFUSALS: dict[str, type[NotWaiting]] = {
    kind.__name__: kind
    for kind in (NotWaiting, InvalidAnswer, NoSuchShot, NoSuchVersion, CannotUpgrade, NotPlanned)
}


def refused(error: RPCError, id: str, nouns: str) -> Exception:
    """A call that the server turned down; `nouns` is what might have been meant by `id`."""
    if passes(error):
        return Away(f"Temporal does not answer for {id} ({error.status.name}): ask again.")
    if is_gone(error):
        return NoSuchFilm(f"There is no {nouns} {id} here, or its history has expired.")
    return unreachable(error)


def is_gone(error: RPCError) -> bool:
    """Whether what was asked about is not there, or runs no more."""
    return error.status == RPCStatusCode.NOT_FOUND and not no_namespace(error)


def not_deleted(error: WorkflowFailureError, id: str) -> Exception:
    """A deletion that was refused, or could not be carried out."""
    cause = cause_of(error.cause)
    if cause.type == STILL_RUNS:
        return StillRuns(cause.message)
    if cause.type == RESTORED:
        return LedgerRestored(cause.message)
    if cause.type == NO_PRODUCTION:
        return NoSuchFilm(cause.message)
    return NotDone(f"{id} could not be deleted as a whole: {cause.message}")


def update_failed(error: WorkflowUpdateFailedError, name: str, id: str) -> Exception:
    """An update that was refused, or accepted and not carried out."""
    cause = cause_of(error.cause)
    if cause.type in _REFUSALS:
        return _REFUSALS[cause.type](cause.message)
    if cause.type == TOO_LATE:
        return InDoubt(f"{id} has ended, and nobody can say whether {name} came in time.")
    return NotDone(f"{name} could not be carried out: {cause.message}")


def turned_down(error: ApplicationError) -> NotWaiting:
    """A decision that a film would refuse, in the same words."""
    return _REFUSALS.get(error.type or "", InvalidAnswer)(error.message)


def update_cut_off(error: WorkflowUpdateRPCTimeoutOrCancelledError, name: str, id: str) -> BaseException:
    """An update whose answer did not come, because the server's did not or because the caller left."""
    if isinstance(error.__cause__, asyncio.CancelledError):
        # The SDK makes an error of it, with which a Ctrl-C would be lost.
        return error.__cause__
    return Away(f"Temporal does not answer for {id}: ask how it stands, then send {name} again.")


def failed(error: WorkflowFailureError, noun: str) -> FilmFailed:
    """How a run ended that has no result."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.message.startswith(NO_REPLAY):
        other = other_release(noun)
        return FilmFailed(other.words, other.type)
    if isinstance(cause, ApplicationError):
        return FilmFailed(cause.message, cause.type or "ApplicationError", tuple(cause.details))
    if isinstance(cause, CancelledError):
        return FilmFailed(f"The {noun} was cancelled.", "Cancelled")
    if isinstance(cause, TerminatedError):
        return FilmFailed(f"The {noun} was terminated.", "Terminated")
    return FilmFailed(str(cause), type(cause).__name__)
