"""Knows how each failure looks to Temporal: its type, whether it is retried, and after how long.

The one place where the studio's errors become Temporal's. Messages are bounded and hold no stack trace;
an exception that nobody named says only its class, because its words may hold a path or a secret.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ParamSpec, TypeVar, cast

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.faults import (
    AtCap,
    ContentPolicy,
    Held,
    JobFailed,
    ModelResting,
    OverBudget,
    Permanent,
    RateLimited,
    StillWaiting,
    StudioError,
    Unfinished,
)
from activities.media import EncodeFailed, MasteringFailed, MixedEngines, Unreadable, WrongLength
from activities.running.attempt import heartbeating
from activities.running.concern import concern_of
from activities.running.metrics import count_brought
from infra.log_lines import telling
from workflows.studio import NotBought, PaidStep, Payment

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# A message travels in every event and on every page that shows the failure; payloads end at 2 MB.
_LONGEST = 2000
# The work is deterministic: what failed three times in a row is not bad luck.
TRIES = 3
# What the media code says of itself, and whether another try may help: memory and transfers pass, a plan
# that does not fit its files and samples that cannot be mastered are the same each time.
_MEDIA: dict[type[Exception], bool] = {
    EncodeFailed: True,
    Unreadable: True,
    WrongLength: False,
    MixedEngines: False,
    MasteringFailed: False,
}
#: What is expected of a purchase: nothing is broken, and whoever asked knows how to go on.
_EXPECTED = (OverBudget, AtCap, Held, ContentPolicy)
# The folders of a path: ffmpeg quotes them, and they are nobody's business.
_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/:'\"]+/)+")
# What an object is called on a worker's disk; a person knows it by its key, of which the beginning will do.
_ON_DISK = re.compile(r"\b([a-z]+)%([0-9a-f]{8})[0-9a-f]{56}(?:%(\d+))?")


def translated(run: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Wraps an activity, under `activity.defn`: it heartbeats from begin to end, the log says what it is
    about, what it brings and its real failures are counted, these across attempts, and it raises only what
    this module says, or its cancellation. What is no failure of a purchase it answers with, where it is
    asked to."""

    @functools.wraps(run)
    async def translating(*args: P.args, **kwargs: P.kwargs) -> T:
        with telling(concern_of(args)):
            async with heartbeating() as attempt:
                try:
                    brought = await run(*args, **kwargs)
                    count_brought(brought)
                    return brought
                except asyncio.CancelledError:
                    if not attempt.let_go or attempt.why_cancelled() == "stop":
                        raise
                    raise _worker_left() from None
                except Exception as error:
                    failures = attempt.failures
                    if is_failure(error):
                        failures = attempt.count_failure()
                        log.exception("%s: failure %d", run.__qualname__, failures)
                    told = as_application_error(error, failures)
                    if isinstance(error, _EXPECTED) and any(_takes_answers(step) for step in args):
                        return cast(T, _answer(told))
                    # From None: a cause would travel with its words and its stack.
                    raise told from None

    return translating


def _takes_answers(step: object) -> bool:
    """Whether whoever asked for the step knows answers: a workflow of an earlier release would take one for
    what it wanted to buy."""
    terms = getattr(step, "terms", None)
    return isinstance(terms, PaidStep) and terms.answers


def _answer(told: ApplicationError) -> NotBought:
    return NotBought(not_bought=str(told.type), message=told.message, details=tuple(told.details))


def _worker_left() -> ApplicationError:
    """As Temporal's SDK says it of what a drain cancels: another worker takes it up."""
    return ApplicationError(
        "the worker leaves; another one goes on with it",
        type="WorkerShutdown",
        # However often workers are replaced: the usual back-off would make each deploy cost more.
        next_retry_delay=timedelta(seconds=1),
        category=ApplicationErrorCategory.BENIGN,
    )


@contextmanager
def finishing(payments: Iterable[Payment | None]) -> Iterator[None]:
    """What is done with something bought, in the activity that bought it: whatever fails in here is told
    together with what that cost this film, and never leads to another purchase."""
    try:
        yield
    except (StillWaiting, ApplicationError):
        raise
    except Exception as error:
        paid = [payment for payment in payments if payment is not None]
        raise Unfinished(error, paid) from error


