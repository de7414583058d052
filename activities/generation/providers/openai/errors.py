"""Knows what OpenAI's errors mean: statuses, codes, and what each is in the studio's taxonomy."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openai import APIStatusError
from openai.types.responses import ResponseError

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

_EMPTY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
# `invalid_prompt` is what a planner's prompt gets that was flagged; a malformed one has other codes.
_BLOCKED = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "image_content_policy_violation",
        "invalid_prompt",
        "bio_policy",
        "misalignment_policy_violation",
    }
)
_RETIRED = frozenset({"model_not_found", "model_deprecated"})
# Where it names no time: its limits are counted by the minute.
_WAIT_S, _LONGEST_S = 20.0, 3600.0
# It quotes the key that it does not know, most of it starred.
_KEY = re.compile(r"\b(sk|sess|Bearer)[-_ ][\w*.-]{4,}")
_QUOTED = 200


def refusal_of(error: APIStatusError, model: Model) -> StudioError:
    """Why OpenAI did not accept a request, from a status that says for certain that it did not."""
    code = error.code or ""
    if code in _EMPTY:
        return InsufficientCredit("the OpenAI account is empty: add credit, or raise its limit")
    if error.status_code == 429:
        return RateLimited("OpenAI asks to wait", retry_after_s(error.response.headers))
    if error.status_code in (401, 403):
        return Unauthorized(f"OpenAI does not let this key use {model.endpoint}: check OPENAI_API_KEY")
    if error.status_code == 404 or code in _RETIRED:
        return ModelGone(f"OpenAI has no model {model.endpoint} for this account: choose another")
    if code in _BLOCKED:
        return ContentPolicy("OpenAI refuses this content: change the wording")
    return InvalidInput(f"OpenAI cannot use the request: {_quoted(error)}; change what it names")


def unable_of(error: APIStatusError) -> StudioError:
    """Why OpenAI could not say how a job stands; nothing here ends the job."""
    if error.status_code in (401, 403):
        return Unauthorized("OpenAI does not know the key any more: check OPENAI_API_KEY")
    if error.status_code == 429:
        return RateLimited("OpenAI asks to wait", retry_after_s(error.response.headers))
    return ProviderUnavailable(f"OpenAI answered {error.status_code}")


def failure_of(error: ResponseError | None) -> StudioError:
    """Why an accepted job failed."""
    code = str(getattr(error, "code", "") or "")
    if code in _BLOCKED:
        return ContentPolicy("OpenAI refuses this content: change the wording")
    return JobFailed(f"OpenAI's job failed: {code[:60] or 'no reason given'}")


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds that an answer asks to wait, at most an hour; 20 where it does not say."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return min(seconds, _LONGEST_S)
    return _WAIT_S


def _quoted(error: APIStatusError) -> str:
    """What it says, short, printable, without a key."""
    body = error.body if isinstance(error.body, dict) else {}
    said = str(body.get("message") or error.code or error.status_code)
    said = _KEY.sub("…", said)[:_QUOTED]
    return "".join(c if c.isprintable() else " " for c in said)
