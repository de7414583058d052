"""Knows what fal's answers mean in the studio's own words: refusals, failures, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pydantic import JsonValue

from activities import faults
from activities.models.entries import Model
from activities.models.kinds import ImageModel
from activities.models.provider import JobStatus, OutputFile
from activities.models.providers.error_text import quoted, refuses_content, says_gone
from activities.models.providers.fal.wire import Answer
from activities.models.providers.retry_after import wait_s

# fal seldom says how long; its queue holds back what exceeds the account's concurrency by itself, so that
# a 429 is about too many calls, which pass within seconds.
_RETRY_S = 10.0
# Of the lines of a log: the last one that says anything is among them.
_LINES = 5
_PERCENT = re.compile(r"\b(\d{1,3}(?:\.\d+)?)\s?%")
#: Error types of work that failed by no fault of the request. The last two are documented as final, and yet
#: pass: a model that answered with nothing draws the same prompt the next time, and our links can be read.
_UNLUCKY = {
    "internal_server_error",
    "generation_timeout",
    "downstream_service_error",
    "downstream_service_unavailable",
    "no_media_generated",
    "file_download_error",
}
#: What a model says that has looked at a request and made nothing of it, in words that may be a filter's.
_SOFT = {"no_media_generated"}
_CANCELED = {"client_cancelled", "client_disconnected"}


def refusal(answer: Answer) -> faults.StudioError:
    """What a call means that was not answered with 2xx, whichever it was."""
    text = _text(answer)
    match answer.status:
        case 401:
            return faults.Unauthorized(f"fal does not know the key: set FAL_KEY ({text})")
        case 402:
            return faults.InsufficientCredit(f"the account with fal is empty: add credit ({text})")
        # The same status for a wrong key and for an empty account; only the words tell them apart.
        case 403 if "balance" in text.lower() or "locked" in text.lower():
            return faults.InsufficientCredit(f"the account with fal is empty: add credit ({text})")
        case 403:
            return faults.Unauthorized(f"fal does not let this key do that: check FAL_KEY ({text})")
        case 404 | 405 | 410:
            return faults.ModelGone(f"fal has no such model any more: choose another ({text})")
        case 429:
            return faults.RateLimited(f"fal asks to wait ({text})", wait_s(answer.headers, _RETRY_S))
        case 400 | 413 | 422:
            return _why(answer)
        case _:
            return faults.ProviderUnavailable(f"fal answered {answer.status}; ask again in a while ({text})")


def asked_again(answer: Answer) -> faults.StudioError:
    """What a refused call about a job means: nothing of the job, only that it must be asked again."""
    why = refusal(answer)
    if isinstance(why, faults.Unauthorized | faults.RateLimited | faults.ProviderUnavailable):
        return why
    return faults.ProviderUnavailable(f"fal answered {answer.status}; ask again in a while")


def is_of_the_job(answer: Answer, error: str | None, error_type: str | None) -> bool:
    """Whether a refused request for the result is the job's own failure, not one of the road to it.

    A model's own error is a list. Anything else counts only if the status says that the job failed, and
    does not name another failure than this; a result that was paid is never given up for a proxy's 503.
    """
    if isinstance(answer.said.get("detail"), list) or (not error and answer.status in (400, 413, 422)):
        return True
    if not (error or error_type) or answer.status in (401, 403, 429):
        return False
    return error_type is None or _error_type(answer) == error_type


def failed(answer: Answer, error_type: str | None) -> JobStatus:
    """How a job stands whose result is an error."""
    types = {str(error_type), _error_type(answer), *_types(answer)}
    if answer.status == 499 or types & _CANCELED:
        return JobStatus("canceled", cost=_billed(answer))
    # The documented rule: what fails with 5xx is not charged.
    cost = Decimal(0) if answer.status >= 500 else _billed(answer)
    return JobStatus("failed", why=_why(answer, error_type), cost=cost)


def succeeded(model: Model, answer: Answer) -> JobStatus:
    """How a job stands whose result is there."""
    said, cost = answer.said, _billed(answer)
    flags = said.get("has_nsfw_concepts")
    if isinstance(flags, list) and any(flags):
        # It is answered like a success, with a black image, and charged like one.
        why = faults.ContentPolicy("the model's safety checker blocked the image; change the wording")
        is_by_image = isinstance(model, ImageModel) and model.per == "image" and not model.unpriced
        usual = model.price_usd if is_by_image else None
        return JobStatus("failed", why=why, cost=usual if cost is None else cost)
    return JobStatus("succeeded", tuple(_outputs(model, said)), cost=cost)


def _billed(answer: Answer) -> Decimal | None:
    """0 USD where fal bills nothing. More is said in units of its own price list, not in the catalogue's."""
    return Decimal(0) if answer.headers.get("x-fal-billable-units", "").strip() == "0" else None