def is_failure(error: BaseException) -> bool:
    """Whether the work itself failed, so that it counts towards the tries. Waiting, a server that is away
    and a full account do not; an exception that nobody named does."""
    if isinstance(error, Unfinished):
        return is_failure(error.why)
    return isinstance(error, JobFailed) or (
        isinstance(error, Exception) and not isinstance(error, StudioError | StillWaiting | ApplicationError)
    )


def as_application_error(error: Exception, failures: int) -> ApplicationError:
    """What Temporal is told. `failures` counts the real failures so far, this one included: with the third,
    the error is not retried any more. Its type is the class name, which retry policies match."""
    if isinstance(error, ApplicationError):
        return error
    if isinstance(error, Unfinished):
        return _unfinished(error, failures)
    if isinstance(error, StillWaiting):
        return ApplicationError(
            "somebody else is making it; called again soon",
            type="StillWaiting",
            next_retry_delay=timedelta(seconds=error.call_again_s),
            category=ApplicationErrorCategory.BENIGN,
        )
    if isinstance(error, RateLimited):
        return ApplicationError(
            _message(error),
            type="RateLimited",
            next_retry_delay=timedelta(seconds=max(0.0, error.retry_after_s)),
            category=ApplicationErrorCategory.BENIGN,
        )
    if isinstance(error, ModelResting) and not error.moves:
        return ApplicationError(
            _message(error), type="ModelResting", next_retry_delay=timedelta(seconds=max(0.0, error.rest_s))
        )
    bought = isinstance(error, StudioError) and error.payment is not None
    hopeless = bought or isinstance(error, Permanent | ModelResting) or not _MEDIA.get(type(error), True)
    gone = hopeless or (is_failure(error) and failures >= TRIES)
    # A bug of ours is not the model's failure: no other model is asked for it, and what was paid is found.
    kind = type(error).__name__ if _is_named(error) else "WorkFailed"
    # What a caller has to change, field by field, where the error knows.
    details = [field.model_dump() for field in getattr(error, "fields", ())] or _facts(error)
    return ApplicationError(_message(error), *details, type=kind, non_retryable=gone)


def _unfinished(error: Unfinished, failures: int) -> ApplicationError:
    """The failure as it is told anywhere else, with what had been paid before it."""
    told = as_application_error(error.why, failures)
    ours = told.type == JobFailed.__name__ and not _facts(error.why)
    return ApplicationError(
        f"it is bought, and could not be finished here: {told.message}" if ours else told.message,
        *told.details,
        *({"payment": payment.model_dump(mode="json")} for payment in error.payments),
        # A job that failed is bought again, of this model or of another: this one has not.
        type=Unfinished.__name__ if ours else told.type,
        non_retryable=told.non_retryable,
        next_retry_delay=told.next_retry_delay,
        category=told.category,
    )


def _facts(error: Exception) -> list[dict[str, object]]:
    """What the workflow has to know of a paid attempt that ended so."""
    facts: dict[str, object] = {}
    if isinstance(error, StudioError) and error.payment is not None:
        facts["payment"] = error.payment.model_dump(mode="json")
    if isinstance(error, Held):
        facts["attempt"] = error.attempt
    if isinstance(error, OverBudget):
        facts["needs_usd"] = str(error.needs_usd)
    return [facts] if facts else []


def _is_named(error: Exception) -> bool:
    return isinstance(error, StudioError) or type(error) in _MEDIA


def _message(error: Exception) -> str:
    if _is_named(error):
        said = _FOLDERS.sub("", str(error)) if type(error) in _MEDIA else str(error)
        said = _ON_DISK.sub(lambda name: "/".join(filter(None, (name[1], f"{name[2]}…", name[3]))), said)
        return (said or type(error).__name__)[:_LONGEST]
    return f"the work failed unexpectedly ({type(error).__name__}); the worker's log says where."
