"""Knows what Replicate's errors mean: statuses, the words of a failed prediction, and how long to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import JsonValue

from activities import faults
from activities.models.entries import Model
from activities.models.providers.error_text import quoted, refuses_content, says_gone
from activities.models.providers.retry_after import seconds_in, wait_s

# Where it names no time: with little credit it takes six predictions a minute.
_WAIT_S = 15.0
_RESETS = re.compile(r"resets? in ~?\s*(\d+(?:\.\d+)?(?:ms|m|s)?)", re.IGNORECASE)
# Its code for what a filter has flagged; models that have a filter of their own say so in words.
_FLAGGED = re.compile(r"\bE005\b")
_CAPACITY = re.compile(
    r"\bE00[34]\b|high demand|(currently|temporarily) unavailable|at capacity|overloaded", re.IGNORECASE
)
_INPUT = re.compile(r"\bE006\b|input validation failed|input was invalid", re.IGNORECASE)
_MEMORY = re.compile(r"\bE1001\b|out of memory", re.IGNORECASE)


class Refused(Exception):
    """An answer that is no success. `said` is what the body says, without what must not be seen; `wait_s`
    what it asks to wait."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"Replicate answered {status}")
        self.status = status
        self.said = quoted(_detail(body))
        self.wait_s = wait_s(headers, _WAIT_S, _hint(body))


def refusal_of(refused: Refused, model: Model) -> faults.StudioError:
    """Why a request to a model was not accepted."""
    match refused.status:
        case 402:
            return faults.InsufficientCredit(
                "the Replicate account has no credit: add some at replicate.com/account/billing, "
                "wait a few minutes, and resume the film"
            )
        case 404 | 405 | 410:
            return _gone(refused, model)
        case 400 | 413 | 422 if says_gone(refused.said):
            # A version can vanish, and an account can lose the right to one.
            return _gone(refused, model)
        case 400 | 413 | 422:
            return faults.InvalidInput(
                f"Replicate refuses the input of {model.id}: {refused.said}; change what it names, "
                "or choose another model"
            )
        case _:
            return unable_of(refused)


def _gone(refused: Refused, model: Model) -> faults.ModelGone:
    return faults.ModelGone(
        f"Replicate has no model {model.endpoint} for this account: choose another instead of {model.id} "
        f"({refused.said})"
    )


def unable_of(refused: Refused) -> faults.StudioError:
    """Why a question was not answered; it says nothing of any job."""
    match refused.status:
        case 401:
            return faults.Unauthorized(
                f"Replicate does not accept the key: set REPLICATE_API_TOKEN to a valid one ({refused.said})"
            )
        case 403:
            return faults.Unauthorized(
                f"Replicate does not let this key do that: {refused.said}; see to it at replicate.com/account"
            )
        case 429:
            return faults.RateLimited(
                f"Replicate asks to wait {refused.wait_s:g} s: lower the requests a minute, or add credit "
                f"({refused.said})",
                refused.wait_s,
            )
        case status:
            return faults.ProviderUnavailable(
                f"Replicate answered {status}: see replicatestatus.com ({refused.said})"
            )


def failure_of(model: Model, error: JsonValue) -> faults.StudioError:
    """Why a prediction failed, from the words that it left."""
    said = error if isinstance(error, str) else json.dumps(error) if error else ""
    quote = quoted(said) or "no reason given"
    if _FLAGGED.search(said) or refuses_content(said):
        return faults.ContentPolicy(
            f"{model.id} refuses this content: {quote}; use milder words, or another reference image"
        )
    if _CAPACITY.search(said):
        return faults.ProviderUnavailable(f"{model.id} has no capacity: {quote}; try later, or another model")
    if _INPUT.search(said):
        return faults.InvalidInput(
            f"{model.id} cannot use its input: {quote}; change it, or choose another model"
        )
    if _MEMORY.search(said):
        return faults.JobFailed(f"{model.id} ran out of memory: {quote}; try again, or with a smaller image")
    # E1000, E6716, E8765, E9828 and PA are Replicate's own; anything else is the model's: both may pass.
    return faults.JobFailed(f"{model.id} failed: {quote}; a further try may succeed")


def _detail(body: bytes) -> str:
    match _parsed(body):
        case {"title": str(title), "detail": str(detail)} if title not in detail:
            return f"{title}: {detail}"
        case {"detail": str(detail)}:
            return detail
        case {"title": str(title)}:
            return title
        case {"detail": detail}:
            return json.dumps(detail)
        case _:
            # A page of a proxy says nothing that helps.
            return "no reason given"


def _hint(body: bytes) -> float | None:
    """Seconds to wait, from the body's field or its words."""
    match _parsed(body):
        case {"retry_after": int(after) | float(after)} if not isinstance(after, bool):
            return float(after)
        case _:
            return _in_words(_detail(body))


def _in_words(said: str) -> float | None:
    found = _RESETS.search(said)
    return seconds_in(found[1].lower()) if found else None


def _parsed(body: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(body)
    except ValueError:
        return None
    return value
