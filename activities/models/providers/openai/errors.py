"""Knows what OpenAI's errors mean: statuses, codes, and what each is in the studio's taxonomy."""

from __future__ import annotations

from openai import APIStatusError
from openai.types.responses import ResponseError

from activities import faults
from activities.models.entries import Model
from activities.models.providers.error_text import quoted, says_gone
from activities.models.providers.retry_after import wait_s

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
_WAIT_S = 20.0


def refusal_of(error: APIStatusError, model: Model) -> faults.StudioError:
    """Why OpenAI did not accept a request, from a status that says for certain that it did not."""
    code, said = error.code or "", _said(error)
    if code in _EMPTY:
        return faults.InsufficientCredit(
            f"the OpenAI account is empty: add credit, or raise its limit ({said})"
        )
    if error.status_code in (401, 403, 429):
        return unable_of(error)
    if error.status_code in (404, 405, 410) or code in _RETIRED or says_gone(said):
        return faults.ModelGone(
            f"OpenAI has no model {model.endpoint} for this account: choose another ({said})"
        )
    if code in _BLOCKED:
        return faults.ContentPolicy(f"OpenAI refuses this content: change the wording ({said})")
    return faults.InvalidInput(f"OpenAI cannot use the request: {said}; change what it names")


def unable_of(error: APIStatusError) -> faults.StudioError:
    """Why OpenAI could not say how a job stands; nothing here ends the job."""
    said = _said(error)
    match error.status_code:
        case 401:
            return faults.Unauthorized(f"OpenAI does not know the key: check OPENAI_API_KEY ({said})")
        case 403:
            # An unverified organization, a country, a project without the model: only its own words tell.
            return faults.Unauthorized(
                f"OpenAI does not let this key do that: {said}; see to it at platform.openai.com/settings, "
                "or choose another model"
            )
        case 429:
            return faults.RateLimited(
                f"OpenAI asks to wait ({said})", wait_s(error.response.headers, _WAIT_S)
            )
        case status:
            return faults.ProviderUnavailable(f"OpenAI answered {status} ({said})")


def failure_of(error: ResponseError | None) -> faults.StudioError:
    """Why an accepted job failed."""
    code, message = (str(getattr(error, name, "") or "") for name in ("code", "message"))
    said = quoted(f"{code}: {message}" if message else code) or "no reason given"
    if code in _BLOCKED:
        return faults.ContentPolicy(f"OpenAI refuses this content: change the wording ({said})")
    return faults.JobFailed(f"OpenAI's job failed ({said}); a further try may succeed")


def _said(error: APIStatusError) -> str:
    """What it says, as it may be shown."""
    body = error.body if isinstance(error.body, dict) else {}
    return quoted(str(body.get("message") or error.code or error.status_code))