def percent(logs: object) -> float | None:
    """How far the model says it is: the last percentage in what it logs."""
    for line in reversed(logs if isinstance(logs, list) else []):
        shown = _PERCENT.findall(str(line.get("message"))) if isinstance(line, dict) else []
        if shown and float(shown[-1]) <= 100:
            return float(shown[-1])
    return None


def log(logs: object) -> str:
    """The end of what the model logs."""
    lines = [one.get("message") for one in logs if isinstance(one, dict)] if isinstance(logs, list) else []
    return "\n".join(one for one in lines[-_LINES:] if isinstance(one, str))


def _outputs(model: Model, said: Mapping[str, JsonValue]) -> Iterator[OutputFile]:
    images = said.get("images")
    for each in (said.get("video"), said.get("image"), *(images if isinstance(images, list) else ())):
        if isinstance(each, dict) and isinstance(url := each.get("url"), str) and url:
            yield OutputFile(str(each.get("content_type") or model.mime), url)


def _why(answer: Answer, error_type: str | None = None) -> faults.StudioError:
    """What is wrong with a request, or a job. The types are what is to be relied on; words count where a
    filter of a model's own maker speaks, and where a model is no more."""
    text, types = _text(answer), {error_type, _error_type(answer), *_types(answer)}
    may_pass = _is_retryable(answer) or bool(types & _UNLUCKY)
    if "content_policy_violation" in types or (refuses_content(text) and not types & _SOFT):
        return faults.ContentPolicy(f"fal refuses this content; change the wording ({text})")
    if answer.status >= 500 or may_pass:
        return faults.JobFailed(f"the model failed with {answer.status}: {text}; a further try may succeed")
    if says_gone(text):
        return faults.ModelGone(f"fal has no such model any more: choose another ({text})")
    if answer.status in (400, 413, 422):
        return faults.InvalidInput(f"fal cannot use the request: {text}; change it, or choose another model")
    return faults.JobFailed(f"the model failed with {answer.status}: {text}; a further try may succeed")


def _is_retryable(answer: Answer) -> bool:
    """Whether fal says that exactly the same request might succeed."""
    said = (answer.headers.get(name, "") for name in ("x-fal-retryable", "x-fal-needs-retry"))
    return any(value.strip().lower() in ("true", "1") for value in said)


def _details(answer: Answer) -> list[Mapping[str, JsonValue]]:
    detail = answer.said.get("detail")
    return [each for each in detail if isinstance(each, dict)] if isinstance(detail, list) else []


def _types(answer: Answer) -> Iterator[str]:
    return (str(each.get("type")) for each in _details(answer))


def _error_type(answer: Answer) -> str | None:
    said = answer.said.get("error_type") or answer.headers.get("x-fal-error-type")
    return str(said) if said else None


def _text(answer: Answer) -> str:
    """What fal says about it, without what it repeats of the input."""
    detail = answer.said.get("detail")
    lines = [f"{_place(each)}{each.get('msg')}" for each in _details(answer)]
    text = detail if isinstance(detail, str) else "; ".join(lines)
    return quoted(text) or f"status {answer.status}"


def _place(detail: Mapping[str, JsonValue]) -> str:
    where = detail.get("loc")
    return f"{where[-1]}: " if isinstance(where, list) and where else ""
