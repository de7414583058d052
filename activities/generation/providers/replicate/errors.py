"""Knows what Replicate's errors mean: statuses, the words of a failed prediction, and how long to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from activities.generation.catalogue import Model
from activities.generation.provider import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    JobFailed,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)

# Where it names no time: with little credit it takes six predictions a minute.
_WAIT_S = 15.0
# Nobody is told to wait longer than this at once; what was wrong is looked at again.
_LONGEST_S = 600.0
_QUOTED = 300
_RESETS = re.compile(r"resets? in ~?\s*(\d+(?:\.\d+)?)\s*(ms|m|s)?", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
# What an error may quote of ours: links with their signatures, inline files, the key.
_LINK = re.compile(r"(https?://[^\s?#\"'<>]*)[^\s\"'<>]*")
_INLINE = re.compile(r"data:[^,\s]{0,200},\S*")
_KEY = re.compile(r"\br8_\w+|\bBearer\s+\S+")

# E005 is the code; the words are those of models that have their own filter. A prompt is "sensitive", a file
# system is case-sensitive.
_CONTENT = re.compile(
    r"\bE005\b|\bNSFW\b|(?<!case[- ])\bsensitive\b|content polic"
    r"|safety (checker|filter|system)|moderat(ed|ion)",
    re.IGNORECASE,
)
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
        self.wait_s = _hint(headers, body)


def refusal_of(refused: Refused, model: Model) -> StudioError:
    """Why a request to a model was not accepted."""
    match refused.status:
        case 402:
            return InsufficientCredit(
                "the Replicate account has no credit: add some at replicate.com/account/billing, "
                "wait a few minutes, and resume the film"
            )
        case 404:
            return ModelGone(f"Replicate has no model {model.endpoint}: choose another instead of {model.id}")
        case 400 | 413 | 422:
            return InvalidInput(
                f"Replicate refuses the input of {model.id}: {refused.said}; change what it names, "
                "or choose another model"
            )
        case _:
            return unable_of(refused)


def unable_of(refused: Refused) -> StudioError:
    """Why a question was not answered; it says nothing of any job."""
    match refused.status:
        case 401 | 403:
            return Unauthorized("Replicate does not accept the key: set REPLICATE_API_TOKEN to a valid one")
        case 429:
            return RateLimited(
                f"Replicate asks to wait {refused.wait_s:g} s: lower the requests a minute, or add credit",
                refused.wait_s,
            )
        case status:
            return ProviderUnavailable(f"Replicate answered {status}: see replicatestatus.com")


def failure_of(model: Model, error: JsonValue) -> StudioError:
    """Why a prediction failed, from the words that it left."""
    said = error if isinstance(error, str) else json.dumps(error) if error else ""
    quote = quoted(said) or "no reason given"
    if _CONTENT.search(said):
        return ContentPolicy(
            f"{model.id} refuses this content: {quote}; use milder words, or another reference image"
        )
    if _CAPACITY.search(said):
        return ProviderUnavailable(f"{model.id} has no capacity: {quote}; try later, or another model")
    if _INPUT.search(said):
        return InvalidInput(f"{model.id} cannot use its input: {quote}; change it, or choose another model")
    if _MEMORY.search(said):
        return JobFailed(f"{model.id} ran out of memory: {quote}; try again, or with a smaller image")
    # E1000, E6716, E8765, E9828 and PA are Replicate's own; anything else is the model's: both may pass.
    return JobFailed(f"{model.id} failed: {quote}; a further try may succeed")


def quoted(said: str) -> str:
    """A provider's words as they may be shown: short, printable, without signatures, files and keys."""
    said = _INLINE.sub("(a file)", _LINK.sub(r"\1", _KEY.sub("(a key)", said)))
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:_QUOTED]


def _detail(body: bytes) -> str:
    match _parsed(body):
        case {"detail": str(detail)}:
            return detail
        case {"title": str(title)}:
            return title
        case {"detail": detail}:
            return json.dumps(detail)
        case _:
            # A page of a proxy says nothing that helps.
            return "no reason given"


def _hint(headers: Mapping[str, str], body: bytes) -> float:
    """Seconds to wait: from the header, the body's field or its words, whichever is there first."""
    match _parsed(body):
        case {"retry_after": int(after) | float(after)}:
            in_body: float | None = float(after)
        case _:
            in_body = _in_words(_detail(body))
    found = _in_header(headers.get("retry-after", ""))
    seconds = next((each for each in (found, in_body) if each is not None and each >= 0), _WAIT_S)
    # Asked to wait no time, it would be asked again at once, and for ever.
    return min(max(seconds, 1.0), _LONGEST_S)


def _in_header(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None


def _in_words(said: str) -> float | None:
    found = _RESETS.search(said)
    return float(found[1]) * _UNITS[(found[2] or "s").lower()] if found else None


def _parsed(body: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(body)
    except ValueError:
        return None
    return value
